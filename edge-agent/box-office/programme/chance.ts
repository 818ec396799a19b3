/** Chance that repeats itself: the same seed always gives the same numbers, so that a programme is the same after every start and on every machine. */
export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** An integer from 0 up to and not including `bound`. */
  below(bound: number): number;
  /** One of `choices`, each as likely as its weight says; undefined when no weight is above 0. */
  pick<Choice>(choices: readonly Choice[], weightOf: (choice: Choice) => number): Choice | undefined;
}

/** Mulberry32 (public domain): 32 bits of state are plenty for seats and films, and it is not meant for secrets. */
export function seededChance(...seed: readonly number[]): Chance {
  let state = seed.reduce((mixed, part) => Math.imul(mixed ^ part, 0x9e3779b1) ^ (mixed >>> 15), 0x5f0e7) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (bound) => Math.floor(next() * bound),
    pick: (choices, weightOf) => {
      const weighted = choices.map((choice) => ({ choice, weight: weightOf(choice) })).filter(({ weight }) => weight > 0);
      let left = next() * weighted.reduce((sum, { weight }) => sum + weight, 0);
      for (const { choice, weight } of weighted) {
        left -= weight;
        if (left < 0) return choice;
      }
      return weighted.at(-1)?.choice;
    },
  };
}
