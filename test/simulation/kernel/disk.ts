import Sqlite from 'better-sqlite3';
import { type Database, openStore, type StoreKind } from '#agent/store/database.ts';
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
  /** The power is gone: what was not committed never was. */
  cut(): void;
  image(): Buffer;
  /** Somebody puts an old copy in its place. */
  restore(image: Buffer): void;
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

/** Statements that write events or the epoch; all others leave what an observer has been told as it was. */
const TELLS = /^\s*(?:INSERT|UPDATE|DELETE)\b.*\b(?:outbox|meta)\b/s;

/** An empty store of each kind: its schema is made once in a process. */
const blanks = new Map<StoreKind, Buffer>();

function blankOf(kind: StoreKind): Buffer {
  const known = blanks.get(kind);
  if (known !== undefined) return known;
  const made = openStore(':memory:', kind);
  const image = made.serialize();
  made.close();
  blanks.set(kind, image);
  return image;
}

function openImage(image: Buffer): Database {
  const database = new Sqlite(image);
  database.pragma('foreign_keys = ON');
  return database;
}

export function createDisk(kind: StoreKind, watch: DiskWatch): Disk {
  let raw = openImage(blankOf(kind));
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
        raw.exec('ROLLBACK');
        throw new Sqlite.SqliteError('database or disk is full', 'SQLITE_FULL');
      case 'unknown-kept':
      case 'unknown-lost':
        if (fault === 'unknown-kept') keep();
        else raw.exec('ROLLBACK');
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

  const statements = createStatements();
  /** A program that has ended reads nothing either: what it would go on with is not the truth any more. */
  const statementFor = (life: Life, sql: string): Statement => {
    const { statement, isCommit, tells } = statements.take(raw, sql);
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
        return statement.get(...parameters);
      },
      all: (...parameters) => {
        touch();
        return statement.all(...parameters);
      },
      iterate: (...parameters) => {
        touch();
        return statement.iterate(...parameters);
      },
      pluck: () => {
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
      statements.begin();
      return new Proxy(raw, {
        get: (target, name) => (name === 'prepare' ? (sql: string) => statementFor(life, sql) : bound(target, name)),
      });
    },
    get raw() {
      return raw;
    },
    cut: () => {
      if (raw.inTransaction) raw.exec('ROLLBACK');
    },
    image: () => raw.serialize(),
    restore: (image) => {
      statements.drop();
      raw.close();
      raw = openImage(image);
      isTold = true;
    },
  };
}

/** As much of a statement as programs use. */
type Statement = Pick<Sqlite.Statement, 'run' | 'get' | 'all' | 'iterate'> & { pluck(): Statement; safeIntegers(): Statement };

interface Compiled {
  readonly statement: Sqlite.Statement;
  readonly isCommit: boolean;
  readonly tells: boolean;
}

/** Statements outlive the lives that use them, each life has them for itself, and none is compiled twice: to compile them is most of a start. */
function createStatements() {
  const compiled = new Map<string, { readonly all: Compiled[]; given: number }>();
  return {
    /** Another life: those that are over give theirs back. */
    begin: (): void => {
      for (const of of compiled.values()) of.given = 0;
    },
    /** Another database. */
    drop: (): void => compiled.clear(),
    take: (raw: Database, sql: string): Compiled => {
      const known = compiled.get(sql) ?? { all: [], given: 0 };
      compiled.set(sql, known);
      const free = known.all[known.given++];
      if (free !== undefined) return asNew(free);
      const made = { statement: raw.prepare(sql), isCommit: /^COMMIT\b/.test(sql), tells: TELLS.test(sql) };
      known.all.push(made);
      return made;
    },
  };
}

function asNew(compiled: Compiled): Compiled {
  if (compiled.statement.reader) compiled.statement.pluck(false);
  compiled.statement.safeIntegers(false);
  return compiled;
}

/** Methods of a native object must be called on itself. */
function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? value.bind(target) : value;
}
