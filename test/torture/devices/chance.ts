import { type Duration, milliseconds, seconds } from '#core/base/time.ts';
import type { Random } from '#core/ports/clock.ts';
import type { VirtualTime } from '#test/support/virtual-time.ts';
import { seeded } from '../cinema/seeded.ts';

/** What one seed decides. */
export interface Chance {
  readonly random: Random;
  readonly uniform: () => number;
  /** True in so many of a hundred. */
  percent(share: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
  /** Between nothing and `most`. */
  span(most: Duration): Duration;
}

export function createChance(seed: string): Chance {
  const uniform = seeded(seed);
  return {
    uniform,
    random: { uniform, bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(uniform() * 256)) },
    percent: (share) => uniform() * 100 < share,
    pick: (values) => {
      const value = values[Math.floor(uniform() * values.length)];
      if (value === undefined) throw new Error('there is nothing to choose from');
      return value;
    },
    span: (most) => milliseconds(Math.floor(uniform() * most)),
  };
}

/** What waits for timers while it ends gets the time that it takes. */
export async function endInVirtualTime(time: VirtualTime, end: () => Promise<void>): Promise<void> {
  let isOver = false;
  const ended = end().then(() => {
    isOver = true;
  });
  while (!isOver) await time.advance(seconds(1));
  await ended;
}
