import { gzipSync } from 'node:zlib';
import type { MqttClient } from 'mqtt';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BoxOfficeWire } from '#agent/box-office/wire/box-office-wire.ts';
import { addressOf } from '#agent/uplink/address.ts';
import { FaultError } from '#core/base/fault.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import { EventAck, type EventBatch } from '#core/contract/wire/envelope.ts';
import { topic } from '#core/contract/wire/topic.ts';
import { eventually } from '#test/support/eventually.ts';
import { connectedClient } from '#test/support/raw-mqtt.ts';
import { boxOfficeEnd, createMemoryReceiver, embeddedBroker, MACHINE, type MemoryReceiver, SIGNED, SITE } from '../../uplink/lobby-wire.ts';

/** The box office's end against a client that says whatever a test wants it to, on the embedded broker with the rights of the box office. */
const EPOCH = '00112233aabbccdd';
const events = topic.events(addressOf(MACHINE), 'p0');

let receiver: MemoryReceiver;
let office: BoxOfficeWire;
let machine: MqttClient;
let heard: { topic: string; payload: Buffer }[];

function event(number: number): unknown {
  return {
    id: `01J0000000000000000000${String(number).padStart(4, '0')}`,
    at: '2026-10-31T12:00:00.000Z',
    mono: number,
    t: 'sale',
    d: { saleId: `sale-${number}`, step: 'held' },
  };
}
function batch(from: number, count: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const ev = Array.from({ length: count }, (_, i) => event(from + i));
  return { v: 1, dev: MACHINE, epoch: EPOCH, lane: 'p0', from, boot: 'boot-1', hist: false, ev, ...more };
}
function say(to: string, message: unknown): Promise<unknown> {
  const bytes = message instanceof Uint8Array ? Buffer.from(message) : Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  return machine.publishAsync(to, bytes, { qos: 1 });
}
const acks = (): EventAck[] =>
  heard
    .filter(({ topic: from }) => from === topic.acknowledgement(addressOf(MACHINE)))
    .map(({ payload }) => EventAck.parse(JSON.parse(payload.toString())));
const kept = (): number => receiver.kept.get(`${MACHINE}/${EPOCH}/p0`)?.length ?? 0;

async function setUp(receive?: (machine: MachineId, batch: EventBatch) => Promise<EventAck>): Promise<void> {
  const broker = await embeddedBroker();
  receiver = createMemoryReceiver();
  heard = [];
  machine = await connectedClient(broker.boxOffice.url, {
    clientId: 'pretender',
    username: broker.boxOffice.username ?? '',
    password: broker.boxOffice.password ?? '',
  });
  machine.on('message', (from, payload) => heard.push({ topic: from, payload }));
  await machine.subscribeAsync(['foyer/v1/+/+/dn/#', 'foyer/v1/val/#'], { qos: 1 });
  office = boxOfficeEnd(broker.boxOffice, { ...receiver, ...(receive === undefined ? {} : { receive }) });
  office.start();
  await eventually('the head is announced', () => heard.some(({ topic: from }) => from === topic.validityHead(SITE)));
}

describe('events', () => {
  beforeEach(() => setUp());

  test('are acknowledged after they were kept, compressed or not, and again when they come again', async () => {
    await say(events, batch(1, 3));
    await eventually('an acknowledgement', () => acks().length === 1);
    await say(events, gzipSync(JSON.stringify(batch(4, 2))));
    await eventually('the next', () => acks().length === 2);
    await say(events, batch(1, 3));
    await eventually('the same again', () => acks().length === 3);
    expect(acks().map(({ through }) => through)).toEqual([3, 5, 5]);
    expect(kept()).toBe(5);
  });

  test('that leave a gap are not kept, and the acknowledgement says where to go on', async () => {
    await say(events, batch(5, 2));
    await eventually('an acknowledgement', () => acks().length === 1);
    expect(acks()[0]?.through).toBe(0);
    expect(kept()).toBe(0);
  });

  test('of which one is poison are kept without it, and its number is rejected now and in every later acknowledgement', async () => {
    const poisoned = batch(1, 3);
    const ev = [event(1), { ...(event(2) as object), t: 'teleport' }, event(3)];
    await say(events, { ...poisoned, ev });
    await eventually('an acknowledgement', () => acks().length === 1);
    expect(acks()[0]).toMatchObject({ through: 3, reject: [{ seq: 2, code: 'E-BOX-UNREADABLE' }] });
    const [, record] = receiver.kept.get(`${MACHINE}/${EPOCH}/p0`) ?? [];
    expect(record).toMatchObject({ id: '01J00000000000000000000002', t: 'audit', d: { action: 'outbox-dead-letter', by: 'box-office' } });
    await say(events, batch(4, 1));
    await eventually('the next', () => acks().length === 2);
    expect(acks()[1]).toMatchObject({ through: 4, reject: [{ seq: 2 }] });
  });

  test('that are nothing at all are rejected one by one, and the same event has the same record each time', async () => {
    const nonsense = { ...batch(1, 1), ev: [null, 7, 'x', [], { id: 'short' }] };
    await say(events, nonsense);
    await say(events, nonsense);
    await eventually('both acknowledged', () => acks().length === 2);
    expect(acks()[0]?.reject.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    const ids = (receiver.kept.get(`${MACHINE}/${EPOCH}/p0`) ?? []).map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
  });
});

/** Everywhere in it. */
function later(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(later);
  if (typeof value !== 'object' || value === null) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([name, held]) => [name, later(held)])), zeta: { of: [1] } };
}

describe('a machine of a later build', () => {
  beforeEach(() => setUp());
  const to = addressOf(MACHINE);

  test('has its events kept without what nobody here knows, and none of them is a dead letter', async () => {
    await say(events, later(batch(1, 3)));
    await eventually('an acknowledgement', () => acks().length === 1);
    expect(acks()[0]).toMatchObject({ through: 3, reject: [] });
    expect(receiver.kept.get(`${MACHINE}/${EPOCH}/p0`)).toEqual([event(1), event(2), event(3)]);
  });

  test('is greeted, there and well', async () => {
    const of = { v: 1, dev: MACHINE, sess: 's1', boot: 'b', at: '2026-10-31T12:00:00.000Z' };
    await say(topic.presence(to), later({ v: 1, s: 'on', sess: 's1', boot: 'b' }));
    await say(topic.hello(to), later({ ...of, epoch: EPOCH, lanes: [{ lane: 'p0', next: 1, through: 0 }], validity: null, software: '9.0.0' }));
    await say(topic.health(to), later({ ...of, software: '9.0.0', devices: [], deadLetters: 0, waiting: { p0: 1, p1: 0 } }));
    const sample = { t: 'metrics', at: of.at, d: {}, zeta: 1 };
    await say(topic.telemetry(to), { v: 1, dev: MACHINE, epoch: EPOCH, lane: 'p2', from: 1, lost: 0, ev: [sample], zeta: 1 });
    await eventually('it was heard', () => office.machines().get(MACHINE)?.telemetry?.received === 1);
    expect(office.machines().get(MACHINE)).toMatchObject({ online: true, software: '9.0.0', health: { deadLetters: 0 } });
    expect(office.refusedMessages()).toBe(0);
  });
});

describe('what is not right changes nothing, and what is right still arrives', () => {
  beforeEach(() => setUp());
  const other = MachineId.parse('gate-01');
  const hostile: { name: string; to?: string; message: unknown }[] = [
    { name: 'no JSON', message: '{"v":1,' },
    { name: 'an empty message', message: '' },
    { name: 'bytes that are no text', message: Uint8Array.from([0xff, 0xfe, 0x00]) },
    { name: 'a torn compression', message: gzipSync(JSON.stringify(batch(1, 1))).subarray(0, 30) },
    { name: 'a bomb of 200 MB', message: gzipSync(Buffer.alloc(200_000_000)) },
    { name: 'sixty thousand open brackets', message: '['.repeat(60_000) },
    { name: 'another version', message: batch(1, 1, { v: 2 }) },
    { name: 'an unknown lane of a known field', message: batch(1, 1, { lane: 'p9' }) },
    { name: 'a prototype', message: '{"__proto__":{"v":1}}' },
    { name: 'no events', message: batch(1, 0) },
    { name: 'too many events', message: batch(1, 201) },
    { name: 'a number below the first', message: batch(0, 1) },
    { name: 'a batch signed by another machine', message: batch(1, 1, { dev: other }) },
    { name: 'a batch of another lane', message: batch(1, 1, { lane: 'p1' }) },
    { name: "another machine's partition", to: events.replace(/\/[0-9a-f]{2}\//, '/00/'), message: batch(1, 1) },
    { name: 'an unknown lane', to: events.replace('/p0', '/p7'), message: batch(1, 1) },
    { name: 'a topic of nobody', to: `foyer/v1/aa/${MACHINE}/up/req`, message: batch(1, 1) },
    { name: 'a hello signed by another machine', to: topic.hello(addressOf(MACHINE)), message: { v: 1, dev: other } },
    { name: 'a malformed hello', to: topic.hello(addressOf(MACHINE)), message: { v: 1, dev: MACHINE, lanes: 'all' } },
    { name: 'a malformed presence', to: topic.presence(addressOf(MACHINE)), message: { v: 1, s: 'perhaps' } },
    { name: 'a health document', to: topic.health(addressOf(MACHINE)), message: {} },
  ];

  test.each(hostile)('$name', async ({ to, message }) => {
    await say(to ?? events, message);
    await eventually('it is refused', () => office.refusedMessages() === 1);
    expect(kept()).toBe(0);
    expect(office.machines().size).toBe(0);
    await say(events, batch(1, 2));
    await eventually('an honest batch', () => acks().length === 1);
    expect(kept()).toBe(2);
  });
});

test('a batch that could not be kept is not acknowledged', async () => {
  let room = false;
  await setUp((from, received) =>
    room ? receiver.receive(from, received) : Promise.reject(new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'The disk is full.' })),
  );
  await say(events, batch(1, 2));
  await say(topic.presence(addressOf(MACHINE)), { v: 1, s: 'on', sess: 's1', boot: 'b' });
  await eventually('the batch has been refused', () => office.machines().size === 1);
  expect(acks()).toEqual([]);
  room = true;
  await say(events, batch(1, 2));
  await eventually('an acknowledgement', () => acks().length === 1);
  expect(acks()[0]?.through).toBe(2);
});

describe('machines', () => {
  beforeEach(() => setUp());
  const hello = (sess: string, epoch = EPOCH) => ({
    v: 1,
    dev: MACHINE,
    sess,
    boot: 'boot-1',
    epoch,
    lanes: [{ lane: 'p0', next: 4, through: 0 }],
    validity: null,
    software: '1.2.3',
    at: '2026-10-31T12:00:00.000Z',
  });

  test('are told on their hello what is already kept of this epoch, and the head', async () => {
    await say(events, batch(1, 3));
    await eventually('an acknowledgement', () => acks().length === 1);
    heard.length = 0;
    await say(topic.hello(addressOf(MACHINE)), hello('s1', 'ffffffffffffffff'));
    await eventually('the head', () => heard.some(({ topic: from }) => from === topic.validityHead(SITE)));
    expect(acks().map(({ lane, through, sess }) => ({ lane, through, sess }))).toEqual([
      { lane: 'p0', through: 0, sess: 's1' },
      { lane: 'p1', through: 0, sess: 's1' },
    ]);
    heard.length = 0;
    await say(topic.hello(addressOf(MACHINE)), hello('s2'));
    await eventually('what is kept', () => acks().length === 2);
    expect(acks()[0]).toMatchObject({ lane: 'p0', epoch: EPOCH, through: 3, sess: 's2' });
  });

  test('that speak under one name are found by their starts, and both are told', async () => {
    const from = async (boot: string): Promise<void> => {
      heard.length = 0;
      await say(topic.hello(addressOf(MACHINE)), { ...hello(`of-${boot}`), boot });
      await eventually('an answer', () => acks().length === 2);
    };
    await from('first');
    await from('second');
    expect(acks()[0]?.twin).toBeUndefined();
    expect(office.machines().get(MACHINE)?.doubled).toBe(false);
    await from('first');
    expect(acks()[0]?.twin).toBe(true);
    await from('second');
    expect(acks()[0]?.twin).toBe(true);
    expect(office.machines().get(MACHINE)?.doubled).toBe(true);
  });

  test('tell of their devices and figures; what is missing of the figures is counted apart by who dropped it', async () => {
    await say(topic.hello(addressOf(MACHINE)), hello('s1'));
    const devices = [{ device: 'printer-1', class: 'ticket-printer', state: 'blocked', reasons: ['paper-out'], since: '2026-10-31T12:00:00.000Z' }];
    const document = {
      v: 1,
      dev: MACHINE,
      sess: 's1',
      boot: 'b',
      software: '1',
      at: '2026-10-31T12:00:00.000Z',
      devices,
      waiting: { p0: 0, p1: 2 },
      deadLetters: 0,
    };
    await say(topic.health(addressOf(MACHINE)), document);
    const samples = (first: number, count: number, lost: number): unknown => ({
      ...{ v: 1, dev: MACHINE, epoch: EPOCH, lane: 'p2', from: first, lost },
      ev: Array.from({ length: count }, () => ({ t: 'metrics', at: '2026-10-31T12:00:00.000Z', d: { foyer_resident_bytes: 1 } })),
    });
    await say(topic.telemetry(addressOf(MACHINE)), samples(100, 2, 99));
    await say(topic.telemetry(addressOf(MACHINE)), samples(110, 1, 104));
    await eventually('both', () => office.machines().get(MACHINE)?.telemetry?.received === 3);
    expect(office.machines().get(MACHINE)?.telemetry).toMatchObject({ dropped: 5, missing: 3 });
    expect(office.machines().get(MACHINE)?.health?.devices).toEqual(devices);
  });

  test('are there or not; the will of an earlier connection says nothing about this one', async () => {
    const presence = topic.presence(addressOf(MACHINE));
    await say(topic.hello(addressOf(MACHINE)), hello('s2'));
    await eventually('there', () => office.machines().get(MACHINE)?.online === true);
    await say(presence, { v: 1, s: 'off', sess: 's1', boot: 'b' });
    await say(presence, { v: 1, s: 'on', sess: 's3', boot: 'b' });
    await eventually('the new connection', () => office.machines().get(MACHINE)?.session === 's3');
    expect(office.machines().get(MACHINE)).toMatchObject({ online: true, software: '1.2.3' });
    await say(presence, { v: 1, s: 'off', sess: 's3', boot: 'b' });
    await eventually('gone', () => office.machines().get(MACHINE)?.online === false);
  });

  test('hear deltas and heads as they are published', async () => {
    heard.length = 0;
    office.publishDelta(SIGNED);
    office.publishHead({ ...SIGNED, body: '{"version":2}' });
    await eventually('both', () => heard.length === 2);
    expect(heard.map(({ topic: from, payload }) => [from, JSON.parse(payload.toString()).body])).toEqual(
      expect.arrayContaining([
        [topic.validityDelta(SITE), SIGNED.body],
        [topic.validityHead(SITE), '{"version":2}'],
      ]),
    );
  });
});
