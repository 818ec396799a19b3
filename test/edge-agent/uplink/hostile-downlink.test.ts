import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { addressOf } from '#agent/uplink/address.ts';
import { topic } from '#core/contract/wire/topic.ts';
import { eventually } from '#test/support/eventually.ts';
import { embeddedBroker, MACHINE, machineEnd, pretender, SIGNED, SITE, sale, waiting } from './lobby-wire.ts';

const ack = topic.acknowledgement(addressOf(MACHINE));
const head = topic.validityHead(SITE);
const delta = topic.validityDelta(SITE);
const honest = { v: 1, lane: 'p0', through: 1, reject: [], at: '2026-10-31T12:00:00.000Z' };

const hostile: { name: string; to: string; message: (epoch: string) => string | Uint8Array }[] = [
  { name: 'an acknowledgement that is no JSON', to: ack, message: () => 'through: 1' },
  { name: 'an acknowledgement of a lane that does not exist', to: ack, message: (epoch) => JSON.stringify({ ...honest, epoch, lane: 'p9' }) },
  { name: 'an acknowledgement below zero', to: ack, message: (epoch) => JSON.stringify({ ...honest, epoch, through: -1 }) },
  { name: 'an acknowledgement of half an event', to: ack, message: (epoch) => JSON.stringify({ ...honest, epoch, through: 0.5 }) },
  { name: 'an acknowledgement of another version', to: ack, message: (epoch) => JSON.stringify({ ...honest, epoch, v: 2 }) },
  { name: 'a head with more than it may say', to: head, message: () => JSON.stringify({ ...SIGNED, delete: 'everything' }) },
  { name: 'an acknowledgement without an epoch', to: ack, message: () => JSON.stringify(honest) },
  { name: 'a bomb of 100 MB', to: ack, message: () => gzipSync(Buffer.alloc(100_000_000)) },
  { name: 'a head that is no JSON', to: head, message: () => '{{{' },
  { name: 'a head without a signature', to: head, message: () => JSON.stringify({ body: '{}' }) },
  { name: 'a head with a short signature', to: head, message: () => JSON.stringify({ body: '{}', signature: 'AAAA' }) },
  { name: 'a delta that is a list', to: delta, message: () => '[]' },
  { name: 'a delta whose body is no text', to: delta, message: () => JSON.stringify({ ...SIGNED, body: { version: 9 } }) },
  { name: 'bytes that are no text', to: delta, message: () => Uint8Array.from([0xc3, 0x28]) },
];

/** A machine whose one event is at the broker, and somebody who may speak as the box office there. */
async function oneSent() {
  const broker = await embeddedBroker();
  const office = await pretender(broker);
  const machine = machineEnd(broker.machine);
  machine.ledger.transaction(() => machine.ledger.append(sale('one')));
  machine.uplink.start();
  await eventually('sent', () => machine.uplink.counters().batchesSent === 1);
  return { office, machine };
}

describe('a machine', () => {
  test.each(hostile)('refuses $name, changes nothing, and goes on', async ({ to, message }) => {
    const { office, machine } = await oneSent();
    const bytes = message(machine.ledger.epoch);
    await office.publishAsync(to, Buffer.from(bytes), { qos: 1 });
    await eventually('it is refused', () => machine.uplink.counters().refusedMessages === 1);
    expect(waiting(machine)).toBe(1);
    expect([...machine.heads, ...machine.deltas]).toEqual([]);
    expect(machine.uplink.status().state).toBe('connected');
    await office.publishAsync(ack, JSON.stringify({ ...honest, epoch: machine.ledger.epoch }), { qos: 0 });
    await eventually('an honest acknowledgement', () => waiting(machine) === 0);
  });

  test('ignores the acknowledgement of another epoch', async () => {
    const { office, machine } = await oneSent();
    await office.publishAsync(ack, JSON.stringify({ ...honest, epoch: '0000000000000000' }), { qos: 1 });
    await eventually('it is seen', () => machine.uplink.counters().staleAcknowledgements === 1);
    expect(waiting(machine)).toBe(1);
  });

  test('understands the acknowledgement of a box office of a newer build, which says more', async () => {
    const { office, machine } = await oneSent();
    await office.publishAsync(ack, JSON.stringify({ ...honest, epoch: machine.ledger.epoch, load: { queued: 3 } }), { qos: 1 });
    await eventually('it counts', () => waiting(machine) === 0);
    expect(machine.uplink.counters().refusedMessages).toBe(0);
  });
});
