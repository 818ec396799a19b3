import Sqlite from 'better-sqlite3';
import type { Database, StoreKind } from '#agent/store/database.ts';
import { emptyStores, type RowReader } from './empty-stores.ts';
import { Crash, type Life } from './life.ts';

/**
 * The disk under one store of a simulated machine: real SQL in memory, whose handle outlives the program's lives. A commit is durable, and a cut before it
 * leaves nothing: that SQLite on a real disk keeps the same promise is proven elsewhere (test/edge-agent/store).
 */
export interface Disk {
  /** The store as one life of the program sees it. */
  open(life: Life): Database;
  /** As an observer sees it, between any two events. */
  readonly raw: Database;
  /** A statement of an observer, who reads past the program; compiled once for each database. */
  view<Parameters extends unknown[], Row>(sql: string): Sqlite.Statement<Parameters, Row>;
  /** The power is gone: what was not committed never was. */
  cut(): void;
  image(): Buffer;
  /** Somebody puts an old copy in its place. */
  restore(image: Buffer): void;
  /** The world is over. */
  giveBack(): void;
}

/** What befalls a commit. `full`: refused. `unknown-…`: the sync failed, and the next start finds the transaction, or does not. */
export type CommitFault = 'none' | 'full' | 'unknown-kept' | 'unknown-lost' | 'crash-before' | 'crash-in-kept' | 'crash-in-lost' | 'crash-after';

export interface DiskWatch {
  commitFault(): CommitFault;
  /** Just before a commit is carried out. */
  committing?(): void;
  /** It is on the disk, whether or not the program will hear of it. `isTold`: it may have brought rows of the outbox. */
  committed(isTold: boolean): void;
  /** The program ends here: by a crash at this commit, or because it has lost its store and must. */
  ends(life: Life, why: 'crash' | 'store-unknown'): void;
}

export function createDisk(kind: StoreKind, watch: DiskWatch): Disk {
  const stores = emptyStores(kind);
  let store = stores.take();
  let isTold = true;

  const commit = <Answer>(life: Life, carryOut: () => Answer): Answer => {
    const fault = watch.commitFault();
    const keep = (): Answer => {
      watch.committing?.();
      const result = carryOut();
      const wasTold = isTold;
      isTold = false;
      watch.committed(wasTold);
      return result;
    };
    switch (fault) {
      case 'none':
        return keep();
      case 'full':
        store.raw.exec('ROLLBACK');
        throw new Sqlite.SqliteError('database or disk is full', 'SQLITE_FULL');
      case 'unknown-kept':
      case 'unknown-lost':
        if (fault === 'unknown-kept') keep();
        else store.raw.exec('ROLLBACK');
        watch.ends(life, 'store-unknown');
        throw new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');
      case 'crash-in-kept':
      case 'crash-after':
        keep();
        watch.ends(life, 'crash');
        throw new Crash(life, fault === 'crash-after' ? 'after a commit' : 'in a commit, which is there');
      case 'crash-before':
      case 'crash-in-lost':
        watch.ends(life, 'crash');
        throw new Crash(life, fault === 'crash-before' ? 'before a commit' : 'in a commit, which is lost');
    }
  };

  /** A program that has ended reads nothing either: what it would go on with is not the truth any more. */
  const statementFor = (life: Life, sql: string): Statement => {
    const { statement, isCommit, tells, row } = store.statements.take(sql);
    let read: RowReader = row;
    const touch = (): void => {
      if (life.isOver) throw new Crash(life, 'before it touched its store');
      if (tells) isTold = true;
    };
    const guarded: Statement = {
      run: (...parameters) => {
        touch();
        return isCommit ? commit(life, () => statement.run(...parameters)) : statement.run(...parameters);
      },
      get: (...parameters) => {
        touch();
        const values = statement.get(...parameters);
        return read === undefined || values === undefined ? values : read(values as unknown[]);
      },
      all: (...parameters) => {
        touch();
        const rows = statement.all(...parameters);
        return read === undefined ? rows : (rows as unknown[][]).map(read);
      },
      iterate: (...parameters) => {
        touch();
        return read === undefined ? statement.iterate(...parameters) : rowsOf(statement.iterate(...parameters) as Iterable<unknown[]>, read);
      },
      pluck: () => {
        read = undefined;
        statement.pluck();
        return guarded;
      },
      safeIntegers: () => {
        statement.safeIntegers();
        return guarded;
      },
    };
    return guarded;
  };

  return {
    open: (life) => {
      store.statements.begin();
      return new Proxy(store.raw, {
        get: (target, name) => (name === 'prepare' ? (sql: string) => statementFor(life, sql) : bound(target, name)),
      });
    },
    get raw() {
      return store.raw;
    },
    view: <Parameters extends unknown[], Row>(sql: string) => {
      const statement = store.views.get(sql) ?? store.raw.prepare(sql);
      store.views.set(sql, statement);
      return statement as Sqlite.Statement<Parameters, Row>;
    },
    cut: () => {
      if (store.raw.inTransaction) store.raw.exec('ROLLBACK');
    },
    image: () => store.raw.serialize(),
    restore: (image) => {
      stores.giveBack(store);
      store = stores.open(image);
      isTold = true;
    },
    giveBack: () => stores.giveBack(store),
  };
}

function* rowsOf(rows: Iterable<unknown[]>, read: (values: unknown[]) => unknown): IterableIterator<unknown> {
  for (const values of rows) yield read(values);
}

/** As much of a statement as programs use. */
type Statement = Pick<Sqlite.Statement, 'run' | 'get' | 'all' | 'iterate'> & { pluck(): Statement; safeIntegers(): Statement };

/** Methods of a native object must be called on itself. */
function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? value.bind(target) : value;
}
