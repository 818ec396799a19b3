import type { ValidityShow, ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { WireEvent } from '#core/contract/wire/events.ts';
import { decodeRow, showPrefix, ticketPrefix } from '#core/validity/row-codec.ts';
import type { AdmissionRecord } from '../store/box-office-store.ts';
import type { Unit } from '../unit-of-work.ts';

/**
 * What the effects of a run of events have to know of tickets and gates, read for all of them at once: a scan that asked for itself would cost nine look-ups.
 * The validity data are changed by no event; admissions are, and therefore written through here. Good for one run of one transaction.
 */
export interface GateFacts {
  ticket(id: TicketId): ValidityTicket | undefined;
  show(id: ShowId): ValidityShow | undefined;
  /** Of a scan that a passage of the run names. */
  admission(scanId: string): AdmissionRecord | undefined;
  /** False, and nothing changed, when the scan is known. */
  admit(record: AdmissionRecord): Promise<boolean>;
  change(record: AdmissionRecord): Promise<void>;
  /** Whether the ticket's admissions can stand against each other at all: of most tickets there is one. */
  mayConflict(id: TicketId): boolean;
  /** A conflict of the ticket was told. */
  told(id: TicketId): void;
}

export async function readGateFacts({ tx }: Unit, events: readonly WireEvent[]): Promise<GateFacts> {
  const named = namesIn(events);
  const admissions = new Map((await tx.admissions.of(named.passed)).map((record) => [record.scanId, record]));
  const ticketIds = [...new Set([...named.tickets, ...[...admissions.values()].map(({ ticketId }) => ticketId)])];
  const counts = new Map(await tx.admissions.counts(ticketIds));
  const conflicts = new Set(await tx.conflicts.among(ticketIds));
  const tickets = new Map<TicketId, ValidityTicket>();
  for (const row of await tx.validity.rowsUnder(named.tickets.map(ticketPrefix))) {
    const decoded = decodeRow(row);
    if (decoded?.kind === 'ticket') tickets.set(decoded.ticket.id, decoded.ticket);
  }
  const showIds = [...new Set([...named.shows, ...[...tickets.values()].map(({ showId }) => showId)])];
  const shows = new Map<ShowId, ValidityShow>();
  for (const row of await tx.validity.rowsUnder(showIds.map(showPrefix))) {
    const decoded = decodeRow(row);
    if (decoded?.kind === 'show') shows.set(decoded.show.id, decoded.show);
  }
  return {
    ticket: (id) => tickets.get(id),
    show: (id) => shows.get(id),
    admission: (scanId) => admissions.get(scanId),
    admit: async (record) => {
      if (!(await tx.admissions.add(record))) return false;
      admissions.set(record.scanId, record);
      counts.set(record.ticketId, (counts.get(record.ticketId) ?? 0) + 1);
      return true;
    },
    change: async (record) => {
      await tx.admissions.change(record);
      admissions.set(record.scanId, record);
    },
    mayConflict: (id) => conflicts.has(id) || (counts.get(id) ?? 0) > 1,
    told: (id) => {
      conflicts.add(id);
    },
  };
}

interface Named {
  readonly passed: readonly string[];
  readonly tickets: readonly TicketId[];
  readonly shows: readonly ShowId[];
}

function namesIn(events: readonly WireEvent[]): Named {
  const passed = new Set<string>();
  const tickets = new Set<TicketId>();
  const shows = new Set<ShowId>();
  for (const { t, d } of events) {
    if (t === 'passage' && d.scanId !== undefined) passed.add(d.scanId);
    if (t !== 'scan' || d.verdict !== 'admit' || d.ticketId === undefined) continue;
    tickets.add(d.ticketId);
    if (d.showId !== undefined) shows.add(d.showId);
  }
  return { passed: [...passed], tickets: [...tickets], shows: [...shows] };
}
