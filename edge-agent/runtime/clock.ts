import { randomFillSync } from 'node:crypto';
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

/** Asked of the operating system's generator in one go, because each question costs more than the bytes: a scan asks for 30. Bytes are given out once. */
const pool = new Uint8Array(4_096);
let given = pool.length;

function randomPart(count: number): Uint8Array {
  if (count > pool.length) return randomFillSync(new Uint8Array(count));
  if (given + count > pool.length) {
    randomFillSync(pool);
    given = 0;
  }
  const part = pool.slice(given, given + count);
  pool.fill(0, given, given + count);
  given += count;
  return part;
}

export const systemRandom: Random = {
  uniform: () => Buffer.from(randomPart(6).buffer).readUIntBE(0, 6) / 2 ** 48,
  bytes: randomPart,
};
