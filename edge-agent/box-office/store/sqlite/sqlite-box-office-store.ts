import Sqlite from 'better-sqlite3';
import { FaultError } from '#core/base/fault.ts';
import { type Database, openStore } from '../../../store/database.ts';
import { keepLog, type LogKeeperOptions } from '../../../store/log-keeper.ts';
import type { BoxOfficeStore, BoxOfficeTransaction } from '../box-office-store.ts';
import { copyValidity } from '../copy-validity.ts';
import { boxOfficeStoreKind } from './schema.ts';
import { sqliteAdmissions, sqliteConflicts } from './sqlite-admissions.ts';
import { sqliteEvents } from './sqlite-events.ts';
import { sqliteAttempts, sqliteClaims, sqliteOrders, sqliteTickets } from './sqlite-sales.ts';
import { sqliteCounters, sqliteHolds, sqliteSeats, sqliteShows } from './sqlite-seats.ts';
import { readSqliteValidity, sqliteValidity } from './sqlite-validity.ts';

/**
 * The box office's store in one SQLite file. There is one connection and SQLite has one writer, so transactions simply wait for each other in a queue:
 * serialisable by construction.
 * @param keeping keeps its log short in quiet moments; without it SQLite does it within commits
 * @throws FaultError as `openStore`
 */
export function openSqliteBoxOfficeStore(path: string, keeping?: LogKeeperOptions): BoxOfficeStore {
  const database = openStore(path, boxOfficeStoreKind);
  const keeper = keeping && keepLog(database, keeping);
  const tx: BoxOfficeTransaction = {
    counters: sqliteCounters(database),
    shows: sqliteShows(database),
    seats: sqliteSeats(database),
    holds: sqliteHolds(database),
    orders: sqliteOrders(database),
    attempts: sqliteAttempts(database),
    tickets: sqliteTickets(database),
    claims: sqliteClaims(database),
    events: sqliteEvents(database),
    admissions: sqliteAdmissions(database),
    conflicts: sqliteConflicts(database),
    validity: sqliteValidity(database),
  };
  let last: Promise<unknown> = Promise.resolve();
  const transaction: BoxOfficeStore['transaction'] = (work) => {
    const mine = last.then(() => runAlone(database, () => work(tx)));
    // The queue goes on after a failure; whoever asked for the transaction gets its error.
    last = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  };
  return {
    transaction,
    readValidity: async () => {
      // A database in memory has no second connection; what little is in it is copied.
      if (path === ':memory:') return transaction(({ validity }) => copyValidity(validity));
      const reader = new Sqlite(path, { readonly: true });
      return readSqliteValidity(reader, () => reader.close());
    },
    close: async () => {
      await last;
      keeper?.stop();
      database.close();
    },
  };
}

async function runAlone<Value>(database: Database, work: () => Promise<Value>): Promise<Value> {
  try {
    database.exec('BEGIN IMMEDIATE');
    const value = await work();
    database.exec('COMMIT');
    return value;
  } catch (cause) {
    // After a full disk SQLite may have rolled back by itself.
    if (database.inTransaction) database.exec('ROLLBACK');
    throw cause instanceof Sqlite.SqliteError ? writeFault(cause) : cause;
  }
}

function writeFault(cause: InstanceType<typeof Sqlite.SqliteError>): FaultError {
  const isFull = cause.code === 'SQLITE_FULL';
  return new FaultError(
    {
      code: isFull ? 'E-STO-FULL' : 'E-STO-WRITE',
      owner: 'store',
      message: isFull
        ? 'The disk is full: the box office could not keep a change, and has not made it.'
        : `The box office's store failed: ${cause.code}.`,
      remedy: isFull ? 'Free some space; selling goes on by itself.' : 'Check the disk and the folder.',
    },
    { cause },
  );
}
