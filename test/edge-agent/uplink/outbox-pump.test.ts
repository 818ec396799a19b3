import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { createOutbox, type Outbox } from '#agent/ledger/outbox.ts';
import { createTelemetryRing, type TelemetryRing } from '#agent/ledger/telemetry-ring.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import type { ConnectionFault } from '#agent/uplink/mqtt-connection.ts';
import { createOutboxPump, type OutboxPump } from '#agent/uplink/outbox-pump.ts';
import { encodePayload } from '#agent/uplink/payload.ts';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { minutes, seconds } from '#core/base/time.ts';
import { EventId } from '#core/contract/identifiers.ts';
import { type EventAck, EventBatch, Telemetry } from '#core/contract/wire/envelope.ts';
import { eventually } from '#test/support/eventually.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import { MACHINE, sale } from './lobby-wire.ts';

/** A pump on a line that a test holds in its hands. Batches are compressed on another thread, so a batch is awaited; time stands still meanwhile. */
interface Bench {
  readonly time: VirtualTime;
  readonly ledger: Ledger;
  readonly outbox: Outbox;
  readonly pump: OutboxPump;
  readonly sent: EventBatch[];
  readonly telemetry: TelemetryRing;
  readonly telemetrySent: Telemetry[];
  readonly abandoned: ConnectionFault[];
  append(count: number): void;
  linkUp(windowBatches?: number, batchBytesMax?: number): void;
  /** The broker confirms everything it was given. */
  take(): Promise<void>;
  batches(count: number): Promise<void>;
  ack(through: number, more?: Partial<EventAck>): void;
}

function bench(path = ':memory:'): Bench {
  const time = createVirtualTime();
  const ledger = openLedger(path, { clock: time.clock, random: systemRandom, boot: 'boot-1' });
  const outbox = createOutbox(ledger);
  const telemetry = createTelemetryRing(ledger);
  const pump = createOutboxPump({
    machine: MACHINE,
    ledger,
    outbox,
    clock: time.clock,
    timers: time.timers,
    log: silentLog,
    telemetry,
    clockQuality: () => undefined,
    encode: encodePayload,
    onChange: () => undefined,
  });
  const sent: EventBatch[] = [];
  const telemetrySent: Telemetry[] = [];
  const abandoned: ConnectionFault[] = [];
  let untaken: (() => void)[] = [];
  onTestFinished(() => {
    pump.stop();
    ledger.close();
  });
  return {
    time,
    ledger,
    outbox,
    pump,
    sent,
    telemetry,
    telemetrySent,
    abandoned,
    append: (count) => ledger.transaction(() => Array.from({ length: count }, (_, i) => ledger.append(sale(`sale-${i}`)))),
    linkUp: (windowBatches = 16, batchBytesMax: number = LIMITS.outbox.batchBytesMax) =>
      pump.linkUp({
        windowBatches,
        batchBytesMax,
        publish: (_lane, payload) => {
          const plain = payload[0] === 0x1f ? gunzipSync(payload) : Buffer.from(payload);
          sent.push(EventBatch.parse(JSON.parse(plain.toString('utf8'))));
          return new Promise((resolve) => untaken.push(resolve));
        },
        publishTelemetry: async (payload) => {
          telemetrySent.push(Telemetry.parse(JSON.parse(Buffer.from(payload[0] === 0x1f ? gunzipSync(payload) : payload).toString('utf8'))));
        },
        abandon: (fault) => {
          abandoned.push(fault);
          pump.linkDown();
        },
      }),
    take: async () => {
      for (const confirm of untaken) confirm();
      untaken = [];
      await time.settle();
    },
    batches: async (count) => {
      await eventually(`${count} batches`, () => sent.length >= count);
    },
    ack: (through, more = {}) =>
      pump.acknowledged({ v: 1, lane: 'p0', epoch: ledger.epoch, through, reject: [], at: '2026-10-31T12:00:00.000Z', ...more }),
  };
}

describe('delivery', () => {
  test('an event that is appended while connected goes out at once', async () => {
    const b = bench();
    b.linkUp();
    b.append(1);
    await b.batches(1);
    expect(b.sent[0]).toMatchObject({ dev: MACHINE, lane: 'p0', from: 1, epoch: b.ledger.epoch, boot: 'boot-1', hist: false });
  });

  test('when no acknowledgement comes, the same numbers and the same events go out again', async () => {
    const b = bench();
    b.append(300);
    b.linkUp();
    await b.batches(2);
    await b.take();
    await b.time.advance(LIMITS.outbox.resendAfter);
    await b.batches(3);
    expect(b.sent[2]?.from).toBe(1);
    expect(b.sent[2]?.ev).toEqual(b.sent[0]?.ev);
    b.ack(200);
    await b.take();
    await b.batches(4);
    b.ack(300);
    expect(b.outbox.positions().p0).toEqual({ next: 301, through: 300 });
    expect(b.pump.counters()).toMatchObject({ resent: 1 });
  });

  test('what waited longer than a minute, or from before a restart, is marked as history', async () => {
    const path = join(scratchFolder(), 'ledger.db');
    const before = openLedger(path, { clock: createVirtualTime().clock, random: systemRandom, boot: 'boot-0' });
    before.transaction(() => before.append(sale('before')));
    before.close();
    const b = bench(path);
    await b.time.advance(minutes(2));
    b.append(1);
    b.linkUp();
    await b.batches(2);
    expect(b.sent.map(({ from, hist }) => ({ from, hist }))).toEqual([
      { from: 1, hist: true },
      { from: 2, hist: false },
    ]);
    b.pump.linkDown();
    await b.time.advance(minutes(2));
    b.linkUp();
    await b.batches(4);
    expect(b.sent[3]).toMatchObject({ from: 2, hist: true });
  });

  test('a broker that refuses a batch loses the connection, not the events', async () => {
    const b = bench();
    const abandoned: ConnectionFault[] = [];
    b.append(1);
    b.pump.linkUp({
      windowBatches: 1,
      batchBytesMax: 1_000,
      publishTelemetry: () => Promise.resolve(),
      publish: () => Promise.reject(new Error('Not authorized')),
      abandon: (fault) => {
        abandoned.push(fault);
        b.pump.linkDown();
      },
    });
    await eventually('given up', () => abandoned.length === 1);
    b.linkUp();
    await b.batches(1);
    expect(b.sent[0]?.from).toBe(1);
  });
});

describe('acknowledgements', () => {
  test('of another epoch are counted and change nothing', async () => {
    const b = bench();
    b.append(5);
    b.linkUp();
    await b.batches(1);
    b.ack(5, { epoch: '0123456789abcdef' });
    expect(b.outbox.positions().p0.through).toBe(0);
    expect(b.pump.counters().staleAcknowledgements).toBe(1);
  });

  test('a poison event becomes a dead letter and the lane goes on', async () => {
    const b = bench();
    b.append(5);
    b.linkUp();
    await b.batches(1);
    b.ack(5, { reject: [{ seq: 3, code: 'E-BOX-UNREADABLE' }] });
    expect(b.outbox.lanes()[0]).toMatchObject({ waiting: 0, through: 5, dead: 1 });
    b.append(1);
    await eventually('the next one', () => b.sent.some(({ lane, from }) => lane === 'p0' && from === 6));
    expect(b.sent.some(({ lane }) => lane === 'p1')).toBe(true);
    expect(b.pump.counters().deadLetters).toBe(1);
  });

  test('that name another event under our number begin a new epoch, and every event is sent in it', async () => {
    const b = bench();
    const before = b.ledger.epoch;
    b.append(3);
    b.linkUp();
    await b.batches(1);
    const ids = b.sent.flatMap(({ ev }) => ev.map(({ id }) => EventId.parse(id)));
    const [first, second] = ids;
    if (first === undefined || second === undefined) expect.unreachable('three events');
    b.ack(1, { last: first });
    expect(b.ledger.epoch).toBe(before);
    // The last that the box office has kept up to there is not ours.
    b.ack(3, { last: second });
    expect(b.ledger.epoch).not.toBe(before);
    b.linkUp();
    await b.batches(2);
    expect(b.sent[1]?.ev.map(({ id }) => id)).toEqual(ids.slice(1));
  });

  test('beyond what this ledger ever gave out begin a new epoch, in which nothing is lost', async () => {
    const b = bench();
    const before = b.ledger.epoch;
    b.append(3);
    b.linkUp();
    await b.batches(1);
    b.ack(7);
    expect(b.abandoned).toHaveLength(1);
    expect(b.ledger.epoch).not.toBe(before);
    b.linkUp();
    await b.batches(2);
    expect(b.sent[1]).toMatchObject({ from: 1, epoch: b.ledger.epoch });
    expect(b.sent[1]?.ev).toEqual(b.sent[0]?.ev);
  });
});

describe('silence of the box office', () => {
  test('is said after ten minutes on a working line, and taken back by one acknowledgement', async () => {
    const b = bench();
    b.append(1);
    b.linkUp();
    await b.batches(1);
    await b.take();
    for (let waited = 0; waited < LIMITS.outbox.notAcceptedAfter; waited += LIMITS.outbox.resendAfter) {
      expect(b.pump.notAccepted()).toBe(false);
      const before = b.sent.length;
      await b.time.advance(LIMITS.outbox.resendAfter);
      await b.batches(before + 1);
      await b.take();
    }
    expect(b.pump.notAccepted()).toBe(true);
    b.ack(1);
    expect(b.pump.notAccepted()).toBe(false);
  });

  test('and of the broker: a batch that is never confirmed ends the connection by our own doing, and goes out again on the next', async () => {
    const b = bench();
    b.append(300);
    b.linkUp();
    await b.batches(2);
    await b.time.advance(LIMITS.outbox.notAcceptedAfter);
    expect(b.abandoned.map(({ message }) => message)).toEqual([expect.stringContaining('has not confirmed a batch of lane p0')]);
    expect(b.pump.notAccepted()).toBe(true);
    b.linkUp();
    await b.batches(4);
    expect(b.sent.slice(2).map(({ from }) => from)).toEqual([1, 201]);
    expect(b.sent[2]?.ev).toEqual(b.sent[0]?.ev);
    b.ack(300);
    expect(b.pump.notAccepted()).toBe(false);
  });

  test('costs one batch each ten seconds, whatever waits', async () => {
    const b = bench();
    b.append(3_200);
    b.linkUp();
    await b.batches(16);
    await b.take();
    await b.time.advance(seconds(10));
    await b.batches(17);
    await b.take();
    expect(b.sent).toHaveLength(17);
  });
});

describe('an epoch that another part has renewed', () => {
  test('ends the connection, and on the next one everything that was not acknowledged goes out under new numbers', async () => {
    const b = bench();
    b.append(3);
    b.linkUp();
    await b.batches(1);
    b.ack(2);
    await b.take();
    b.ledger.renewEpoch();
    b.append(1);
    await b.time.settle();
    expect(b.abandoned).toHaveLength(1);
    b.linkUp();
    await b.batches(2);
    expect(b.sent[1]).toMatchObject({ epoch: b.ledger.epoch, from: 1 });
    expect(b.sent[1]?.ev).toHaveLength(2);
  });

  test('is noticed by a connection that comes up afterwards', async () => {
    const b = bench();
    b.append(5);
    b.linkUp();
    await b.batches(1);
    b.ack(4);
    await b.take();
    b.pump.linkDown();
    b.ledger.renewEpoch();
    b.linkUp();
    await b.batches(2);
    expect(b.sent[1]).toMatchObject({ epoch: b.ledger.epoch, from: 1 });
  });

  test('waits while the disk is full, and is tried again on the next connection', async () => {
    const b = bench();
    const { renewEpoch, epoch } = b.ledger;
    b.ledger.renewEpoch = () => {
      throw new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'full' });
    };
    b.append(3);
    b.linkUp();
    await b.batches(1);
    b.ack(50);
    await b.time.settle();
    expect(b.abandoned).toHaveLength(1);
    expect(b.ledger.epoch).toBe(epoch);
    b.ledger.renewEpoch = renewEpoch;
    b.linkUp();
    await b.batches(2);
    b.ack(50);
    await b.time.settle();
    expect(b.ledger.epoch).not.toBe(epoch);
  });
});

describe('a box office that was restored', () => {
  test('answers the hello with less than it had acknowledged: everything goes out once more, also when the answer is there before the line', async () => {
    const b = bench();
    b.append(5);
    b.linkUp();
    await b.batches(1);
    b.ack(5);
    await b.take();
    b.pump.linkDown();
    const before = b.ledger.epoch;
    b.pump.greets('again');
    b.ack(2);
    expect(b.ledger.epoch).toBe(before);
    b.ack(2, { sess: 'again' });
    expect(b.ledger.epoch).not.toBe(before);
    b.linkUp();
    await eventually('everything, and the record of it', () => b.sent.filter(({ epoch }) => epoch === b.ledger.epoch).length >= 2);
    expect(b.sent.find(({ epoch, lane }) => epoch === b.ledger.epoch && lane === 'p0')).toMatchObject({ from: 1, ev: b.sent[0]?.ev });
  });
});

describe('what may be lost, and what is too large', () => {
  test('telemetry waits for a line, goes out once, and a full ring tells what it dropped', async () => {
    const b = bench();
    const small = createTelemetryRing(b.ledger, 3);
    for (let sample = 0; sample < 5; sample++) small.append({ t: 'metrics', at: '2026-10-31T12:00:00.000Z', d: { sample } });
    b.linkUp();
    await eventually('samples', () => b.telemetrySent.length === 1);
    expect(b.telemetrySent[0]).toMatchObject({ from: 3, lost: 2, ev: [{ d: { sample: 2 } }, { d: { sample: 3 } }, { d: { sample: 4 } }] });
    await eventually('the loss as an event', () => b.sent.some(({ lane, ev }) => lane === 'p1' && ev.some(({ t }) => t === 'audit')));
    expect(b.telemetry.state()).toEqual({ waiting: 0, lost: 2 });
    b.pump.linkDown();
    b.linkUp();
    await b.time.settle();
    expect(b.telemetrySent).toHaveLength(1);
  });

  test('an event larger than any message leaves a stand-in, and becomes a dead letter', async () => {
    const b = bench();
    b.ledger.transaction(() => {
      b.ledger.append(sale('one'));
      b.ledger.append(sale('x'.repeat(3_000)));
      b.ledger.append(sale('three'));
    });
    b.linkUp(16, 2_000);
    await b.batches(3);
    expect(b.sent.map(({ from, ev }) => ({ from, t: ev[0]?.t }))).toEqual([
      { from: 1, t: 'sale' },
      { from: 2, t: 'audit' },
      { from: 3, t: 'sale' },
    ]);
    b.ack(3);
    expect(b.outbox.lanes()[0]).toMatchObject({ through: 3, dead: 1 });
  });
});
