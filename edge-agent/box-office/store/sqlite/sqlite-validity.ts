import type { Instant } from '#core/base/time.ts';
import type { TicketKey, ValidityOp, ValidityShow, ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { Database } from '../../../store/database.ts';
import type { StoredDelta, Validity } from '../box-office-store.ts';

/** The validity data and their history in SQLite. */

interface DeltaRow {
  readonly version: number;
  readonly set_hash: string;
  readonly at: number;
  readonly ops: string;
}

function deltaOf(row: DeltaRow): StoredDelta {
  return { version: row.version, setHash: row.set_hash, at: row.at as Instant, ops: JSON.parse(row.ops) as ValidityOp[] };
}

export function sqliteValidity(database: Database): Validity {
  return { ...marks(database), ...rows(database), ...deltas(database) };
}

function marks(database: Database): Pick<Validity, 'mark' | 'setMark' | 'keys' | 'setKeys'> {
  const mark = database.prepare<[], { epoch: string; version: number; set_hash: string; at: number }>(
    'SELECT epoch, version, set_hash, at FROM validity_mark',
  );
  const setMark = database.prepare<[string, number, string, number]>(
    `INSERT INTO validity_mark (one, epoch, version, set_hash, at) VALUES (1, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET epoch = excluded.epoch, version = excluded.version, set_hash = excluded.set_hash, at = excluded.at`,
  );
  const keys = database.prepare<[], string>('SELECT keys FROM validity_keys').pluck();
  const setKeys = database.prepare<[string]>('INSERT INTO validity_keys (one, keys) VALUES (1, ?) ON CONFLICT DO UPDATE SET keys = excluded.keys');
  return {
    mark: async () => {
      const row = mark.get();
      return row === undefined ? undefined : { epoch: row.epoch, version: row.version, setHash: row.set_hash, at: row.at as Instant };
    },
    setMark: async (value) => {
      setMark.run(value.epoch, value.version, value.setHash, value.at);
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

type Rows = Pick<Validity, 'ticket' | 'putTicket' | 'dropTicket' | 'show' | 'putShow' | 'dropShow' | 'tickets' | 'ticketsOfShow' | 'shows'>;

function rows(database: Database): Rows {
  const ticket = database.prepare<[string], string>('SELECT row FROM validity_ticket WHERE id = ?').pluck();
  const putTicket = database.prepare<[string, string, string]>('INSERT OR REPLACE INTO validity_ticket (id, show_id, row) VALUES (?, ?, ?)');
  const dropTicket = database.prepare<[string]>('DELETE FROM validity_ticket WHERE id = ?');
  const tickets = database.prepare<[], string>('SELECT row FROM validity_ticket ORDER BY id').pluck();
  const ticketsOfShow = database.prepare<[string], string>('SELECT row FROM validity_ticket WHERE show_id = ? ORDER BY id').pluck();
  const show = database.prepare<[string], string>('SELECT row FROM validity_show WHERE id = ?').pluck();
  const putShow = database.prepare<[string, string]>('INSERT OR REPLACE INTO validity_show (id, row) VALUES (?, ?)');
  const dropShow = database.prepare<[string]>('DELETE FROM validity_show WHERE id = ?');
  const shows = database.prepare<[], string>('SELECT row FROM validity_show ORDER BY id').pluck();
  const ticketOf = (text: string): ValidityTicket => JSON.parse(text) as ValidityTicket;
  const showOf = (text: string): ValidityShow => JSON.parse(text) as ValidityShow;
  return {
    ticket: async (id) => {
      const text = ticket.get(id);
      return text === undefined ? undefined : ticketOf(text);
    },
    putTicket: async (row) => {
      putTicket.run(row.id, row.showId, JSON.stringify(row));
    },
    dropTicket: async (id) => {
      dropTicket.run(id);
    },
    show: async (id) => {
      const text = show.get(id);
      return text === undefined ? undefined : showOf(text);
    },
    putShow: async (row) => {
      putShow.run(row.id, JSON.stringify(row));
    },
    dropShow: async (id) => {
      dropShow.run(id);
    },
    tickets: async () => tickets.all().map(ticketOf),
    ticketsOfShow: async (id) => ticketsOfShow.all(id).map(ticketOf),
    shows: async () => shows.all().map(showOf),
  };
}

function deltas(database: Database): Pick<Validity, 'addDelta' | 'deltasAfter' | 'oldestDelta' | 'dropDeltasUpTo'> {
  const add = database.prepare<[number, string, number, string]>('INSERT INTO validity_delta (version, set_hash, at, ops) VALUES (?, ?, ?, ?)');
  const after = database.prepare<[number, number], DeltaRow>(
    'SELECT version, set_hash, at, ops FROM validity_delta WHERE version > ? ORDER BY version LIMIT ?',
  );
  const oldest = database.prepare<[], number | null>('SELECT min(version) FROM validity_delta').pluck();
  const drop = database.prepare<[number]>('DELETE FROM validity_delta WHERE version <= ?');
  return {
    addDelta: async (delta) => {
      add.run(delta.version, delta.setHash, delta.at, JSON.stringify(delta.ops));
    },
    deltasAfter: async (version, limit) => after.all(version, limit).map(deltaOf),
    oldestDelta: async () => oldest.get() ?? undefined,
    dropDeltasUpTo: async (version) => {
      drop.run(version);
    },
  };
}
