import type { TicketHistory } from '#core/admission/facts.ts';
import { assert } from '#core/base/fault.ts';
import { type Instant, instant } from '#core/base/time.ts';
import type { Direction, PassageOutcome } from '#core/contract/admission.ts';
import type { EventId, LaneId, MachineId, TicketId } from '#core/contract/identifiers.ts';
import type { EventBody } from '#core/contract/wire/events.ts';
import type { Ledger } from './ledger.ts';

/** Scans, admissions and passages: what happened at the gates, each fact in one transaction with the event that tells it. */
export interface Admissions {
  /** What counts against the ticket. Admissions that were taken back do not. */
  history(ticket: TicketId): TicketHistory;
  /**
   * Writes the scan's event, and for an admission its row. When this returns, the barrier may be released; it throws as `Ledger.transaction` does, and then it
   * may not.
   */
  recordScan(event: ScanDetail, admission: NewAdmission | undefined): void;
  /** Writes what became of an admission, or that a body passed without one. */
  recordPassage(passage: PassageDetail): void;
  /** Admissions of a lane whose outcome nobody has written: what a power cut leaves behind. Oldest first. */
  unresolved(lane: LaneId): readonly NewAdmission[];
  /** Runs the look-up once for nothing. */
  warm(): void;
}

export type ScanDetail = Extract<EventBody, { t: 'scan' }>['d'];
export type PassageDetail = Extract<EventBody, { t: 'passage' }>['d'];

export interface NewAdmission {
  readonly scanId: EventId;
  readonly ticketId: TicketId;
  readonly lane: LaneId;
  readonly direction: Direction;
  readonly at: Instant;
  /** The time step of the changing code that was shown; it is not accepted again. */
  readonly step?: number;
}

interface AdmissionRow {
  readonly scan_id: string;
  readonly direction: Direction;
  readonly lane: string;
  readonly at: number;
  readonly outcome: PassageOutcome | null;
}

interface OpenRow {
  readonly ticket: bigint;
  readonly scan_id: string;
  readonly direction: Direction;
  readonly at: bigint;
}

export function createAdmissions(
  { database, transaction, append }: Pick<Ledger, 'database' | 'transaction' | 'append'>,
  machine: MachineId,
): Admissions {
  // Scan ids are ULIDs: within one machine they sort as the scans came.
  const ofTicket = database.prepare<[bigint], AdmissionRow>(
    'SELECT scan_id, direction, lane, at, outcome FROM admission WHERE ticket = ? ORDER BY scan_id',
  );
  const insert = database.prepare<[bigint, string, string, Direction, number]>(
    'INSERT INTO admission (ticket, scan_id, lane, direction, at) VALUES (?, ?, ?, ?, ?)',
  );
  const resolve = database.prepare<[PassageOutcome, bigint, string]>(
    'UPDATE admission SET outcome = ? WHERE ticket = ? AND scan_id = ? AND outcome IS NULL',
  );
  const open = database
    .prepare<[string], OpenRow>('SELECT ticket, scan_id, direction, at FROM admission WHERE lane = ? AND outcome IS NULL ORDER BY scan_id')
    .safeIntegers();

  return {
    history: (ticket) => historyOf(ofTicket.all(BigInt(ticket)), machine),
    recordScan: (event, admission) => {
      transaction(() => {
        if (admission !== undefined) {
          insert.run(BigInt(admission.ticketId), admission.scanId, admission.lane, admission.direction, admission.at);
        }
        append({ t: 'scan', d: event });
      });
    },
    recordPassage: (passage) => {
      transaction(() => {
        if (passage.scanId !== undefined) {
          assert(passage.ticketId !== undefined, 'an admission has a ticket');
          const { changes } = resolve.run(passage.outcome, BigInt(passage.ticketId), passage.scanId);
          assert(changes === 1, 'the outcome of an admission is written once');
        }
        append({ t: 'passage', d: passage });
      });
    },
    unresolved: (lane) =>
      open.all(lane).map((row) => ({
        scanId: row.scan_id as EventId,
        ticketId: row.ticket.toString().padStart(16, '0') as TicketId,
        lane,
        direction: row.direction,
        at: instant(Number(row.at)),
      })),
    warm: () => {
      ofTicket.all(0n);
    },
  };
}

function historyOf(rows: readonly AdmissionRow[], machine: MachineId): TicketHistory {
  let entries = 0;
  let exits = 0;
  let lastEntry: TicketHistory['lastEntry'];
  for (const { scan_id, direction, lane, at, outcome } of rows) {
    if (!isLive(outcome)) continue;
    if (direction === 'exit') {
      exits++;
      continue;
    }
    entries++;
    lastEntry = { scanId: scan_id as EventId, at: instant(at), lane: lane as LaneId, machine };
  }
  return lastEntry === undefined ? { entries, exits } : { entries, exits, lastEntry };
}

/** An admission counts from the moment it is written until the barrier says that nobody went through. */
function isLive(outcome: PassageOutcome | null): boolean {
  switch (outcome) {
    case 'not-passed':
    case 'release-failed':
      return false;
    case null:
    case 'passed':
    case 'forced':
    case 'held':
    case 'unconfirmed':
      return true;
  }
}
