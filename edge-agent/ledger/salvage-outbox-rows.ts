import type { OutboxLane } from '#core/contract/wire/events.ts';
import type { Database } from '../store/database.ts';
import { sqliteCode } from '../store/plain-database.ts';

/** Rows that are read at once; of a page that cannot be read each row is asked for alone. */
const PAGE = 500;

/**
 * Gives a damaged ledger of an earlier version the tables by lanes that everybody reads, in the connection's own temporary database.
 *
 * Such an outbox is a table and an index, and the index may be torn where the table is whole. Every row that the table gives is gathered in a table of the same
 * name that stands before the damaged one. Where that cannot be (a still older ledger, whose table was its own index; no room), the damaged one itself answers.
 * @param from the first number that is wanted of each lane
 */
export function readOutboxByLanes(damaged: Database, from: Readonly<Record<OutboxLane, number>>): void {
  if (hasLanes(damaged)) return;
  gatherOutbox(damaged, from);
  for (const lane of ['p0', 'p1'] as const) {
    damaged.exec(`CREATE TEMP VIEW outbox_${lane} AS SELECT seq, event_id, type, at, mono, boot, body, mac FROM outbox WHERE lane = '${lane}'`);
  }
}

function hasLanes(damaged: Database): boolean {
  return attempt(() => damaged.prepare('SELECT seq FROM outbox_p0 UNION ALL SELECT seq FROM outbox_p1')) !== undefined;
}

function gatherOutbox(damaged: Database, from: Readonly<Record<OutboxLane, number>>): void {
  const last = lastRow(damaged);
  if (last === undefined) return;
  const first = attempt(() => damaged.prepare<[], number | null>('SELECT min(rowid) FROM main.outbox').pluck().get()) ?? 1;
  try {
    damaged.exec(`
      CREATE TEMP TABLE outbox AS SELECT * FROM main.outbox WHERE false;
      CREATE UNIQUE INDEX temp.outbox_gathered ON outbox (lane, seq)`);
    const copy = damaged.prepare<[number, number, number, number]>(
      `INSERT OR IGNORE INTO temp.outbox SELECT * FROM main.outbox NOT INDEXED
       WHERE rowid BETWEEN ? AND ? AND seq >= CASE lane WHEN 'p0' THEN ? ELSE ? END`,
    );
    const take = (row: number, until: number): boolean => attempt(() => copy.run(row, until, from.p0, from.p1)) !== undefined;
    for (let row = first; row <= last; row += PAGE) {
      if (take(row, row + PAGE - 1)) continue;
      for (let one = row; one < row + PAGE && one <= last; one++) take(one, one);
    }
  } catch (cause) {
    if (sqliteCode(cause) === undefined) throw cause;
    damaged.exec('DROP TABLE IF EXISTS temp.outbox');
  }
}

/** Undefined when the table has no row, or no such numbers. */
function lastRow(damaged: Database): number | undefined {
  const highest = attempt(() => damaged.prepare<[], number | null>('SELECT max(rowid) FROM main.outbox').pluck().get());
  if (highest !== undefined) return highest ?? undefined;
  let seen: number | undefined;
  attempt(() => {
    for (const row of damaged.prepare<[], number>('SELECT rowid FROM main.outbox NOT INDEXED').pluck().iterate()) seen = row;
  });
  return seen;
}

/** What SQLite cannot read is not there. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (cause) {
    if (!isUnreadable(cause)) throw cause;
    return undefined;
  }
}

function isUnreadable(cause: unknown): boolean {
  const code = sqliteCode(cause) ?? '';
  return code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_IOERR') || code === 'SQLITE_ERROR';
}
