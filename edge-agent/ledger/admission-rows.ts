import type { Confirmation, Direction, PassageOutcome } from '#core/contract/admission.ts';
import type { EventId, LaneId, ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { SiteOrigin, SiteRow } from '#core/contract/wire/site.ts';
import type { Database } from '../store/database.ts';
import type { SiteOrigins } from './site-origins.ts';

/** Rows of `admission` as the members of the site tell them to each other. */
export interface AdmissionRows {
  /** In the order of their scan ids. */
  ofTicket(ticket: TicketId): readonly SiteRow[];
  find(ticket: TicketId, scanId: EventId): SiteRow | undefined;
  /** After `after` in the order of `n`. */
  changes(origin: SiteOrigin, after: number, limit: number): readonly SiteRow[];
  /** Adds or replaces; its origin must be known. */
  put(row: SiteRow): void;
}

interface StoredRow {
  /** As text, because sixteen digits exceed what a number holds. */
  readonly ticket: string;
  readonly scan_id: string;
  readonly show: number | null;
  readonly lane: string;
  readonly direction: Direction;
  readonly at: number;
  readonly outcome: PassageOutcome | null;
  readonly origin: number;
  readonly n: number;
  readonly rev: number;
  readonly admits: number;
  readonly reentry: 0 | 1;
  readonly clock_error: number;
  readonly data_version: number;
  readonly data_age: number;
  readonly confirmation: Confirmation;
  readonly step: number | null;
  readonly override: string | null;
}

const COLUMNS = `CAST(ticket AS TEXT) AS ticket, scan_id, show, lane, direction, at, outcome, origin, n, rev, admits, reentry, clock_error, data_version,
  data_age, confirmation, step, override`;

/** Bound by their places: a value that is bound by its name is looked up by it, and a gate that was away takes thousands of rows. */
const PUT = [
  ...(['ticket', 'scan_id', 'show', 'lane', 'direction', 'at', 'outcome', 'origin', 'n', 'rev', 'admits', 'reentry', 'clock_error'] as const),
  ...(['data_version', 'data_age', 'confirmation', 'step', 'override'] as const),
];

export function createAdmissionRows(database: Database, origins: SiteOrigins): AdmissionRows {
  const ofTicket = database.prepare<[bigint], StoredRow>(`SELECT ${COLUMNS} FROM admission WHERE ticket = ? ORDER BY scan_id`);
  const find = database.prepare<[bigint, string], StoredRow>(`SELECT ${COLUMNS} FROM admission WHERE ticket = ? AND scan_id = ?`);
  const changes = database.prepare<[number, number, number], StoredRow>(
    `SELECT ${COLUMNS} FROM admission WHERE origin = ? AND n > ? ORDER BY n LIMIT +?`,
  );
  const put = database.prepare(`INSERT OR REPLACE INTO admission (${PUT.join(', ')}) VALUES (${PUT.map(() => '?').join(', ')})`);
  const told = (row: StoredRow): SiteRow => siteRow(row, origins.named(row.origin));
  return {
    ofTicket: (ticket) => ofTicket.all(BigInt(ticket)).map(told),
    find: (ticket, scanId) => {
      const row = find.get(BigInt(ticket), scanId);
      return row === undefined ? undefined : told(row);
    },
    changes: (origin, after, limit) => {
      const id = origins.find(origin);
      return id === undefined ? [] : changes.all(id, after, limit).map(told);
    },
    put: (row) => {
      const stored = storedRow(row, origins.idOf(row));
      put.run(...PUT.map((column) => stored[column]));
    },
  };
}

function siteRow(row: StoredRow, { machine, epoch }: SiteOrigin): SiteRow {
  return {
    machine,
    epoch,
    n: row.n,
    rev: row.rev,
    scanId: row.scan_id as EventId,
    ticketId: row.ticket.padStart(16, '0') as TicketId,
    showId: row.show === null ? null : (String(row.show) as ShowId),
    lane: row.lane as LaneId,
    direction: row.direction,
    at: row.at,
    outcome: row.outcome,
    admits: row.admits,
    reentry: row.reentry === 1,
    clockErrorMs: row.clock_error,
    dataVersion: row.data_version,
    dataAgeSeconds: row.data_age,
    confirmation: row.confirmation,
    step: row.step,
    override: row.override,
  };
}

function storedRow(row: SiteRow, origin: number): Omit<StoredRow, 'ticket'> & { readonly ticket: bigint } {
  return {
    ticket: BigInt(row.ticketId),
    scan_id: row.scanId,
    show: row.showId === null ? null : Number(row.showId),
    lane: row.lane,
    direction: row.direction,
    at: row.at,
    outcome: row.outcome,
    origin,
    n: row.n,
    rev: row.rev,
    admits: row.admits,
    reentry: row.reentry ? 1 : 0,
    clock_error: row.clockErrorMs,
    data_version: row.dataVersion,
    data_age: row.dataAgeSeconds,
    confirmation: row.confirmation,
    step: row.step,
    override: row.override,
  };
}
