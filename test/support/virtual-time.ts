import { setImmediate } from 'node:timers/promises';
import { assert } from '#core/base/fault.ts';
import { type Duration, type Instant, instant, type Monotonic, milliseconds, plus } from '#core/base/time.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';

/** A clock and timers that stand still until a test moves them. Nothing here waits for real time. */
export interface VirtualTime {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Moves both clocks forward and fires every timer that falls due on the way, in order, letting all promises settle between two of them. */
  advance(span: Duration): Promise<void>;
  /** Lets everything that is already due or resolved happen, without moving the clocks. */
  settle(): Promise<void>;
  /** Moves the wall clock alone, as a wrong time server or a person does. Timers do not notice. */
  jumpWall(by: Duration): void;
  /** Timers that have neither fired nor been cancelled: a test for leaks asks that this is 0. */
  pendingTimers(): number;
}

interface PendingTimer {
  readonly due: number;
  readonly order: number;
  readonly action: () => void;
}

/** A Saturday evening in the cinema, so that windows and business days are ordinary ones. */
const SATURDAY_EVENING = instant(Date.UTC(2026, 9, 31, 11, 0, 0));

export function createVirtualTime(startWall: Instant = SATURDAY_EVENING): VirtualTime {
  let elapsed = milliseconds(0);
  let wallShift = milliseconds(0);
  let nextOrder = 0;
  const pending = new Set<PendingTimer>();

  const earliest = (): PendingTimer | undefined => {
    let found: PendingTimer | undefined;
    for (const timer of pending) {
      if (found === undefined || timer.due < found.due || (timer.due === found.due && timer.order < found.order)) found = timer;
    }
    return found;
  };

  /** One turn of the real event loop: Node empties the microtask queue before it, however long the chain of promises is. */
  const settlePromises = async (): Promise<void> => {
    await setImmediate();
  };

  const runUntil = async (end: number): Promise<void> => {
    await settlePromises();
    for (let timer = earliest(); timer !== undefined && timer.due <= end; timer = earliest()) {
      pending.delete(timer);
      elapsed = milliseconds(Math.max(elapsed, timer.due));
      timer.action();
      await settlePromises();
    }
  };

  return {
    clock: {
      // Not zero at the start: code that takes 0 for "never" must not pass by accident.
      monotonic: () => (1_000_000 + elapsed) as Monotonic,
      wall: () => plus(plus(startWall, elapsed), wallShift),
    },
    timers: {
      after: (delay, action) => {
        const timer: PendingTimer = { due: elapsed + Math.max(0, delay), order: nextOrder++, action };
        pending.add(timer);
        return { cancel: () => pending.delete(timer) };
      },
    },
    advance: async (span) => {
      assert(span >= 0, 'time only moves forward');
      const end = elapsed + span;
      await runUntil(end);
      elapsed = milliseconds(end);
    },
    settle: () => runUntil(elapsed),
    jumpWall: (by) => {
      wallShift = milliseconds(wallShift + by);
    },
    pendingTimers: () => pending.size,
  };
}
