import Sqlite from 'better-sqlite3';
import { FaultError } from '#core/base/fault.ts';
import type { Database } from '../../../store/database.ts';
import { keepLog, type LogKeeperOptions } from '../../../store/log-keeper.ts';
import { classifyFailure, StoreUnknownError, type TransactionStep } from '../../../store/transactor.ts';
import type { BoxOfficeStore, BoxOfficeTransaction } from '../box-office-store.ts';
import { copyValidity } from '../copy-validity.ts';
import { openBoxOfficeDatabase } from './open-box-office-database.ts';
import { sqliteAdmissions, sqliteConflicts } from './sqlite-admissions.ts';
import { sqliteCommands } from './sqlite-commands.ts';
import { sqliteEvents } from './sqlite-events.ts';
import { sqliteMembers } from './sqlite-members.ts';
import { sqliteAttempts, sqliteClaims, sqliteOrders, sqliteTickets } from './sqlite-sales.ts';
import { sqliteCounters, sqliteHolds, sqliteSeats, sqliteShows } from './sqlite-seats.ts';
import { readSqliteValidity, sqliteValidity } from './sqlite-validity.ts';

/**
 * The box office's store in one SQLite file. There is one connection and SQLite has one writer, so transactions simply wait for each other in a queue:
 * serialisable by construction.
 * @param keeping keeps its log short in quiet moments; without it SQLite does it within commits
 * @param onLost the disk failed in the middle of a change, and nobody knows whether it was made: nothing more may be done by this process
 * @throws FaultError as `openStore`, `E-STO-QUARANTINED` it was damaged and waits for a person
 */
export function openSqliteBoxOfficeStore(
  path: string,
  keeping?: LogKeeperOptions,
  onLost: (cause: StoreUnknownError) => void = endProcess,
): BoxOfficeStore {
  const database = openBoxOfficeDatabase(path);
  const keeper = keeping && keepLog(database, keeping);
  const tx: BoxOfficeTransaction = {
    counters: sqliteCounters(database),
    shows: sqliteShows(database),
    seats: sqliteSeats(database),
    holds: sqliteHolds(database),
    orders: sqliteOrders(database),
    attempts: sqliteAttempts(database),
    members: sqliteMembers(database),
    tickets: sqliteTickets(database),
    claims: sqliteClaims(database),
    commands: sqliteCommands(database),
    events: sqliteEvents(database),
    admissions: sqliteAdmissions(database),
    conflicts: sqliteConflicts(database),
    validity: sqliteValidity(database),
  };
  let last: Promise<unknown> = Promise.resolve();
  let lost: StoreUnknownError | undefined;
  const transaction: BoxOfficeStore['transaction'] = (work) => {
    const mine = last.then(async () => {
      if (lost !== undefined) throw new StoreUnknownError(`the box office must be opened again: ${lost.message}`, { cause: lost });
      try {
        return await runAlone(database, () => work(tx));
      } catch (cause) {
        if (!(cause instanceof StoreUnknownError)) throw cause;
        lost = cause;
        onLost(cause);
        throw cause;
      }
    });
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
  let step: TransactionStep = 'begin';
  try {
    database.exec('BEGIN IMMEDIATE');
    step = 'work';
    const value = await work();
    step = 'commit';
    database.exec('COMMIT');
    return value;
  } catch (cause) {
    const failure = classifyFailure(cause, step, 'box office');
    if (failure instanceof StoreUnknownError) throw failure;
    // After a full disk SQLite may have rolled back by itself.
    if (database.inTransaction) database.exec('ROLLBACK');
    throw cause instanceof Sqlite.SqliteError ? writeFault(cause) : cause;
  }
}

/** Outside of everything that could catch it: the process's last handler logs it and exits, and the next start takes up what is there. */
function endProcess(cause: StoreUnknownError): void {
  setImmediate(() => {
    throw cause;
  });
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
