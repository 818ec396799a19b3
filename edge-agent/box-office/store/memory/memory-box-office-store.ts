import type { BoxOfficeStore, BoxOfficeTransaction } from '../box-office-store.ts';
import { copyValidity } from '../copy-validity.ts';
import { createUndoJournal } from './journaled-map.ts';
import { memoryCommands } from './memory-commands.ts';
import { memoryAdmissions, memoryConflicts, memoryEvents } from './memory-events.ts';
import { memoryMembers } from './memory-members.ts';
import { memoryAttempts, memoryClaims, memoryOrders, memoryTickets } from './memory-sales.ts';
import { memoryCounters, memoryHolds, memorySeats, memoryShows } from './memory-seats.ts';
import { memoryValidity } from './memory-validity.ts';

/** The box office's store in memory, for tests and simulations. It holds the same contract suite as the others, but a power cut takes everything. */
export function createMemoryBoxOfficeStore(): BoxOfficeStore {
  const journal = createUndoJournal();
  const tx: BoxOfficeTransaction = {
    counters: memoryCounters(journal),
    shows: memoryShows(journal),
    seats: memorySeats(journal),
    holds: memoryHolds(journal),
    orders: memoryOrders(journal),
    attempts: memoryAttempts(journal),
    members: memoryMembers(journal),
    tickets: memoryTickets(journal),
    claims: memoryClaims(journal),
    commands: memoryCommands(journal),
    events: memoryEvents(journal),
    admissions: memoryAdmissions(journal),
    conflicts: memoryConflicts(journal),
    validity: memoryValidity(journal),
  };
  const runAlone = async <Value>(work: (tx: BoxOfficeTransaction) => Promise<Value>): Promise<Value> => {
    try {
      const value = await work(tx);
      journal.commit();
      return value;
    } catch (cause) {
      journal.rollBack();
      throw cause;
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  const transaction: BoxOfficeStore['transaction'] = (work) => {
    const mine = last.then(() => runAlone(work));
    last = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  };
  return {
    transaction,
    readValidity: () => transaction(({ validity }) => copyValidity(validity)),
    close: async () => {
      await last;
    },
  };
}
