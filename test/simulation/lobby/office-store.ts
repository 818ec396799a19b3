import type { BoxOfficeStore, BoxOfficeTransaction } from '#agent/box-office/store/box-office-store.ts';
import { StoreUnknownError } from '#agent/store/transactor.ts';
import { FaultError } from '#core/base/fault.ts';
import type { MemberEntry } from '#core/box-office/member-account.ts';
import type { AttemptRecord, HoldRecord, OrderRecord, TakenSeat, TicketRecord } from '#core/box-office/records.ts';
import type { CommitFault } from '../kernel/disk.ts';
import { Crash, type Life } from '../kernel/life.ts';
import type { OfficeBooks } from './observation.ts';

/** The box office's store with somebody who watches its commits, and with the faults of a disk below each life of its program. */

export interface WatchedStore {
  readonly store: BoxOfficeStore;
  readonly books: OfficeBooks;
}

/** @param committed after each commit that changed what money and seats depend on; `freed` are holds whose seats went */
export function watchStore(real: BoxOfficeStore, committed: (freed: readonly string[]) => void): WatchedStore {
  const books = {
    orders: new Map<string, OrderRecord>(),
    attempts: new Map<string, AttemptRecord>(),
    numbers: new Map<string, AttemptRecord>(),
    tickets: new Map<string, TicketRecord>(),
    holds: new Map<string, HoldRecord>(),
    seats: new Map<string, TakenSeat>(),
    memberEntries: [] as MemberEntry[],
  };
  const keepAttempt = (attempt: AttemptRecord): void => {
    books.attempts.set(attempt.key, attempt);
    books.numbers.set(attempt.merchantOrder, attempt);
  };
  let changes: (() => void)[] = [];
  let freed: string[] = [];
  let wrapped: BoxOfficeTransaction | undefined;

  const watch = (tx: BoxOfficeTransaction): BoxOfficeTransaction => ({
    ...tx,
    orders: { ...tx.orders, put: keeping(tx.orders.put, (order) => books.orders.set(order.id, order)) },
    attempts: { ...tx.attempts, put: keeping(tx.attempts.put, keepAttempt) },
    tickets: { ...tx.tickets, put: keeping(tx.tickets.put, (ticket) => books.tickets.set(ticket.id, ticket)) },
    holds: { ...tx.holds, put: keeping(tx.holds.put, (hold) => books.holds.set(hold.id, hold)) },
    members: {
      ...tx.members,
      append: async (entry) => {
        const isNew = await tx.members.append(entry);
        if (isNew) changes.push(() => books.memberEntries.push(entry));
        return isNew;
      },
    },
    seats: {
      ...tx.seats,
      take: async (seats) => {
        const lost = await tx.seats.take(seats);
        if (lost.length > 0) return lost;
        changes.push(() => {
          for (const seat of seats) books.seats.set(`${seat.showId}/${seat.seatId}`, seat);
        });
        return lost;
      },
      free: async (holdId) => {
        freed.push(holdId);
        changes.push(() => {
          for (const [place, seat] of books.seats) if (seat.holdId === holdId) books.seats.delete(place);
        });
        return tx.seats.free(holdId);
      },
      sell: async (holdId) => {
        changes.push(() => {
          for (const [place, seat] of books.seats) if (seat.holdId === holdId && seat.state === 'H') books.seats.set(place, { ...seat, state: 'S' });
        });
        return tx.seats.sell(holdId);
      },
    },
  });
  const keeping =
    <Row>(put: (row: Row) => Promise<void>, keep: (row: Row) => unknown) =>
    (row: Row): Promise<void> => {
      changes.push(() => keep(row));
      return put(row);
    };

  const transaction: BoxOfficeStore['transaction'] = (work) => {
    let mine: (() => void)[] = [];
    let mineFreed: readonly string[] = [];
    // The store commits as soon as the work is done, and answers after that: nothing comes between the two.
    return real
      .transaction(async (tx) => {
        wrapped ??= watch(tx);
        changes = [];
        freed = [];
        const value = await work(wrapped);
        mine = changes;
        mineFreed = freed;
        return value;
      })
      .then((value) => {
        for (const change of mine) change();
        if (mine.length > 0) committed(mineFreed);
        return value;
      });
  };
  return { store: { ...real, transaction }, books };
}

export interface OfficeDiskWatch {
  commitFault(): CommitFault;
  ends(life: Life, why: string): void;
}

/** The store as one life of the box office's program sees it. */
export function storeOfLife(real: BoxOfficeStore, life: Life, watch: OfficeDiskWatch): BoxOfficeStore {
  const assertAlive = (where: string): void => {
    if (life.isOver) throw new Crash(life, where);
  };
  return {
    ...real,
    transaction: async (work) => {
      assertAlive('before it touched its store');
      let fault: CommitFault = 'none';
      const value = await real.transaction(async (tx) => {
        assertAlive('before it touched its store');
        const made = await work(tx);
        assertAlive('before a commit');
        fault = watch.commitFault();
        switch (fault) {
          case 'none':
          case 'unknown-kept':
          case 'crash-in-kept':
          case 'crash-after':
            return made;
          case 'full':
            throw new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'The disk is full.' });
          case 'unknown-lost':
            watch.ends(life, 'with its disk');
            throw new StoreUnknownError('the outcome is unknown');
          case 'crash-before':
          case 'crash-in-lost':
            watch.ends(life, fault);
            throw new Crash(life, 'before a commit');
        }
      });
      if (keepsAndEnds(fault)) {
        watch.ends(life, fault);
        throw new Crash(life, 'after a commit');
      }
      assertAlive('after a commit');
      return value;
    },
  };
}

const keepsAndEnds = (fault: CommitFault): boolean => fault === 'unknown-kept' || fault === 'crash-in-kept' || fault === 'crash-after';
