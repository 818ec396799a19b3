import type { ShowId, TicketId } from '#core/contract/identifiers.ts';
import { codePrefix, soldOf, ticketHalves } from '#core/validity/row-codec.ts';
import { ROW_KIND, rowEnd } from '#core/validity/row-form.ts';
import type { Database } from '../store/database.ts';
import { sqliteCode } from '../store/plain-database.ts';

/** One snapshot of the validity data in a database of its own: rows in their binary form, each in one column by its number. Written once, then only read. */
export interface SnapshotFile {
  readonly mark: SnapshotMark;
  ticket(id: TicketId): Uint8Array | undefined;
  /** @param hash 32 hexadecimal digits */
  code(hash: string): Uint8Array | undefined;
  shows(): readonly Uint8Array[];
  keys(): readonly Uint8Array[];
  /** Bodies that the tickets of each show let in. */
  sold(): readonly { readonly show: number; readonly bodies: number }[];
  /** Tickets and codes, to be added up again. */
  pages(limit: number): Generator<readonly Uint8Array[]>;
}

export interface SnapshotMark {
  readonly epoch: string;
  readonly version: number;
  readonly setHash: string;
  readonly tickets: number;
}

/** The file is there and is not what was written: it cannot be used any more. */
export class DamagedSnapshot extends Error {
  override readonly name = 'DamagedSnapshot';
}

/** Of the layout of the tables; a file of another number is built anew from a new snapshot. */
const LAYOUT = 1;

const schema = `
  CREATE TABLE mark (
    layout INTEGER NOT NULL, epoch TEXT NOT NULL, version INTEGER NOT NULL, set_hash TEXT NOT NULL, tickets INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE key (id INTEGER PRIMARY KEY, row BLOB NOT NULL) STRICT;
  CREATE TABLE show (id INTEGER PRIMARY KEY, row BLOB NOT NULL) STRICT;
  CREATE TABLE ticket (id INTEGER PRIMARY KEY, row BLOB NOT NULL) STRICT;
  CREATE TABLE code (hash BLOB PRIMARY KEY, row BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE sold (show INTEGER PRIMARY KEY, bodies INTEGER NOT NULL) STRICT;
`;

/** Puts rows into an empty database, in ascending order. Nothing of it may be used before {@link SnapshotWriter.finish} has returned. */
export interface SnapshotWriter {
  put(row: Uint8Array): void;
  /** Hands what was put so far to the file, so that the last step is short. */
  flush(): void;
  /** Counted so far. */
  tickets(): number;
  finish(mark: SnapshotMark): void;
}

export function createSnapshotWriter(database: Database): SnapshotWriter {
  database.exec(schema);
  const insert = {
    key: database.prepare<[number, Uint8Array]>('INSERT INTO key VALUES (?, ?)'),
    show: database.prepare<[number, Uint8Array]>('INSERT INTO show VALUES (?, ?)'),
    ticket: database.prepare<[number | bigint, Uint8Array]>('INSERT INTO ticket VALUES (?, ?)'),
    code: database.prepare<[Uint8Array, Uint8Array]>('INSERT INTO code VALUES (?, ?)'),
    sold: database.prepare<[number, number]>('INSERT INTO sold VALUES (?, ?)'),
    mark: database.prepare<[number, string, number, string, number]>('INSERT INTO mark VALUES (?, ?, ?, ?, ?)'),
  };
  const sold = new Map<number, number>();
  let tickets = 0;
  database.exec('BEGIN');
  return {
    put: (row) => {
      switch (row[0]) {
        case ROW_KIND.ticket: {
          const { show, bodies } = soldOf(row, 0);
          sold.set(show, (sold.get(show) ?? 0) + bodies);
          tickets += 1;
          insert.ticket.run(ticketKey(...ticketHalves(row, 1)), row);
          break;
        }
        case ROW_KIND.show:
          insert.show.run(new DataView(row.buffer, row.byteOffset).getUint32(1), row);
          break;
        case ROW_KIND.code:
          insert.code.run(row.subarray(1, 17), row);
          break;
        default:
          insert.key.run(row[1] ?? 0, row);
      }
    },
    flush: () => {
      database.exec('COMMIT; BEGIN');
    },
    tickets: () => tickets,
    finish: ({ epoch, version, setHash, tickets: count }) => {
      for (const [show, bodies] of sold) insert.sold.run(show, bodies);
      insert.mark.run(LAYOUT, epoch, version, setHash, count);
      database.exec('COMMIT');
    },
  };
}

interface MarkRow {
  readonly layout: number;
  readonly epoch: string;
  readonly version: number;
  readonly set_hash: string;
  readonly tickets: number;
}

/** @throws DamagedSnapshot from here on whenever something is read that was not written so */
export function openSnapshotFile(database: Database): SnapshotFile {
  return guarded(() => {
    const mark = database.prepare<[], MarkRow>('SELECT layout, epoch, version, set_hash, tickets FROM mark').get();
    if (mark?.layout !== LAYOUT) throw new DamagedSnapshot('the file is of another layout');
    const ticket = database.prepare<[number | bigint], Buffer>('SELECT row FROM ticket WHERE id = ?').pluck();
    const code = database.prepare<[Uint8Array], Buffer>('SELECT row FROM code WHERE hash = ?').pluck();
    const all = (table: 'show' | 'key'): readonly Uint8Array[] =>
      guarded(() => database.prepare<[], Buffer>(`SELECT row FROM ${table} ORDER BY id`).pluck().all()).map(sound);
    return {
      mark: { epoch: mark.epoch, version: mark.version, setHash: mark.set_hash, tickets: mark.tickets },
      ticket: (id) => {
        const row = guarded(() => ticket.get(ticketKey(Number(id.slice(0, 8)), Number(id.slice(8)))));
        return row && sound(row);
      },
      code: (hash) => {
        const row = guarded(() => code.get(codePrefix(hash).subarray(1)));
        return row && sound(row);
      },
      shows: () => all('show'),
      keys: () => all('key'),
      sold: () => guarded(() => database.prepare<[], { show: number; bodies: number }>('SELECT show, bodies FROM sold').all()),
      pages: (limit) => pagesOf(database, limit),
    };
  });
}

function* pagesOf(database: Database, limit: number): Generator<readonly Uint8Array[]> {
  const tickets = database.prepare<[number | bigint, number], Buffer>('SELECT row FROM ticket WHERE id > ? ORDER BY id LIMIT +?').pluck();
  const codes = database.prepare<[Uint8Array, number], Buffer>('SELECT row FROM code WHERE hash > ? ORDER BY hash LIMIT +?').pluck();
  for (let last: number | bigint = -1, isMore = true; isMore; ) {
    const after: number | bigint = last;
    const page: readonly Buffer[] = guarded(() => tickets.all(after, limit));
    const end = page.at(-1);
    if (end !== undefined) last = ticketKey(...ticketHalves(sound(end), 1));
    isMore = page.length === limit;
    yield page.map(sound);
  }
  for (let last: Uint8Array = new Uint8Array(), isMore = true; isMore; ) {
    const after = last;
    const page = guarded(() => codes.all(after, limit));
    last = page.at(-1)?.subarray(1, 17) ?? last;
    isMore = page.length === limit;
    yield page.map(sound);
  }
}

/** A rowid of sixteen digits. Nearly all fit a double, which crosses into SQLite faster than a BigInt. */
function ticketKey(high: number, low: number): number | bigint {
  const key = high * 100_000_000 + low;
  return Number.isSafeInteger(key) ? key : BigInt(high) * 100_000_000n + BigInt(low);
}

function sound(row: Buffer): Uint8Array {
  if (rowEnd(row, 0) !== row.length) throw new DamagedSnapshot('a row is not of our form');
  return row;
}

/** Whatever SQLite cannot read of a file that is only read is a damaged file. */
function guarded<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    const code = sqliteCode(cause);
    throw code === undefined ? cause : new DamagedSnapshot(`it cannot be read: ${code}`, { cause });
  }
}

/** The number of a show's row, as text. */
export function showIdOf(prefix: Uint8Array): ShowId {
  return new DataView(prefix.buffer, prefix.byteOffset).getUint32(1).toString() as ShowId;
}
