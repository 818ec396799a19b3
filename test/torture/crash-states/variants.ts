import { createPrng } from '../../simulation/kernel/prng.ts';
import type { Change, Kept, Unsynced } from './disk.ts';

/** One way in which a power cut may treat what was not synced. */
export interface Variant {
  /** For people. */
  readonly name: string;
  readonly kept: Kept;
  readonly isTorn: boolean;
}

/** Nothing of it, all of it, the names without the contents. */
export function certainVariants({ names, changes }: Unsynced): readonly Variant[] {
  const none = variant('none', 0, () => false);
  if (names === 0 && changes.length === 0) return [none];
  const all = variant('all', names, () => true);
  return names > 0 && changes.length > 0 ? [none, all, variant('names', names, () => false)] : [none, all];
}

/** How random variants treat the changes. */
const WAYS = ['first', 'some', 'torn', 'last-missing'] as const;

/** @param seed the same seed and the same unsynced changes give the same variant */
export function randomVariant({ names, changes }: Unsynced, seed: string): Variant {
  const chance = createPrng(seed);
  const keptNames = chance.int(names + 1);
  const way = chance.pick(WAYS);
  const cut = chance.int(changes.length + 1);
  const kept = new Map<number, readonly boolean[]>();
  changes.forEach(({ order, sectors }, index) => {
    kept.set(order, wayOf(way, index, cut, changes.length, sectors, chance));
  });
  const isTorn = [...kept.values()].some((list) => list.includes(true) && list.includes(false));
  return { ...variant(`${way} ${cut} of ${changes.length}, ${seed}`, keptNames, ({ order }, sector) => kept.get(order)?.[sector] === true), isTorn };
}

function wayOf(
  way: (typeof WAYS)[number],
  index: number,
  cut: number,
  count: number,
  sectors: number,
  chance: { chance(probability: number): boolean },
): readonly boolean[] {
  switch (way) {
    case 'first':
      return Array.from({ length: sectors }, () => index < cut);
    case 'some': {
      const whole = chance.chance(0.5);
      return Array.from({ length: sectors }, () => whole);
    }
    case 'torn':
      return Array.from({ length: sectors }, () => chance.chance(0.5));
    case 'last-missing': {
      const isMissing = count > 1 && index === cut % count;
      return Array.from({ length: sectors }, () => !isMissing || chance.chance(0.5));
    }
  }
}

function variant(name: string, names: number, sector: (change: Change, sector: number) => boolean): Variant {
  return { name, kept: { names, sector }, isTorn: false };
}
