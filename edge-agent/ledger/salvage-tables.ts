import type { Database } from '../store/database.ts';
import { sqliteCode } from '../store/plain-database.ts';

/** Copies what can be read of the tables that have no chain: they say how to go on, and everything that they lead to is asked for again where it matters. */

export interface TableSalvage {
  readonly table: string;
  readonly kept: number;
  /** Rows that were read and break a rule of their table. */
  readonly refused: number;
  /** Something of the table could not be read; nobody knows how much that was. */
  readonly isCut: boolean;
}

/** The journals have their own salvage, and the rest is made anew. */
const NOT_COPIED = new Set(['outbox_p0', 'outbox_p1', 'outbox_lane', 'journal_step', 'journal_chain', 'store_version']);

export function salvageTables(damaged: Database, target: Database): readonly TableSalvage[] {
  const tables = target
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
    .pluck()
    .all()
    .filter((name) => !NOT_COPIED.has(name));
  const salvaged = tables.map((table) => copyTable(damaged, target, table));
  // Rows whose owner was lost.
  const orphans = new Map<string, number>();
  const violations = target.pragma('foreign_key_check') as { table: string; rowid: number | null }[];
  for (const { table, rowid } of violations) {
    if (rowid === null) continue;
    target.prepare(`DELETE FROM ${table} WHERE rowid = ?`).run(rowid);
    orphans.set(table, (orphans.get(table) ?? 0) + 1);
  }
  const result = salvaged.map((one) => {
    const gone = orphans.get(one.table) ?? 0;
    return { ...one, kept: one.kept - gone, refused: one.refused + gone };
  });
  // Changes of the validity data with a gap between them are worth nothing: all is fetched again, and nothing older than what was there is taken.
  if (result.some(({ table, isCut, refused }) => table.startsWith('validity_') && (isCut || refused > 0))) {
    target.exec('DELETE FROM validity_change; UPDATE validity_state SET file = NULL');
  }
  return result;
}

interface Column {
  readonly name: string;
  readonly pk: number;
}

function copyTable(damaged: Database, target: Database, table: string): TableSalvage {
  let kept = 0;
  let refused = 0;
  let isCut = false;
  const known = target.pragma(`table_info(${table})`) as Column[];
  let columns: readonly string[];
  try {
    const there = new Set((damaged.pragma(`table_info(${table})`) as Column[]).map(({ name }) => name));
    columns = known.map(({ name }) => name).filter((name) => there.has(name));
  } catch (cause) {
    rethrowUnlessSqlite(cause);
    return { table, kept, refused, isCut: true };
  }
  // A table that an older program did not have.
  if (columns.length === 0) return { table, kept, refused, isCut: false };
  const names = columns.map((name) => `"${name}"`).join(', ');
  const key = known.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  const insert = target.prepare(`INSERT OR REPLACE INTO ${table} (${names}) VALUES (${columns.map(() => '?').join(', ')})`);
  const copy = (direction: 'ASC' | 'DESC'): boolean => {
    const order = key.map(({ name }) => `"${name}" ${direction}`).join(', ');
    try {
      const rows = damaged
        .prepare<[], unknown[]>(`SELECT ${names} FROM ${table}${order === '' ? '' : ` ORDER BY ${order}`}`)
        .raw()
        .safeIntegers();
      for (const row of rows.iterate()) {
        try {
          insert.run(...row);
          kept += 1;
        } catch (cause) {
          rethrowUnlessSqlite(cause);
          refused += 1;
        }
      }
      return true;
    } catch (cause) {
      rethrowUnlessSqlite(cause);
      return false;
    }
  };
  // From the other end as well, up to the page that cannot be read.
  if (!copy('ASC')) {
    isCut = true;
    copy('DESC');
  }
  const count = target.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? kept;
  return { table, kept: count, refused, isCut };
}

function rethrowUnlessSqlite(cause: unknown): void {
  if (sqliteCode(cause) === undefined) throw cause;
}
