import type { Instant } from '#core/base/time.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';
import type { Database } from '../../../store/database.ts';
import type { EventDisposition, EventHead, Events, LaneOfMachine, ReceivedEvent } from '../box-office-store.ts';

/** What machines have sent, in SQLite. */

interface EventRow {
  readonly position: number;
  readonly dev: string;
  readonly epoch: string;
  readonly lane: OutboxLane;
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly received_at: number;
  readonly disposition: EventDisposition;
  readonly code: string | null;
}

function eventOf(row: EventRow): ReceivedEvent & { readonly position: number } {
  const { position, dev, epoch, lane, seq, id, type, body, disposition, code } = row;
  const receivedAt = row.received_at as Instant;
  return { position, dev, epoch, lane, seq, id, type, body, receivedAt, disposition, ...(code === null ? {} : { code }) };
}

const COLUMNS = 'position, dev, epoch, lane, seq, id, type, body, received_at, disposition, code';

export function sqliteEvents(database: Database): Events {
  const heads = database.prepare<[string, string, string, number, number], Pick<EventRow, 'seq' | 'id' | 'disposition' | 'code'>>(
    'SELECT seq, id, disposition, code FROM received_event WHERE dev = ? AND epoch = ? AND lane = ? AND seq BETWEEN ? AND ? ORDER BY seq',
  );
  // The names of one batch in one statement: as many are looked up one by one, at a fifth of the cost.
  const keptUnder = database.prepare<[string], Pick<EventRow, 'id' | 'body'>>(
    `SELECT event.id, body FROM json_each(?) AS wanted CROSS JOIN received_event AS event INDEXED BY event_kept ON event.id = wanted.value WHERE disposition = 'kept'`,
  );
  const add = database.prepare<[string, string, string, number, string, string, string, number, string, string | null]>(
    `INSERT INTO received_event (dev, epoch, lane, seq, id, type, body, received_at, disposition, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const from = database.prepare<[string, string, string, number, number], EventRow>(
    `SELECT ${COLUMNS} FROM received_event WHERE dev = ? AND epoch = ? AND lane = ? AND seq >= ? ORDER BY seq LIMIT ?`,
  );
  const through = database
    .prepare<[string, string, string], number>('SELECT through FROM received_through WHERE dev = ? AND epoch = ? AND lane = ?')
    .pluck();
  const setThrough = database.prepare<[string, string, string, number]>(
    `INSERT INTO received_through (dev, epoch, lane, through) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET through = excluded.through`,
  );
  const ofMachine = database.prepare<[string, number, number], EventRow>(
    `SELECT ${COLUMNS} FROM received_event WHERE dev = ? AND position > ? AND disposition = 'kept' ORDER BY position LIMIT ?`,
  );
  const prune = database.prepare<[number, number]>(
    `DELETE FROM received_event WHERE position IN (
       SELECT position FROM received_event AS old WHERE received_at < ?
         AND seq < (SELECT through FROM received_through AS mark WHERE mark.dev = old.dev AND mark.epoch = old.epoch AND mark.lane = old.lane)
       ORDER BY position LIMIT ?)`,
  );
  const key = ({ dev, epoch, lane }: LaneOfMachine): [string, string, string] => [dev, epoch, lane];
  return {
    heads: async (lane, from, to) =>
      heads.all(...key(lane), from, to).map(({ code, ...head }): EventHead => (code === null ? head : { ...head, code })),
    keptUnder: async (ids) => new Map(keptUnder.all(JSON.stringify(ids)).map(({ id, body }) => [id, body])),
    add: async (event) => {
      const { seq, id, type, body, receivedAt, disposition, code } = event;
      add.run(...key(event), seq, id, type, body, receivedAt, disposition, code ?? null);
    },
    run: async (lane, seq, limit) => {
      const rows = from.all(...key(lane), seq, limit);
      const gap = rows.findIndex((row, index) => row.seq !== seq + index);
      return (gap === -1 ? rows : rows.slice(0, gap)).map(eventOf);
    },
    through: async (lane) => through.get(...key(lane)) ?? 0,
    setThrough: async (lane, value) => {
      setThrough.run(...key(lane), value);
    },
    prune: async (before, limit) => prune.run(before, limit).changes,
    ofMachine: async (dev, after, limit) => ofMachine.all(dev, after, limit).map(eventOf),
  };
}
