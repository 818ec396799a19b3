import { LIMITS } from '#core/base/limits.ts';
import { between, type Duration, type Monotonic, milliseconds } from '#core/base/time.ts';
import type { Clock } from '#core/ports/clock.ts';

/** How long a code takes to arrive, as the last one did: from its first byte on the lane knows when a release may be wanted. */
export interface CodeArrival {
  /** The first byte of a code is there. @returns after how long its last one is, by the last code; at once before there was one */
  begun(): Duration;
  /** The code is whole. */
  ended(at: Monotonic): void;
}

export function createCodeArrival(clock: Pick<Clock, 'monotonic'>): CodeArrival {
  let begunAt: Monotonic | undefined;
  let usual = milliseconds(0);
  return {
    begun: () => {
      begunAt = clock.monotonic();
      return usual;
    },
    ended: (at) => {
      if (begunAt === undefined) return;
      usual = milliseconds(Math.min(LIMITS.scanner.codeArrivesWithin, Math.max(0, between(begunAt, at))));
      begunAt = undefined;
    },
  };
}
