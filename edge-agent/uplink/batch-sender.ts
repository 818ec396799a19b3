import { LIMITS } from '#core/base/limits.ts';
import type { DeliveryEffect, DeliveryInput } from '#core/outbox/delivery.ts';
import { batchText, telemetryText } from './batch-text.ts';
import { ConnectionFault } from './mqtt-connection.ts';
import type { OutboxKeeper } from './outbox-keeper.ts';
import type { Line, OutboxPumpOptions } from './outbox-pump.ts';
import type { OversizeBook } from './oversize.ts';

/** Reads, packs and publishes what the delivery machine asks for, and tells it what became of that. */
export interface BatchSender {
  send(batch: Extract<DeliveryEffect, { kind: 'send' }>): Promise<void>;
  sendTelemetry(session: number): Promise<void>;
}

interface Surroundings {
  readonly keeper: OutboxKeeper;
  readonly oversize: OversizeBook;
  readonly counters: { batchesSent: number; eventsSent: number };
  /** The line of this session, as long as it stands. */
  readonly lineOf: (session: number) => Line | undefined;
  readonly feed: (input: DeliveryInput) => void;
}

export function createBatchSender(options: OutboxPumpOptions, { keeper, oversize, counters, lineOf, feed }: Surroundings): BatchSender {
  const { outbox, clock } = options;
  return {
    send: async ({ session, lane, from, to }) => {
      const target = lineOf(session);
      if (target === undefined) return;
      const events = Math.min(LIMITS.outbox.batchEventsMax, to - from + 1);
      const batch = oversize.fitting(outbox.read(lane, from, { events, bytes: target.batchBytesMax }), target.batchBytesMax);
      const payload = await options.encode(batchText(options, batch));
      if (lineOf(session) !== target) return;
      const published = target.publish(lane, payload);
      counters.batchesSent += 1;
      counters.eventsSent += batch.events.length;
      feed({ kind: 'sent', at: clock.monotonic(), session, lane, from, to: batch.to });
      if (!(await isTaken(target, published))) return;
      if (lineOf(session) === target) feed({ kind: 'taken', at: clock.monotonic(), session, lane, from, to: batch.to });
    },
    sendTelemetry: async (session) => {
      const target = lineOf(session);
      if (target === undefined) return;
      const waiting = await sendOldest(options, keeper, target, () => lineOf(session) === target);
      if (waiting !== undefined) feed({ kind: 'telemetry', at: clock.monotonic(), waiting, sent: { session } });
    },
  };
}

/** Whether the broker took it. */
async function isTaken(target: Line, published: Promise<void>): Promise<boolean> {
  try {
    await published;
    return true;
  } catch (cause) {
    // The connection may have ended already, which is then the news; a broker that refuses a batch must not be asked at once again.
    target.abandon(cause instanceof ConnectionFault ? cause : new ConnectionFault('a batch could not be published', undefined, { cause }));
    return false;
  }
}

/**
 * Samples are sent once: what does not arrive is a gap in the numbers, which the box office counts. Answers whether more are waiting, and nothing when the
 * connection has ended.
 */
async function sendOldest(options: OutboxPumpOptions, keeper: OutboxKeeper, target: Line, isStill: () => boolean): Promise<boolean | undefined> {
  const { telemetry } = options;
  const batch = telemetry.oldest(LIMITS.telemetry.messageSamples);
  if (batch === undefined) return false;
  const payload = await options.encode(telemetryText(options, batch));
  if (!isStill() || !(await isTaken(target, target.publishTelemetry(payload)))) return undefined;
  return keeper.telemetrySent(batch.to) && telemetry.state().waiting > 0;
}
