import { LIMITS } from '#core/base/limits.ts';
import { between, type Monotonic } from '#core/base/time.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';

/**
 * Keeps what a decision runs through in the processor's caches while guests come: after fifty idle milliseconds a check takes twice as long. A scanner that
 * sends a code in pieces is answered by `ScanCheck.warm` at its first byte; this is for the one that sends it all at once. A gate without guests does nothing.
 */
export interface GateWarmth {
  /** A guest was answered, and the next is expected. @param rehearse does for nothing what a code needs */
  guest(rehearse: () => void): void;
  stop(): void;
}

export function createGateWarmth(clock: Pick<Clock, 'monotonic'>, timers: Timers): GateWarmth {
  const { rehearseEvery, guestsExpectedFor } = LIMITS.gate;
  let last: { readonly at: Monotonic; readonly rehearse: () => void } | undefined;
  let next: Timer | undefined;

  const turn = (): void => {
    next = undefined;
    if (last === undefined) return;
    const idle = between(last.at, clock.monotonic());
    if (idle > guestsExpectedFor) return;
    // The guest who was just here has warmed it himself.
    if (idle >= rehearseEvery) last.rehearse();
    next = timers.after(rehearseEvery, turn);
  };
  return {
    guest: (rehearse) => {
      last = { at: clock.monotonic(), rehearse };
      next ??= timers.after(rehearseEvery, turn);
    },
    stop: () => {
      last = undefined;
      next?.cancel();
      next = undefined;
    },
  };
}
