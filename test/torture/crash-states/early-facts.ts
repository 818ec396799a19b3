import type { DatedFact } from '../judge/facts.ts';
import type { Operation } from '../recorder/operations.ts';

/** A planted fault: an agent that tells before its store has synced. Each fact moves to the moment before the last sync that preceded it. */
export function early(operations: readonly Operation[], facts: readonly DatedFact[]): readonly DatedFact[] {
  return facts
    .map(({ from, fact }) => {
      let before = from;
      while (before > 0 && operations[before]?.kind !== 'sync') before--;
      return { from: Math.max(0, before - 1), fact };
    })
    .sort((a, b) => a.from - b.from);
}
