import { Conflict, type OutboxLane } from '#core/contract/wire/events.ts';
import type { Disk } from '../kernel/disk.ts';
import { CommittedEvent, type OutboxRow } from './committed-event.ts';
import type { DiskView, StoredAdmission } from './observation.ts';

/** Reads a machine's ledger past its program, by statements of its own: what is durable is what stands here. */
export interface LedgerReader extends DiskView {
  /** Events that were committed since this was asked last. */
  news(life: number): readonly CommittedEvent[];
  /** Looks at the disk as if for the first time: it is another one. */
  begin(): void;
}

type AdmissionRow = Omit<StoredAdmission, 'ticketId'> & { readonly ticket: string };

const ADMISSION = `SELECT scan_id AS scanId, CAST(ticket AS TEXT) AS ticket, site_origin.machine, direction, outcome, confirmation
  FROM admission JOIN site_origin ON site_origin.id = admission.origin`;

export function createLedgerReader(machine: string, disk: Disk): LedgerReader {
  let statements = prepare(disk);
  let epoch = '';
  const seen: Record<OutboxLane, number> = { p0: 0, p1: 0 };
  const told = new Set<string>();

  const storedOf = ({ scanId, ticket, machine: origin, direction, outcome, confirmation }: AdmissionRow): StoredAdmission => ({
    scanId,
    ticketId: ticket.padStart(16, '0'),
    machine: origin,
    direction,
    outcome,
    confirmation,
  });
  return {
    begin: () => {
      statements = prepare(disk);
      epoch = '';
    },
    news: (life) => {
      const present = statements.epoch.get() ?? '';
      // Another epoch, or another disk, has old events under other numbers; what was told is not told again.
      if (present !== epoch) {
        epoch = present;
        seen.p0 = 0;
        seen.p1 = 0;
      }
      const news: CommittedEvent[] = [];
      for (const row of statements.newer.all(seen.p0, seen.p1)) {
        seen[row.lane] = row.seq;
        if (told.has(row.event_id)) continue;
        told.add(row.event_id);
        news.push(new CommittedEvent(machine, life, epoch, row));
      }
      return news;
    },
    admissions: () => statements.admissions.all().map(storedOf),
    admissionsOf: (ticketId) => statements.ofTicket.all(BigInt(ticketId)).map(storedOf),
    hasAdmission: (scanId) => statements.has.get(scanId) !== undefined,
    conflicts: () => statements.conflicts.all().map((text) => Conflict.parse(JSON.parse(text))),
    outboxWaiting: () => statements.waiting.all(),
    inTransaction: () => disk.raw.inTransaction,
  };
}

function prepare({ view }: Disk) {
  return {
    epoch: view<[], string>(`SELECT value FROM meta WHERE name = 'epoch'`).pluck(),
    // The lanes one after the other, each in its order.
    newer: view<[number, number], OutboxRow>(
      `SELECT * FROM (SELECT 'p0' AS lane, seq, event_id, type, body FROM outbox_p0 WHERE seq > ? ORDER BY seq)
       UNION ALL
       SELECT * FROM (SELECT 'p1' AS lane, seq, event_id, type, body FROM outbox_p1 WHERE seq > ? ORDER BY seq)`,
    ),
    admissions: view<[], AdmissionRow>(ADMISSION),
    ofTicket: view<[bigint], AdmissionRow>(`${ADMISSION} WHERE ticket = ?`),
    has: view<[string], number>('SELECT 1 FROM admission WHERE scan_id = ?').pluck(),
    conflicts: view<[], string>('SELECT conflict FROM site_conflict').pluck(),
    waiting: view<[], string>('SELECT event_id FROM outbox JOIN outbox_lane USING (lane) WHERE outbox.seq > outbox_lane.through').pluck(),
  };
}
