import { toHex } from '#core/base/bytes.ts';
import type { Instant } from '#core/base/time.ts';
import type { TicketKey, ValidityOp } from '#core/contract/box-office/validity.ts';
import { ownerPrefix, rowPrefix } from '#core/validity/row-codec.ts';
import type { Database } from '../../../store/database.ts';
import type { StoredDelta, Validity, ValidityReading } from '../box-office-store.ts';

/** The validity data and their history in SQLite. */

interface DeltaRow {
  readonly version: number;
  readonly set_hash: string;
  readonly chain: string;
  readonly at: number;
  readonly ops: string;
}

function deltaOf(row: DeltaRow): StoredDelta {
  return { version: row.version, setHash: row.set_hash, chain: row.chain, at: row.at as Instant, ops: JSON.parse(row.ops) as ValidityOp[] };
}

export function sqliteValidity(database: Database): Validity {
  return { ...marks(database), ...rows(database), ...deltas(database) };
}

function marks(database: Database): Pick<Validity, 'mark' | 'setMark' | 'keys' | 'setKeys'> {
  const mark = database.prepare<[], { epoch: string; version: number; set_hash: string; chain: string; at: number }>(
    'SELECT epoch, version, set_hash, chain, at FROM validity_mark',
  );
  const setMark = database.prepare<[string, number, string, string, number]>(
    `INSERT INTO validity_mark (one, epoch, version, set_hash, chain, at) VALUES (1, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET epoch = excluded.epoch, version = excluded.version, set_hash = excluded.set_hash, chain = excluded.chain, at = excluded.at`,
  );
  const keys = database.prepare<[], string>('SELECT keys FROM validity_keys').pluck();
  const setKeys = database.prepare<[string]>('INSERT INTO validity_keys (one, keys) VALUES (1, ?) ON CONFLICT DO UPDATE SET keys = excluded.keys');
  return {
    mark: async () => {
      const row = mark.get();
      return row === undefined
        ? undefined
        : { epoch: row.epoch, version: row.version, setHash: row.set_hash, chain: row.chain, at: row.at as Instant };
    },
    setMark: async (value) => {
      setMark.run(value.epoch, value.version, value.setHash, value.chain, value.at);
    },
    keys: async () => {
      const text = keys.get();
      return text === undefined ? [] : (JSON.parse(text) as TicketKey[]);
    },
    setKeys: async (value) => {
      setKeys.run(JSON.stringify(value));
    },
  };
}

type Rows = Pick<Validity, 'row' | 'rowsUnder' | 'putRow' | 'dropRow' | 'rowsAfter' | 'rowsOf'>;

function rows(database: Database): Rows {
  const row = database.prepare<[Uint8Array], Buffer>('SELECT row FROM validity_row WHERE prefix = ?').pluck();
  const under = database
    .prepare<[string], Buffer>('SELECT row FROM json_each(?) AS wanted CROSS JOIN validity_row ON prefix = unhex(wanted.value)')
    .pluck();
  const put = database.prepare<[Uint8Array, Uint8Array | null, Uint8Array]>(
    'INSERT OR REPLACE INTO validity_row (prefix, owner, row) VALUES (?, ?, ?)',
  );
  const drop = database.prepare<[Uint8Array]>('DELETE FROM validity_row WHERE prefix = ?');
  const after = prepareRowsAfter(database);
  const owned = database.prepare<[Uint8Array], Buffer>('SELECT row FROM validity_row WHERE owner = ? ORDER BY prefix').pluck();
  return {
    row: async (prefix) => row.get(prefix),
    rowsUnder: async (prefixes) => under.all(JSON.stringify(prefixes.map(toHex))),
    putRow: async (value) => {
      put.run(rowPrefix(value), ownerPrefix(value) ?? null, value);
    },
    dropRow: async (prefix) => {
      drop.run(prefix);
    },
    rowsAfter: async (prefix, limit) => after.all(prefix, limit),
    rowsOf: async (prefix) => owned.all(prefix),
  };
}

function prepareRowsAfter(database: Database) {
  return database.prepare<[Uint8Array, number], Buffer>('SELECT row FROM validity_row WHERE prefix > ? ORDER BY prefix LIMIT +?').pluck();
}

/**
 * On a connection of its own, whose transaction sees one moment of the file (sqlite.org/isolation.html) while the other connection writes.
 * @param close ends the connection
 */
export function readSqliteValidity(database: Database, close: () => void): ValidityReading {
  database.exec('BEGIN');
  const { mark, keys } = marks(database);
  const after = prepareRowsAfter(database);
  // The moment is that of the first read.
  database.prepare('SELECT 1 FROM validity_mark').get();
  return {
    mark,
    keys,
    rowsAfter: async (prefix, limit) => after.all(prefix, limit),
    close: async () => {
      database.exec('COMMIT');
      close();
    },
  };
}

function deltas(database: Database): Pick<Validity, 'addDelta' | 'deltasAfter' | 'oldestDelta' | 'dropDeltasUpTo'> {
  const add = database.prepare<[number, string, string, number, string]>(
    'INSERT INTO validity_delta (version, set_hash, chain, at, ops) VALUES (?, ?, ?, ?, ?)',
  );
  const after = database.prepare<[number, number], DeltaRow>(
    'SELECT version, set_hash, chain, at, ops FROM validity_delta WHERE version > ? ORDER BY version LIMIT +?',
  );
  const oldest = database.prepare<[], number | null>('SELECT min(version) FROM validity_delta').pluck();
  const drop = database.prepare<[number]>('DELETE FROM validity_delta WHERE version <= ?');
  return {
    addDelta: async (delta) => {
      add.run(delta.version, delta.setHash, delta.chain, delta.at, JSON.stringify(delta.ops));
    },
    deltasAfter: async (version, limit) => after.all(version, limit).map(deltaOf),
    oldestDelta: async () => oldest.get() ?? undefined,
    dropDeltasUpTo: async (version) => {
      drop.run(version);
    },
  };
}
