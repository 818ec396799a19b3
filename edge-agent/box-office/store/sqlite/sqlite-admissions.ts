import type { TicketId } from '#core/contract/identifiers.ts';
import type { Database } from '../../../store/database.ts';
import type { AdmissionRecord, Admissions, ConflictRecord, Conflicts } from '../box-office-store.ts';

/** Who was let in where, and the tickets of which too many were, in SQLite. */

interface AdmissionRow {
  readonly scan_id: string;
  readonly ticket_id: string;
  readonly dev: string;
  readonly gate_lane: string;
  readonly stands: number;
  readonly facts: string | null;
}

function admissionOf(row: AdmissionRow): AdmissionRecord {
  return {
    scanId: row.scan_id,
    ticketId: row.ticket_id as TicketId,
    dev: row.dev,
    gateLane: row.gate_lane,
    stands: row.stands === 1,
    ...(row.facts === null ? {} : { facts: JSON.parse(row.facts) }),
  };
}

export function sqliteAdmissions(database: Database): Admissions {
  const columns = 'scan_id, ticket_id, dev, gate_lane, stands, facts';
  const known = database.prepare<[string], AdmissionRow>(
    `SELECT ${columns} FROM json_each(?) AS wanted CROSS JOIN admission ON scan_id = wanted.value`,
  );
  const tickets = database
    .prepare<[string], TicketId>('SELECT ticket_id FROM json_each(?) AS wanted CROSS JOIN admission ON ticket_id = wanted.value')
    .pluck();
  const ofTicket = database.prepare<[string], AdmissionRow>(`SELECT ${columns} FROM admission WHERE ticket_id = ? ORDER BY scan_id`);
  const add = database.prepare<[string, string, string, string, number, string | null]>(
    'INSERT INTO admission (scan_id, ticket_id, dev, gate_lane, stands, facts) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const change = database.prepare<[number, string | null, string]>('UPDATE admission SET stands = ?, facts = coalesce(?, facts) WHERE scan_id = ?');
  const standing = database.prepare<[string], number>('SELECT count(*) FROM admission WHERE ticket_id = ? AND stands = 1').pluck();
  return {
    of: async (scanIds) => known.all(JSON.stringify(scanIds)).map(admissionOf),
    add: async ({ scanId, ticketId, dev, gateLane, stands, facts }) =>
      add.run(scanId, ticketId, dev, gateLane, stands ? 1 : 0, factsText(facts)).changes === 1,
    change: async ({ scanId, stands, facts }) => {
      change.run(stands ? 1 : 0, factsText(facts), scanId);
    },
    counts: async (ticketIds) => {
      const counts = new Map<TicketId, number>();
      for (const ticketId of tickets.all(JSON.stringify(ticketIds))) counts.set(ticketId, (counts.get(ticketId) ?? 0) + 1);
      return counts;
    },
    standing: async (ticketId) => standing.get(ticketId) ?? 0,
    ofTicket: async (ticketId) => ofTicket.all(ticketId).map(admissionOf),
  };
}

function factsText(facts: AdmissionRecord['facts']): string | null {
  return facts === undefined ? null : JSON.stringify(facts);
}

export function sqliteConflicts(database: Database): Conflicts {
  const find = database.prepare<[string], string>('SELECT record FROM conflict WHERE ticket_id = ?').pluck();
  const among = database
    .prepare<[string], TicketId>('SELECT ticket_id FROM json_each(?) AS wanted CROSS JOIN conflict ON ticket_id = wanted.value')
    .pluck();
  const put = database.prepare<[string, string]>(
    `INSERT INTO conflict (ticket_id, change, record) VALUES (?, (SELECT coalesce(max(change), 0) + 1 FROM conflict), ?)
     ON CONFLICT (ticket_id) DO UPDATE SET change = excluded.change, record = excluded.record`,
  );
  const newest = database.prepare<[number], string>('SELECT record FROM conflict ORDER BY change DESC LIMIT +?').pluck();
  const recordOf = (text: string): ConflictRecord => JSON.parse(text);
  return {
    find: async (ticketId) => {
      const text = find.get(ticketId);
      return text === undefined ? undefined : recordOf(text);
    },
    among: async (ticketIds) => among.all(JSON.stringify(ticketIds)),
    put: async (record) => {
      put.run(record.conflict.ticketId, JSON.stringify(record));
    },
    newest: async (limit) => newest.all(limit).map(recordOf),
  };
}
