import { randomFillSync } from 'node:crypto';
import { type Instant, instant, type Monotonic } from '#core/base/time.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';

/** The machine's own clocks. */
export const systemClock: Clock = {
  monotonic: () => performance.now() as Monotonic,
  wall: (): Instant => instant(Date.now()),
};

/**
 * A timer acts behind what has arrived already. Node runs timers before it reads: after this process was held up (a slow disk, a machine with other work) a deadline
 * would come first and call an answer missing that lies there unread.
 */
export const systemTimers: Timers = {
  after: (delay, action) => {
    let turn: NodeJS.Immediate | undefined;
    const handle = setTimeout(() => {
      turn = setImmediate(action);
    }, delay);
    return {
      cancel: () => {
        clearTimeout(handle);
        clearImmediate(turn);
      },
    };
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
