import type { PastEntry, TicketHistory } from '#core/admission/facts.ts';
import { assert } from '#core/base/fault.ts';
import { type Instant, instant } from '#core/base/time.ts';
import type { Direction, PassageOutcome } from '#core/contract/admission.ts';
import type { EventId, LaneId, MachineId, ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { EventBody } from '#core/contract/wire/events.ts';
import { isLive, originKey } from '#core/site/merge.ts';
import { type AdmissionRows, createAdmissionRows } from './admission-rows.ts';
import { createHallCounts, type HallCounts } from './hall-counts.ts';
import type { Ledger } from './ledger.ts';
import { createSiteConflicts, type SiteConflicts } from './site-conflicts.ts';
import { createSiteOrigins, type SiteOrigins } from './site-origins.ts';

/**
 * Scans, admissions and passages: what happened at the gates, each fact in one transaction with the event that tells it. One a ledger: it keeps counts of its
 * own. The rows of the other gates of the site stand in the same table, and count alike.
 */
export interface Admissions {
  /**
   * What counts against the ticket at all gates of the site. Admissions that were taken back do not.
   * @param pending admissions that others are making at this moment; those that are written already are counted once
   */
  history(ticket: TicketId, pending?: readonly PastEntry[]): TicketHistory;
  /**
   * A body went in with this ticket at one of the gates of the site and has not come out again, as far as it is written. What a gate is only about to admit may
   * be withdrawn: it counts against the ticket, and lets nobody else in.
   */
  isInside(ticket: TicketId): boolean;
  /** Bodies of this show that went in and not out again, at all gates of the site. */
  inHall(show: ShowId): number;
  /**
   * Writes the scan's event, and for an admission its row. When this returns, the barrier may be released; it throws as `Ledger.transaction` does, and then it
   * may not.
   */
  recordScan(event: ScanDetail, admission: NewAdmission | undefined): void;
  /** What {@link recordScan} does, and takes it back: a transaction whose code and pages are in the processor's caches takes half the time. */
  rehearseScan(event: ScanDetail, admission: NewAdmission | undefined): void;
  /** An admission that needs no barrier: it is written together with what became of it, and with what else `also` writes into the same transaction. */
  recordScanAndPassage(event: ScanDetail, admission: NewAdmission, passage: PassageDetail, also?: () => void): void;
  /**
   * Writes what became of an admission, or that a body passed without one. A person may take an admission back that has passed (`by`). An admission
   * that has come back from the other gates with its outcome, or that has been pruned, stays as it is; the event is kept all the same.
   */
  recordPassage(passage: PassageDetail, also?: () => void): void;
  /** Admissions of a lane whose outcome nobody has written: what a power cut leaves behind. Oldest first. */
  unresolved(lane: LaneId): readonly OpenAdmission[];
  /** Runs the look-up once for nothing. */
  warm(): void;
  /** What the site's network and its pages work with. */
  readonly parts: AdmissionParts;
}

export interface AdmissionParts {
  readonly machine: MachineId;
  readonly origins: SiteOrigins;
  readonly rows: AdmissionRows;
  readonly conflicts: SiteConflicts;
  readonly halls: HallCounts;
}

export type ScanDetail = Extract<EventBody, { t: 'scan' }>['d'];
export type PassageDetail = Extract<EventBody, { t: 'passage' }>['d'];

export interface OpenAdmission {
  readonly scanId: EventId;
  readonly ticketId: TicketId;
  readonly lane: LaneId;
  readonly direction: Direction;
  readonly at: Instant;
}

export interface NewAdmission extends OpenAdmission {
  /** How many bodies the ticket lets in, and whether one that left makes room again. */
  readonly admits: number;
  readonly reentry: boolean;
  /** The time step of the changing code that was shown; it is not accepted again. */
  readonly step?: number;
}

interface HistoryRow {
  readonly scan_id: string;
  readonly direction: Direction;
  readonly lane: string;
  readonly at: number;
  readonly outcome: PassageOutcome | null;
  readonly step: number | null;
  readonly origin: number;
}

interface OpenRow {
  readonly ticket: string;
  readonly scan_id: string;
  readonly direction: Direction;
  readonly at: number;
}

export function createAdmissions(
  ledger: Pick<Ledger, 'database' | 'transaction' | 'rehearse' | 'append' | 'boot' | 'epoch'>,
  machine: MachineId,
): Admissions {
  const { database } = ledger;
  const origins = createSiteOrigins(ledger, machine);
  const rows = createAdmissionRows(database, origins);
  const conflicts = createSiteConflicts(ledger);
  const halls = createHallCounts(database);
  const statements = prepare(database);

  /** The hall's counts change with the commit and not before; what is known of origins is read again when there was none. */
  const write = (work: () => readonly HallChange[]): void => {
    let changes: readonly HallChange[];
    try {
      changes = ledger.transaction(work);
    } catch (cause) {
      if (database.open) origins.reload();
      throw cause;
    }
    for (const { show, direction, by } of changes) halls.add(show, direction, by);
  };
  const insert = (event: ScanDetail, admission: NewAdmission): HallChange => insertAs(origins.ours(), origins.nextPlace(), event, admission);
  const insertAs = (origin: number, place: number, event: ScanDetail, admission: NewAdmission): HallChange => {
    const { scanId, ticketId, lane, direction, at, admits, reentry, step } = admission;
    const show = event.showId === undefined ? null : Number(event.showId);
    const { clockErrorMs, dataVersion, dataAgeSeconds, confirmation, override } = event;
    const ticket = BigInt(ticketId);
    const by = override?.by ?? null;
    // biome-ignore format: one argument a line is longer than the table.
    statements.insert.run(
      ticket, scanId, show, lane, direction, at, origin, place, admits, reentry ? 1 : 0,
      clockErrorMs, dataVersion, dataAgeSeconds, confirmation, step ?? null, by,
    );
    return { show, direction, by: 1 };
  };
  const resolve = ({ scanId, ticketId, outcome, by }: PassageDetail): readonly HallChange[] => {
    if (scanId === undefined) return [];
    assert(ticketId !== undefined, 'an admission has a ticket');
    const resolved = statements.resolve.get(outcome, origins.ours(), origins.nextPlace(), BigInt(ticketId), scanId, by === undefined ? 0 : 1);
    if (resolved === undefined) {
      const row = rows.find(ticketId, scanId);
      assert(row === undefined || originKey(row) !== originKey(origins.present()), 'the outcome of an admission is written once');
      // The other gates gave it back to us together with its outcome, or it has gone with its show: the event is kept, and nothing else changes.
      return [];
    }
    if (conflicts.mayConcern(ticketId)) conflicts.judge(ticketId, rows.ofTicket(ticketId));
    return isLive(outcome) ? [] : [{ show: resolved.show, direction: resolved.direction, by: -1 }];
  };

  /**
   * A passage that a full disk has kept back is written late. If this disk was restored from an older copy, the other gates may have told us by then what our
   * former life had written about the same admission; that is told once more, because whoever knows must not be corrected by a machine that does not.
   */
  const asKnown = (passage: PassageDetail): PassageDetail => {
    const { scanId, ticketId, outcome } = passage;
    if (outcome !== 'unconfirmed' || scanId === undefined || ticketId === undefined) return passage;
    return { ...passage, outcome: rows.find(ticketId, scanId)?.outcome ?? outcome };
  };

  const history: Admissions['history'] = (ticket, pending = []) => historyOf(statements.ofTicket.all(BigInt(ticket)), pending, origins);

  return {
    parts: { machine, origins, rows, conflicts, halls },
    history,
    isInside: (ticket) => {
      const { entries, exits } = history(ticket);
      return entries > exits;
    },
    inHall: (show) => halls.inside(show),
    recordScan: (event, admission) =>
      write(() => {
        ledger.append({ t: 'scan', d: event });
        return admission === undefined ? [] : [insert(event, admission)];
      }),
    rehearseScan: (event, admission) => {
      const present = origins.present();
      const ours = origins.find(present);
      ledger.rehearse(() => {
        ledger.append({ t: 'scan', d: event });
        // Our source begins with its first admission, and what is kept of it in memory with it.
        if (admission !== undefined && ours !== undefined) insertAs(ours, origins.through(present) + 1, event, admission);
      });
    },
    recordScanAndPassage: (event, admission, passage, also) =>
      write(() => {
        ledger.append({ t: 'scan', d: event });
        const change = insert(event, admission);
        ledger.append({ t: 'passage', d: passage });
        also?.();
        return [change, ...resolve(passage)];
      }),
    recordPassage: (passage, also) =>
      write(() => {
        const known = asKnown(passage);
        ledger.append({ t: 'passage', d: known });
        also?.();
        return resolve(known);
      }),
    unresolved: (lane) =>
      statements.open.all(machine, lane).map((row) => ({
        scanId: row.scan_id as EventId,
        ticketId: row.ticket.padStart(16, '0') as TicketId,
        lane,
        direction: row.direction,
        at: instant(row.at),
      })),
    warm: () => {
      statements.ofTicket.all(0n);
    },
  };
}

interface HallChange {
  readonly show: number | null;
  readonly direction: Direction;
  readonly by: 1 | -1;
}

type InsertParameters = [
  ...[
    ticket: bigint,
    scanId: string,
    show: number | null,
    lane: string,
    direction: Direction,
    at: number,
    origin: number,
    n: number,
    admits: number,
    reentry: 0 | 1,
  ],
  ...[clockError: number, dataVersion: number, dataAge: number, confirmation: string, step: number | null, override: string | null],
];

function prepare(database: Ledger['database']) {
  return {
    ofTicket: database.prepare<[bigint], HistoryRow>('SELECT scan_id, direction, lane, at, outcome, step, origin FROM admission WHERE ticket = ?'),
    insert: database.prepare<InsertParameters>(
      `INSERT INTO admission
         (ticket, scan_id, show, lane, direction, at, origin, n, rev, admits, reentry, clock_error, data_version, data_age, confirmation, step, override)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    resolve: database.prepare<[PassageOutcome, number, number, bigint, string, 0 | 1], { show: number | null; direction: Direction }>(
      `UPDATE admission SET outcome = ?, rev = rev + 1, origin = ?, n = ?
       WHERE ticket = ? AND scan_id = ? AND (outcome IS NULL OR (? AND outcome NOT IN ('not-passed', 'release-failed')))
       RETURNING show, direction`,
    ),
    open: database.prepare<[string, string], OpenRow>(
      `SELECT CAST(ticket AS TEXT) AS ticket, scan_id, direction, at FROM admission
       WHERE origin IN (SELECT id FROM site_origin WHERE machine = ?) AND lane = ? AND outcome IS NULL ORDER BY scan_id`,
    ),
  };
}

function historyOf(rows: readonly HistoryRow[], pending: readonly PastEntry[], origins: SiteOrigins): TicketHistory {
  let entries = 0;
  let exits = 0;
  let last: PastEntry | undefined;
  let lastStep = -1;
  const enter = (entry: PastEntry): void => {
    entries++;
    if (last === undefined || entry.at >= last.at) last = entry;
  };
  for (const { scan_id, direction, lane, at, outcome, step, origin } of rows) {
    if (!isLive(outcome)) continue;
    if (direction === 'exit') exits++;
    else enter({ scanId: scan_id as EventId, at: instant(at), lane: lane as LaneId, machine: origins.named(origin).machine });
    if (step !== null && step > lastStep) lastStep = step;
  }
  for (const entry of pending) if (!rows.some(({ scan_id }) => scan_id === entry.scanId)) enter(entry);
  return { entries, exits, ...(last === undefined ? {} : { lastEntry: last }), ...(lastStep < 0 ? {} : { lastStep }) };
}
