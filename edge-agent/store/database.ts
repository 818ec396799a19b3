import { existsSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { assert, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';

/**
 * SQLite as every store of the product opens it: durable (`synchronous=FULL`, read back on every open, because better-sqlite3 is compiled to fall back to
 * NORMAL in WAL mode), with foreign keys, and at the schema version that this program knows. It never opens a database of a newer program.
 */
export type Database = Sqlite.Database;

/** One step of the schema, applied once and for ever, in order. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /**
   * Whether a program that does not know this step may still open the store afterwards: it finds everything that it reads and writes as it was, and what it
   * writes is good for us. Every new migration says so; one that does not say is taken for one that forbids it.
   */
  readonly olderMayOpen?: boolean;
}

export interface StoreKind {
  /** `application_id` of the file, so that one store is never opened as another. */
  readonly applicationId: number;
  readonly name: string;
  readonly migrations: readonly Migration[];
}

/** SQLite's own value of `synchronous` for FULL (sqlite.org/pragma.html#pragma_synchronous). */
const SYNCHRONOUS_FULL = 2;

/** A store has one writer; a reader of the same process holds a lock for milliseconds at most. */
const BUSY_TIMEOUT_MS = 500;

/**
 * Opens (and creates or migrates) the store at `path`; `:memory:` is good for tests.
 * @throws FaultError `E-STO-OPEN` cannot be opened, `E-STO-FOREIGN` is another program's file, `E-STO-NEWER` was written by a newer version,
 *   `E-STO-CORRUPT` is damaged, `E-STO-FULL` the disk is full, `E-STO-BUSY` another agent has it open.
 */
export function openStore(path: string, kind: StoreKind): Database {
  const isNew = path === ':memory:' || !existsSync(path);
  const database = connect(path, kind);
  try {
    if (!isNew) refuseForeign(database, kind, path);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    // Inside a commit only as the last resort: see log-keeper.ts.
    database.pragma(`wal_autocheckpoint = ${LIMITS.store.logFramesMax}`);
    migrate(database, kind);
    assertDurable(database);
  } catch (cause) {
    database.close();
    throw cause instanceof FaultError ? cause : storeFault(cause, kind, path);
  }
  return database;
}

/** Read back rather than believed; called again after the first write because only then does a wrong default show. */
export function assertDurable(database: Database): void {
  const level = database.pragma('synchronous', { simple: true });
  assert(level === SYNCHRONOUS_FULL, `the store must be at synchronous=FULL, not ${String(level)}`);
}

function connect(path: string, kind: StoreKind): Database {
  try {
    return new Sqlite(path, { timeout: BUSY_TIMEOUT_MS });
  } catch (cause) {
    throw storeFault(cause, kind, path);
  }
}

function refuseForeign(database: Database, kind: StoreKind, path: string): void {
  const id = database.pragma('application_id', { simple: true }) as number;
  const version = database.pragma('user_version', { simple: true }) as number;
  const isEmpty = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (id !== kind.applicationId && !(id === 0 && version === 0 && isEmpty)) {
    throw foreignFault(path, kind, `application id ${id}`);
  }
  if (version > kind.migrations.length && compatibleFrom(database, version) > kind.migrations.length) {
    throw new FaultError({
      code: 'E-STO-NEWER',
      owner: 'configuration',
      message: `${path} was written by a newer Foyer (schema ${version}; this one knows up to ${kind.migrations.length}). Nothing was changed.`,
      remedy: 'Install the newer version again, or start with another data folder.',
    });
  }
}

function migrate(database: Database, kind: StoreKind): void {
  const from = database.pragma('user_version', { simple: true }) as number;
  if (from >= kind.migrations.length) return;
  database
    .transaction(() => {
      const oldest = compatibleFrom(database, from);
      database.exec(COMPATIBILITY);
      for (const migration of kind.migrations.slice(from)) database.exec(migration.sql);
      const barrier = kind.migrations.findLastIndex((migration, index) => index >= from && migration.olderMayOpen !== true);
      database.prepare('INSERT OR REPLACE INTO store_version (id, compatible_from) VALUES (1, ?)').run(Math.max(oldest, barrier + 1));
      database.pragma(`application_id = ${kind.applicationId}`);
      database.pragma(`user_version = ${kind.migrations.length}`);
    })
    .immediate();
}

/** The number of the oldest program that may open the store. It is kept in the store itself, because an older program cannot know what came after it. */
const COMPATIBILITY = `CREATE TABLE IF NOT EXISTS store_version (id INTEGER PRIMARY KEY CHECK (id = 1), compatible_from INTEGER NOT NULL) STRICT`;

function compatibleFrom(database: Database, version: number): number {
  const isKept = database.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'store_version'`).pluck().get() === 1;
  if (!isKept) return version;
  const from = database.prepare<[], number>('SELECT compatible_from FROM store_version').pluck().get();
  return typeof from === 'number' ? from : version;
}

function foreignFault(path: string, kind: StoreKind, detail: string, cause?: unknown): FaultError {
  return new FaultError(
    {
      code: 'E-STO-FOREIGN',
      owner: 'configuration',
      message: `${path} is not a Foyer ${kind.name} (${detail}). Nothing was changed.`,
      remedy: 'Point --data at a folder of its own, or move this file away.',
    },
    { cause },
  );
}

function storeFault(cause: unknown, kind: StoreKind, path: string): FaultError {
  const code = cause instanceof Sqlite.SqliteError ? cause.code : '';
  const text = cause instanceof Error ? cause.message : String(cause);
  if (code === 'SQLITE_NOTADB') return foreignFault(path, kind, 'no SQLite database', cause);
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new FaultError(
      {
        code: 'E-STO-CORRUPT',
        owner: 'store',
        message: `${path} (${kind.name}) is damaged: ${text}. Nothing was changed.`,
        remedy: 'Keep the file for support, and start with another data folder or a copy that is whole.',
      },
      { cause },
    );
  }
  // The shared-memory file beside a WAL is written on every open; that it cannot grow means a full disk (sqlite.org/rescode.html#ioerr_shmsize).
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE') {
    return new FaultError(
      {
        code: 'E-STO-FULL',
        owner: 'store',
        message: `The disk is full: ${path} (${kind.name}) could not be written.`,
        remedy: 'Free some space and start again; nothing was changed.',
      },
      { cause },
    );
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new FaultError(
      {
        code: 'E-STO-BUSY',
        owner: 'operator',
        message: `Another program has ${path} open.`,
        remedy: 'Stop the other agent, or give this one its own --data folder.',
      },
      { cause },
    );
  }
  return new FaultError(
    {
      code: 'E-STO-OPEN',
      owner: 'store',
      message: `${path} (${kind.name}) could not be opened: ${text}.`,
      remedy: 'Check the folder, its rights and the disk.',
    },
    { cause },
  );
}
