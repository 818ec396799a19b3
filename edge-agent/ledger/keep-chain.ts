import { LIMITS } from '#core/base/limits.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { Ledger } from './ledger.ts';
import { JOURNALS, type JournalName } from './ledger-chain.ts';

/**
 * Reads the journals again, a little at a time, from their beginning to their end and then once more after some hours: what a start has no time for, and what
 * a disk forgets while the agent runs. Events that leave are proven by the outbox in any case.
 */
export interface ChainKeeper {
  /** Rows that were found sound in the round before the present one; undefined before the first has ended. */
  lastRound(): { readonly rows: number } | undefined;
  stop(): void;
}

export interface Broken {
  readonly journal: JournalName;
  readonly number: number;
  readonly why: 'missing' | 'changed';
}

/** @param onBroken told once for each journal; the rest of that journal is not looked at any more */
export function keepChain(ledger: Pick<Ledger, 'chain' | 'check' | 'database'>, timers: Timers, onBroken: (broken: Broken) => void): ChainKeeper {
  const { sliceRows, sliceEvery, roundEvery } = LIMITS.store.chain;
  const broken = new Set<JournalName>();
  let next: Timer | undefined;
  let last: { readonly rows: number } | undefined;
  let rows = 0;
  let place: { journal: JournalName; from: number } | undefined = { journal: 'p0', from: 0 };

  const after = (journal: JournalName): typeof place => {
    const following = JOURNALS[JOURNALS.indexOf(journal) + 1];
    return following === undefined ? undefined : { journal: following, from: 0 };
  };
  const look = ({ journal, from }: NonNullable<typeof place>): typeof place => {
    const { base, head } = ledger.chain.ends(journal);
    // Pruning may have overtaken us.
    const start = Math.max(from, base + 1);
    if (start > head || broken.has(journal)) return after(journal);
    const found = ledger.check(journal, start, sliceRows);
    if (found.kind === 'broken') {
      broken.add(journal);
      onBroken({ journal, number: found.number, why: found.why });
      return after(journal);
    }
    rows += found.next - start;
    return { journal, from: found.next };
  };
  const turn = (): void => {
    if (place === undefined || ledger.database.inTransaction) place ??= { journal: 'p0', from: 0 };
    else place = look(place);
    if (place === undefined) {
      last = { rows };
      rows = 0;
    }
    next = timers.after(place === undefined ? roundEvery : sliceEvery, turn);
  };
  next = timers.after(sliceEvery, turn);
  return { lastRound: () => last, stop: () => next?.cancel() };
}
