import type { Instant } from '#core/base/time.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';
import type { Database } from '../../../store/database.ts';
import type { EventDisposition, EventHead, Events, KeptEvent, LaneOfMachine, ToldOrder } from '../box-office-store.ts';
import { SETTLED_ORDER, UNKNOWN_ORDER } from './schema.ts';

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
  readonly had_effect: number;
}

function eventOf(row: EventRow): KeptEvent & { readonly position: number } {
  const { position, dev, epoch, lane, seq, id, type, body, disposition, code } = row;
  const receivedAt = row.received_at as Instant;
  const hadEffect = row.had_effect === 1;
  return { position, dev, epoch, lane, seq, id, type, body, receivedAt, disposition, hadEffect, ...(code === null ? {} : { code }) };
}

const COLUMNS = 'position, dev, epoch, lane, seq, id, type, body, received_at, disposition, code, had_effect';
const BEYOND_GAP = `event.disposition = 'kept' AND event.had_effect = 0 AND event.seq > mark.through`;

/** The detail of both begins with the order. */
const ORDER_IN_DETAIL = `substr(json_extract(body, '$.d.detail'), 1, instr(json_extract(body, '$.d.detail') || ' ', ' ') - 1)`;

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
    `SELECT ${COLUMNS} FROM received_event WHERE dev = ? AND epoch = ? AND lane = ? AND seq >= ? ORDER BY seq LIMIT +?`,
  );
  const through = database
    .prepare<[string, string, string], number>('SELECT through FROM received_through WHERE dev = ? AND epoch = ? AND lane = ?')
    .pluck();
  const setThrough = database.prepare<[string, string, string, number]>(
    `INSERT INTO received_through (dev, epoch, lane, through) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET through = excluded.through`,
  );
  const ofMachine = database.prepare<[string, number, number], EventRow>(
    `SELECT ${COLUMNS} FROM received_event WHERE dev = ? AND position > ? AND disposition = 'kept' ORDER BY position LIMIT +?`,
  );
  const prune = database.prepare<[number, number]>(
    `DELETE FROM received_event WHERE position IN (
       SELECT position FROM received_event AS old WHERE received_at < ?
         AND (had_effect = 1 OR seq < (SELECT through FROM received_through AS mark WHERE mark.dev = old.dev AND mark.epoch = old.epoch AND mark.lane = old.lane))
       ORDER BY position LIMIT +?)`,
  );
  const withoutEffect = database
    .prepare<[string, string], string>(
      `SELECT event.id FROM json_each(?) AS wanted CROSS JOIN received_event AS event INDEXED BY event_kept ON event.id = wanted.value
       JOIN received_through AS mark ON mark.dev = event.dev AND mark.epoch = event.epoch AND mark.lane = event.lane
       WHERE event.dev = ? AND ${BEYOND_GAP}`,
    )
    .pluck();
  const hadEffect = database.prepare<[string]>(
    `UPDATE received_event SET had_effect = 1 WHERE disposition = 'kept' AND id IN (SELECT value FROM json_each(?))`,
  );
  // Marks first: a lane without a gap has nothing above its mark, and is done with one look into an index.
  const stranded = database.prepare<[number, number], EventRow>(
    `SELECT ${COLUMNS.replaceAll(/\w+/g, 'event.$&')} FROM received_through AS mark CROSS JOIN received_event AS event
       ON event.dev = mark.dev AND event.epoch = mark.epoch AND event.lane = mark.lane AND event.seq > mark.through
     WHERE ${BEYOND_GAP} AND event.received_at < ? AND EXISTS (
       SELECT 1 FROM received_event AS later WHERE later.disposition = 'kept' AND later.dev = event.dev AND later.position > event.position AND later.epoch <> event.epoch)
     ORDER BY event.dev, event.epoch, event.lane, event.seq LIMIT +?`,
  );
  const unknownOrders = database.prepare<{ from: number; limit: number }, ToldOrder>(
    `SELECT json_extract(body, '$.d.detail') AS detail, dev, received_at AS receivedAt FROM received_event INDEXED BY event_unknown_order
     WHERE ${UNKNOWN_ORDER} AND received_at >= @from AND ${ORDER_IN_DETAIL} NOT IN (
       SELECT ${ORDER_IN_DETAIL} FROM received_event INDEXED BY event_settled_order WHERE ${SETTLED_ORDER} AND received_at >= @from)
     ORDER BY received_at, position LIMIT +@limit`,
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
    withoutEffect: async (dev, ids) => new Set(withoutEffect.all(JSON.stringify(ids), dev)),
    hadEffect: async (ids) => {
      hadEffect.run(JSON.stringify(ids));
    },
    stranded: async (before, limit) => stranded.all(before, limit).map(eventOf),
    unknownOrders: async (from, limit) => unknownOrders.all({ from, limit }),
    prune: async (before, limit) => prune.run(before, limit).changes,
    ofMachine: async (dev, after, limit) => ofMachine.all(dev, after, limit).map(eventOf),
  };
}
