import Sqlite from 'better-sqlite3';
import { assert, FaultError } from '#core/base/fault.ts';
import type { Database } from './database.ts';

/**
 * The disk failed in the middle of a write: whether the transaction is durable cannot be known before the file is opened again (a failed fsync may leave a
 * commit that is there after the next start, and one that is not). Nothing may be released or printed on the strength of it; the process must stop.
 */
export class StoreUnknownError extends Error {
  override readonly name = 'StoreUnknownError';
}

export type TransactionStep = 'begin' | 'work' | 'commit';

export interface Transactor {
  /** True while `work` runs. */
  isOpen(): boolean;
  /** One immediate transaction; see `Ledger.transaction`. */
  run<T>(work: () => T): T;
  /** Runs `work` in a transaction that is taken back: nothing of it reaches the disk. Does nothing while another one is open, or cannot be opened. */
  rehearse(work: () => void): void;
}

/** Transactions whose outcome is one of: committed, certainly not committed (thrown), unknown (StoreUnknownError, and every later call throws it again). */
export function createTransactor(database: Database, store: string): Transactor {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');
  let open = false;
  let lost: StoreUnknownError | undefined;
  const nested = `transactions of the ${store} do not nest`;
  const awaited = `a transaction of the ${store} does not await`;

  const failure = (cause: unknown, step: TransactionStep): unknown => {
    open = false;
    const failed = classifyFailure(cause, step, store);
    if (failed instanceof StoreUnknownError) lost = failed;
    // SQLite has rolled back by itself after some failures (sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction).
    else if (database.inTransaction) rollback.run();
    return failed;
  };

  return {
    isOpen: () => open,
    run: (work) => {
      if (lost !== undefined) throw new StoreUnknownError(`the ${store} must be opened again: ${lost.message}`, { cause: lost });
      assert(!open, nested);
      let step: TransactionStep = 'begin';
      try {
        begin.run();
        open = true;
        step = 'work';
        const outcome = work();
        assert(!(outcome instanceof Promise), awaited);
        step = 'commit';
        commit.run();
        open = false;
        return outcome;
      } catch (cause) {
        throw failure(cause, step);
      }
    },
    rehearse: (work) => {
      if (lost !== undefined || database.inTransaction) return;
      try {
        begin.run();
        open = true;
        work();
      } catch (cause) {
        // What the store refuses here has changed nothing, and is refused and told when it is meant.
        if (!(cause instanceof Sqlite.SqliteError)) throw cause;
      } finally {
        open = false;
        if (database.inTransaction) rollback.run();
      }
    },
  };
}

/**
 * A full disk is a known outcome even at COMMIT: SQLite appends the commit frame last, and a frame that could not be written whole fails its checksum
 * (sqlite.org/fileformat2.html, 4.1). A busy file was never written at all. Everything else that fails at COMMIT, and every failing read or write, is unknown.
 */
export function classifyFailure(cause: unknown, step: TransactionStep, store: string): unknown {
  if (!(cause instanceof Sqlite.SqliteError)) return cause;
  if (cause.code === 'SQLITE_FULL') {
    return new FaultError(
      {
        code: 'E-STO-FULL',
        owner: 'store',
        message: `The disk is full: the ${store} could not be written, and was not changed.`,
        remedy: 'Free some space.',
      },
      { cause },
    );
  }
  if (cause.code.startsWith('SQLITE_BUSY')) {
    return new FaultError(
      {
        code: 'E-STO-BUSY',
        owner: 'operator',
        message: `Another program holds the ${store}; it was not changed.`,
        remedy: 'Stop the other program.',
      },
      { cause },
    );
  }
  const isDiskFailure = cause.code.startsWith('SQLITE_IOERR') || cause.code.startsWith('SQLITE_CORRUPT') || cause.code.startsWith('SQLITE_NOTADB');
  if (isDiskFailure || step === 'commit') {
    return new StoreUnknownError(`the ${store} failed with ${cause.code} at ${step}; the outcome is unknown`, { cause });
  }
  return cause;
}
