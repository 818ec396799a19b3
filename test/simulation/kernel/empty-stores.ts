import Sqlite from 'better-sqlite3';
import { type Database, openStore, type StoreKind } from '#agent/store/database.ts';

/**
 * Databases in memory that have their schema and nothing else. Those of a world that is over are emptied and serve the next one, with every statement that was
 * compiled for them: to make a schema and to compile statements would take longer than many an evening.
 */
export interface Store {
  readonly raw: Database;
  readonly statements: Statements;
  /** Of an observer, who reads past the programs. */
  readonly views: Map<string, Sqlite.Statement>;
}

export interface EmptyStores {
  take(): Store;
  /** A store that was copied earlier. */
  open(image: Buffer): Store;
  /** Nobody uses it any more. */
  giveBack(store: Store): void;
}

/** As many as the largest world has at the same time. */
const KEPT_MAX = 12;

const kinds = new Map<StoreKind, EmptyStores>();

export function emptyStores(kind: StoreKind): EmptyStores {
  const known = kinds.get(kind) ?? createEmptyStores(kind);
  kinds.set(kind, known);
  return known;
}

function createEmptyStores(kind: StoreKind): EmptyStores {
  const storeOf = (raw: Database): Store => ({ raw, statements: createStatements(raw), views: new Map() });
  const first = storeOf(openStore(':memory:', kind));
  const toEmpty = scriptToEmpty(first.raw);
  const kept: Store[] = [first];
  return {
    take: () => {
      const store = kept.pop();
      if (store === undefined) return storeOf(openStore(':memory:', kind));
      store.raw.exec(toEmpty);
      return store;
    },
    open: (image) => {
      const raw = new Sqlite(image);
      raw.pragma('foreign_keys = ON');
      // Nobody else has it: what is in the cache need not be compared with the image before every transaction.
      raw.pragma('locking_mode = EXCLUSIVE');
      return storeOf(raw);
    },
    giveBack: (store) => {
      if (store.raw.inTransaction) store.raw.exec('ROLLBACK');
      if (kept.length < KEPT_MAX) kept.push(store);
      else store.raw.close();
    },
  };
}

/** Takes every row away, those that name others first, and writes the rows of a new store. */
function scriptToEmpty(blank: Database): string {
  const tables = blank.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid`).pluck().all();
  const rowsOf = (table: string): readonly string[] => {
    const columns = blank.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
    const quoted = columns.map((column) => `quote("${column}")`).join(` || ',' || `);
    return blank.prepare<[], string>(`SELECT ${quoted} FROM "${table}"`).pluck().all();
  };
  return [
    'BEGIN;',
    ...tables.toReversed().map((table) => `DELETE FROM "${table}";`),
    ...tables.flatMap((table) => rowsOf(table).map((values) => `INSERT INTO "${table}" VALUES (${values});`)),
    'COMMIT;',
  ].join('\n');
}

export interface Compiled {
  readonly statement: Sqlite.Statement;
  readonly isCommit: boolean;
  /** It writes events or the epoch; all others leave what an observer has been told as it was. */
  readonly tells: boolean;
}

export interface Statements {
  /** Another life: those that are over give theirs back. */
  begin(): void;
  take(sql: string): Compiled;
}

const TELLS = /^\s*(?:INSERT|UPDATE|DELETE)\b.*\b(?:outbox|meta)\b/s;

/** Each life has its statements for itself. */
function createStatements(raw: Database): Statements {
  const compiled = new Map<string, { readonly all: Compiled[]; given: number }>();
  return {
    begin: () => {
      for (const of of compiled.values()) of.given = 0;
    },
    take: (sql) => {
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
