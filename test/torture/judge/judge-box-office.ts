import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { boxOfficeStoreKind } from '#agent/box-office/store/sqlite/schema.ts';
import { type Database, openStore } from '#agent/store/database.ts';
import { unreachable } from '#core/base/fault.ts';
import type { OrderStatus } from '#core/contract/box-office/sales.ts';
import { discard } from './close.ts';
import type { Fact } from './facts.ts';
import { type Finding, lost } from './finding.ts';
import { type Depth, judgeDatabase } from './whole-database.ts';

/** The box office's store after a fault: what it has told kiosks, gates and guests, and that seats, orders and tickets agree with each other. */

type BoxOfficeFact = Extract<Fact, { store: 'box-office' }>;

const CONTRADICTIONS = {
  'a confirmed order without all of its tickets': `SELECT id FROM sale_order WHERE status = 'confirmed'
     AND json_array_length(record, '$.lines') <> (SELECT count(*) FROM ticket WHERE order_id = sale_order.id)`,
  'a valid ticket whose seat is not sold': `SELECT ticket.id FROM ticket WHERE json_extract(record, '$.status') = 'valid' AND NOT EXISTS (SELECT 1 FROM taken_seat
     WHERE show_id = json_extract(ticket.record, '$.showId') AND seat_id = json_extract(ticket.record, '$.seatId') AND state = 'S')`,
  'two valid tickets for one seat': `SELECT json_extract(record, '$.showId') AS show, json_extract(record, '$.seatId') AS seat FROM ticket
     WHERE json_extract(record, '$.status') = 'valid' GROUP BY show, seat HAVING count(*) > 1`,
  'a ticket that no gate is told of': `SELECT id FROM ticket
     WHERE unhex('02' || printf('%08x%08x', CAST(substr(id, 1, 8) AS INTEGER), CAST(substr(id, 9) AS INTEGER))) NOT IN (SELECT prefix FROM validity_row)`,
  'events that were acknowledged and are gone': `SELECT dev, lane, through FROM received_through AS told
     WHERE through <> (SELECT count(*) FROM received_event WHERE dev = told.dev AND epoch = told.epoch AND lane = told.lane AND seq <= told.through)`,
  'validity data without their history': `SELECT version FROM validity_mark WHERE version > 0 AND version <> (SELECT max(version) FROM validity_delta)`,
  'a held seat without its hold': `SELECT seat_id FROM taken_seat WHERE state = 'H' AND hold_id NOT IN (SELECT id FROM hold)`,
} as const;

export function judgeBoxOffice(folder: string, facts: readonly BoxOfficeFact[], depth: Depth): readonly Finding[] {
  mkdirSync(join(folder, 'box-office'), { recursive: true });
  const database = openStore(join(folder, 'box-office/box-office.db'), boxOfficeStoreKind);
  try {
    return [...judgeDatabase(database, 'box office', CONTRADICTIONS, depth), ...judgeFacts(database, facts)];
  } finally {
    if (depth === 'whole') database.close();
    else discard(database);
  }
}

/** What an order may have become since it was shown as this. Before it is confirmed, nothing is promised but that it is there. */
const AFTER: Readonly<Partial<Record<OrderStatus, readonly string[]>>> = {
  confirmed: ['confirmed', 'refunding', 'refunded'],
  refunding: ['refunding', 'refunded'],
  refunded: ['refunded'],
};

function judgeFacts(database: Database, facts: readonly BoxOfficeFact[]): readonly Finding[] {
  const texts = (sql: string): ReadonlySet<unknown> => new Set(database.prepare(sql).pluck().all());
  const holds = texts('SELECT id FROM hold');
  const attempts = texts('SELECT key FROM attempt');
  const leases = texts(`SELECT json_extract(record, '$.leaseId') FROM claim`);
  const orders = new Map(
    database
      .prepare<[], { id: string; status: string }>('SELECT id, status FROM sale_order')
      .all()
      .map(({ id, status }) => [id, status]),
  );
  const through = database.prepare<[string, string], number>('SELECT max(through) FROM received_through WHERE epoch = ? AND lane = ?').pluck();
  const mark = database.prepare<[], { epoch: string; version: number }>('SELECT epoch, version FROM validity_mark').get();
  return facts.flatMap((fact) => {
    switch (fact.kind) {
      case 'hold':
        return holds.has(fact.id) ? [] : lost(`hold ${fact.id}`);
      case 'order': {
        const status = orders.get(fact.id);
        if (status === undefined) return lost(`order ${fact.id}`);
        return AFTER[fact.status]?.includes(status) === false ? lost(`that order ${fact.id} was ${fact.status}: it is ${status}`) : [];
      }
      case 'attempt':
        return attempts.has(fact.key) ? [] : lost(`payment attempt ${fact.key}`);
      case 'claim':
        return leases.has(fact.leaseId) ? [] : lost(`claim ${fact.leaseId}`);
      case 'received':
        return (through.get(fact.epoch, fact.lane) ?? 0) >= fact.through ? [] : lost(`events of ${fact.lane} up to ${fact.through}`);
      case 'validity':
        return mark?.epoch === fact.epoch && mark.version >= fact.version ? [] : lost(`validity data of version ${fact.version}`);
      default:
        return unreachable(fact);
    }
  });
}
