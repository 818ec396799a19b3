import { toIso } from '#core/base/time.ts';
import { isUnfinished, needsTerminal } from '#core/box-office/payment-schedule.ts';
import type { AttemptRecord, ClaimRecord, OrderRecord, TicketRecord } from '#core/box-office/records.ts';
import type { Database } from '../../../store/database.ts';
import type { Attempts, Claims, Orders, Tickets } from '../box-office-store.ts';
import { SHOW_ENDS, UNPRINTED } from './schema.ts';

/** Orders, payments, tickets and claims in SQLite: each whole as JSON, beside the columns by which it is found. */

function reader<Row>(): { one: (text: string | undefined) => Row | undefined; many: (texts: readonly string[]) => Row[] } {
  return {
    one: (text) => (text === undefined ? undefined : (JSON.parse(text) as Row)),
    many: (texts) => texts.map((text) => JSON.parse(text) as Row),
  };
}

export function sqliteOrders(database: Database): Orders {
  const find = database.prepare<[string], string>('SELECT record FROM sale_order WHERE id = ?').pluck();
  const findByKey = database.prepare<[string], string>('SELECT record FROM sale_order WHERE key = ?').pluck();
  const findByCode = database.prepare<[string], string>('SELECT record FROM sale_order WHERE pick_up_code = ?').pluck();
  const put = database.prepare<[string, string, string, string, number, string]>(
    `INSERT INTO sale_order (id, key, pick_up_code, status, hold_until, record) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, hold_until = excluded.hold_until, record = excluded.record`,
  );
  const lapsed = database
    .prepare<[number], string>("SELECT record FROM sale_order WHERE status = 'unpaid' AND hold_until <= ? ORDER BY hold_until")
    .pluck();
  const read = reader<OrderRecord>();
  return {
    find: async (id) => read.one(find.get(id)),
    findByKey: async (key) => read.one(findByKey.get(key)),
    findByPickUpCode: async (code) => read.one(findByCode.get(code)),
    put: async (order) => {
      put.run(order.id, order.key, order.pickUpCode, order.status, order.holdUntil, JSON.stringify(order));
    },
    lapsedBy: async (at) => read.many(lapsed.all(at)),
  };
}

interface AttemptRow {
  readonly key: string;
  readonly order_id: string;
  readonly created_at: number;
  readonly is_open: number;
  readonly paid_at: number | null;
  readonly refunded_at: number | null;
  /** The machine whose card terminal has to be asked or told something. */
  readonly terminal: string | null;
  readonly record: string;
}

export function sqliteAttempts(database: Database): Attempts {
  const find = database.prepare<[string], string>('SELECT record FROM attempt WHERE key = ?').pluck();
  const ofOrder = database.prepare<[string], string>('SELECT record FROM attempt WHERE order_id = ? ORDER BY created_at, key').pluck();
  const put = database.prepare<[AttemptRow]>(
    `INSERT INTO attempt (key, order_id, created_at, is_open, paid_at, refunded_at, terminal, record)
     VALUES (:key, :order_id, :created_at, :is_open, :paid_at, :refunded_at, :terminal, :record)
     ON CONFLICT (key) DO UPDATE SET is_open = excluded.is_open, paid_at = excluded.paid_at, refunded_at = excluded.refunded_at,
       terminal = excluded.terminal, record = excluded.record`,
  );
  const open = database.prepare<[], string>('SELECT record FROM attempt WHERE is_open = 1 ORDER BY created_at, key').pluck();
  const moved = database
    .prepare<[{ readonly from: number; readonly until: number }], string>(
      `SELECT record FROM attempt WHERE (paid_at >= :from AND paid_at < :until) OR (refunded_at >= :from AND refunded_at < :until) ORDER BY created_at, key`,
    )
    .pluck();
  const ofTerminal = database.prepare<[string], string>('SELECT record FROM attempt WHERE terminal = ? ORDER BY created_at, key').pluck();
  const atTerminals = database.prepare<[], string>('SELECT record FROM attempt WHERE terminal IS NOT NULL ORDER BY created_at, key').pluck();
  const read = reader<AttemptRecord>();
  return {
    find: async (key) => read.one(find.get(key)),
    ofOrder: async (orderId) => read.many(ofOrder.all(orderId)),
    put: async (attempt) => {
      put.run({
        key: attempt.key,
        order_id: attempt.orderId,
        created_at: attempt.createdAt,
        is_open: isUnfinished(attempt) ? 1 : 0,
        paid_at: attempt.paidAt ?? null,
        refunded_at: attempt.refundedAt ?? null,
        terminal: needsTerminal(attempt) ? (attempt.machine ?? null) : null,
        record: JSON.stringify(attempt),
      });
    },
    open: async () => read.many(open.all()),
    movedBetween: async (from, until) => read.many(moved.all({ from, until })),
    atTerminals: async () => read.many(atTerminals.all()),
    ofTerminal: async (machine) => read.many(ofTerminal.all(machine)),
  };
}

export function sqliteTickets(database: Database): Tickets {
  const find = database.prepare<[string], string>('SELECT record FROM ticket WHERE id = ?').pluck();
  const ofOrder = database.prepare<[string], string>('SELECT record FROM ticket WHERE order_id = ? ORDER BY position').pluck();
  const put = database.prepare<[string, string, number, string]>(
    'INSERT INTO ticket (id, order_id, position, record) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record',
  );
  // The words of the index, or SQLite looks at every ticket there ever was.
  const unprinted = database
    .prepare<[string, number], string>(`SELECT record FROM ticket WHERE ${UNPRINTED} AND ${SHOW_ENDS} >= ? ORDER BY ${SHOW_ENDS}, id LIMIT +?`)
    .pluck();
  const read = reader<TicketRecord>();
  return {
    find: async (id) => read.one(find.get(id)),
    ofOrder: async (orderId) => read.many(ofOrder.all(orderId)),
    put: async (ticket) => {
      put.run(ticket.id, ticket.orderId, ticket.face.position, JSON.stringify(ticket));
    },
    unprinted: async (endsFrom, limit) => read.many(unprinted.all(toIso(endsFrom), limit)),
  };
}

export function sqliteClaims(database: Database): Claims {
  const find = database.prepare<[string], string>('SELECT record FROM claim WHERE key = ?').pluck();
  const put = database.prepare<[string, string]>(
    'INSERT INTO claim (key, record) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET record = excluded.record',
  );
  const read = reader<ClaimRecord>();
  return {
    findByKey: async (key) => read.one(find.get(key)),
    put: async (claim) => {
      put.run(claim.key, JSON.stringify(claim));
    },
  };
}
