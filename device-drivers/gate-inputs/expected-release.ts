import { LIMITS } from '#core/base/limits.ts';
import { between, type Duration, type Monotonic, milliseconds, plus } from '#core/base/time.ts';
import type { Clock } from '#core/ports/clock.ts';

/**
 * Keeps a slow line free for a release that will be wanted in a moment. A poll that is on the line when a code is complete would keep its guest waiting (15 ms at
 * 9600 baud), so one that is due just then waits instead, once, and never for long: what a poll is for is not put off by a scanner that babbles.
 */
export interface ExpectedRelease {
  /** A release may be wanted in so long; a later word replaces it. */
  expect(within: Duration): void;
  /** How long a poll that is due now has to wait. A poll that has waited is not asked about again. */
  hold(): Duration;
}

export function createExpectedRelease(clock: Pick<Clock, 'monotonic'>): ExpectedRelease {
  const { releaseExpectedFor, decidedWithin, pollHeldMax } = LIMITS.gateInputs;
  let expectedAt: Monotonic | undefined;
  return {
    expect: (within) => {
      expectedAt = plus(clock.monotonic(), within);
    },
    hold: () => {
      if (expectedAt === undefined) return milliseconds(0);
      const toRelease = between(clock.monotonic(), expectedAt);
      // What cannot wait until the release is out had better be over by then.
      if (toRelease + decidedWithin > pollHeldMax) return milliseconds(0);
      return milliseconds(Math.min(pollHeldMax, Math.max(0, toRelease + releaseExpectedFor)));
    },
  };
}
