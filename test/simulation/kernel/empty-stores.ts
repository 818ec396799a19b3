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
  const emptying = new Map<Store, readonly Sqlite.Statement[]>();
  const empty = (store: Store): void => {
    const script = emptying.get(store) ?? toEmpty.map((sql) => store.raw.prepare(sql));
    emptying.set(store, script);
    for (const statement of script) statement.run();
  };
  const kept: Store[] = [first];
  return {
    take: () => {
      const store = kept.pop();
      if (store === undefined) return storeOf(openStore(':memory:', kind));
      empty(store);
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
      else {
        emptying.delete(store);
        store.raw.close();
      }
    },
  };
}

/** Takes every row away, those that name others first, and writes the rows of a new store. */
function scriptToEmpty(blank: Database): readonly string[] {
  const tables = blank.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid`).pluck().all();
  const rowsOf = (table: string): readonly string[] => {
    const columns = blank.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
    const quoted = columns.map((column) => `quote("${column}")`).join(` || ',' || `);
    return blank.prepare<[], string>(`SELECT ${quoted} FROM "${table}"`).pluck().all();
  };
  return [
    'BEGIN',
    ...tables.toReversed().map((table) => `DELETE FROM "${table}"`),
    ...tables.flatMap((table) => rowsOf(table).map((values) => `INSERT INTO "${table}" VALUES (${values})`)),
    'COMMIT',
  ];
}

export interface Compiled {
  readonly statement: Sqlite.Statement;
  readonly isCommit: boolean;
  /** It writes events or the epoch; all others leave what an observer has been told as it was. */
  readonly tells: boolean;
  readonly row: RowReader;
}

/** Makes an object of a row's values. SQLite's binding does it a property at a time, which takes longer than to find the row. Undefined: no rows are read. */
export type RowReader = ((values: unknown[]) => unknown) | undefined;

export interface Statements {
  /** Another life: those that are over give theirs back. */
  begin(): void;
  take(sql: string): Compiled;
}

const TELLS = /^\s*(?:INSERT|UPDATE|DELETE)\b.*\b(?:outbox_p[01]|meta)\b/s;

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
      const statement = raw.prepare(sql);
      const made = { statement, isCommit: /^COMMIT\b/.test(sql), tells: TELLS.test(sql), row: rowReaderOf(statement) };
      known.all.push(made);
      return asNew(made);
    },
  };
}

function asNew(compiled: Compiled): Compiled {
  if (compiled.statement.reader) compiled.statement.raw(true);
  compiled.statement.safeIntegers(false);
  return compiled;
}

const readers = new Map<string, RowReader>();

function rowReaderOf(statement: Sqlite.Statement): RowReader {
  if (!statement.reader) return undefined;
  const properties = statement.columns().map(({ name }, index) => `${JSON.stringify(name)}: values[${index}]`);
  const source = `return { ${properties.join(', ')} };`;
  const known = readers.get(source) ?? (new Function('values', source) as NonNullable<RowReader>);
  readers.set(source, known);
  return known;
}
