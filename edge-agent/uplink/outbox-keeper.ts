import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Duration, hours, minus, seconds } from '#core/base/time.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';
import type { Rejection } from '#core/outbox/delivery.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import type { Outbox } from '../ledger/outbox.ts';
import type { TelemetryRing } from '../ledger/telemetry-ring.ts';
import type { Log } from '../runtime/log.ts';

/**
 * Writes down what the box office acknowledged, and takes away what is old enough. A full disk stops neither the gate nor the agent: the acknowledgement is
 * owed and written later; should the agent die before, the events go out once more and the box office drops them.
 */
export interface OutboxKeeper {
  record(lane: OutboxLane, through: number, rejected: readonly Rejection[]): void;
  /** What is owed was of an epoch that has ended: its numbers mean other events now. */
  forget(): void;
  /** Samples up to this one have gone out. False on a full disk: then they will go out again, later. */
  telemetrySent(to: number): boolean;
  /** Makes an event of telemetry that the ring has dropped. */
  tellLoss(): void;
  deadLetters(): number;
  stop(): void;
}

/** Rows that are taken away at once, so that a gate never waits for housekeeping. */
const PRUNE_ROWS = 500;
const PRUNE_PAUSE = seconds(1);
const PRUNE_EVERY = hours(1);
const RECORD_AGAIN_AFTER = seconds(10);

interface Owed {
  readonly through: number;
  readonly rejected: readonly Rejection[];
}

export function createOutboxKeeper(outbox: Outbox, telemetry: TelemetryRing, clock: Clock, timers: Timers, log: Log): OutboxKeeper {
  const owed = new Map<OutboxLane, Owed>();
  let deadLetters = 0;
  let recordAgain: Timer | undefined;

  /** Whether `work` was done; a store that cannot write now and will later is a fact of life, everything else is not ours to handle. */
  const attempt = (what: string, work: () => void): boolean => {
    try {
      work();
      return true;
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause;
      log.error({ code: cause.fault.code }, `${what} has to wait: ${cause.fault.message}`);
      return false;
    }
  };

  const pay = (lane: OutboxLane, debt: Owed): void => {
    const isPaid = attempt('recording an acknowledgement', () => {
      const dead = outbox.record(lane, debt.through, debt.rejected, clock.wall());
      deadLetters += dead;
      if (dead > 0) log.error({ code: 'E-BOX-REJECTED', lane, count: dead }, 'the box office can never accept these events');
    });
    if (isPaid) owed.delete(lane);
    else owed.set(lane, debt);
    if (owed.size > 0 && recordAgain === undefined) recordAgain = timers.after(RECORD_AGAIN_AFTER, payAll);
  };
  const payAll = (): void => {
    recordAgain = undefined;
    for (const [lane, debt] of owed) pay(lane, debt);
  };

  const prune = (): void => {
    let next: Duration = PRUNE_EVERY;
    attempt('taking away old events', () => {
      if (outbox.prune(minus(clock.wall(), LIMITS.records.keepEvents), PRUNE_ROWS) === PRUNE_ROWS) next = PRUNE_PAUSE;
    });
    housekeeping = timers.after(next, prune);
  };
  let housekeeping: Timer = timers.after(PRUNE_PAUSE, prune);

  return {
    record: (lane, through, rejected) => {
      const before = owed.get(lane);
      // Bounded like the rejections of one acknowledgement are.
      const all = [...(before?.rejected ?? []), ...rejected].slice(-LIMITS.outbox.batchEventsMax);
      pay(lane, { through: Math.max(through, before?.through ?? 0), rejected: all });
    },
    forget: () => owed.clear(),
    telemetrySent: (to) => attempt('taking away telemetry that was sent', () => telemetry.sent(to)),
    tellLoss: () => {
      attempt('telling of lost telemetry', telemetry.tellLoss);
    },
    deadLetters: () => deadLetters,
    stop: () => {
      recordAgain?.cancel();
      housekeeping.cancel();
    },
  };
}
