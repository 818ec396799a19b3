import { randomBytes } from 'node:crypto';
import { type Instant, instant, type Monotonic } from '#core/base/time.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';

/** The machine's own clocks. */
export const systemClock: Clock = {
  monotonic: () => performance.now() as Monotonic,
  wall: (): Instant => instant(Date.now()),
};

export const systemTimers: Timers = {
  after: (delay, action) => {
    const handle = setTimeout(action, delay);
    return { cancel: () => clearTimeout(handle) };
  },
};

export const systemRandom: Random = {
  uniform: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  bytes: (count) => new Uint8Array(randomBytes(count)),
};
