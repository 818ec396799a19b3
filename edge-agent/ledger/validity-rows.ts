import type { ShowFacts, TicketFacts } from '#core/admission/facts.ts';
import { instant, toIso } from '#core/base/time.ts';
import type { TicketStanding, ValidityShow, ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { ScreenId, ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { Database, Statement } from '../store/database.ts';

/** The rows of validity data in the two sets of tables, as statements and in their three forms: of the wire, of the table, and as facts of a decision. */

export type Slot = 0 | 1;

export interface TicketRow {
  readonly show: number;
  readonly seat: number | null;
  readonly seat_label: string;
  readonly admits: number;
  readonly needs_proof: number;
  readonly standing: string;
  readonly since: number;
}

export interface ShowRow {
  readonly screen: string;
  readonly screen_zh: string;
  readonly screen_en: string;
  readonly film_zh: string;
  readonly film_en: string;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly entry_from: number;
  readonly entry_until: number;
  readonly reentry: number;
  readonly cancelled: number;
}

/** One set of tables. A ticket number of sixteen digits can be above 2^53, so it crosses into SQLite as a BigInt. */
export interface RowStatements {
  readonly ticket: Statement<[bigint], TicketRow>;
  readonly putTicket: Statement<[TicketRow & { readonly id: bigint }]>;
  readonly dropTicket: Statement<[bigint]>;
  readonly show: Statement<[number], ShowRow>;
  readonly putShow: Statement<[ShowRow & { readonly id: number }]>;
  readonly dropShow: Statement<[number]>;
  readonly clearSomeTickets: Statement<[number]>;
  readonly clearShows: Statement<[]>;
}

export function prepareRows(database: Database, slot: Slot): RowStatements {
  const ticket = `validity_ticket_${slot}`;
  const show = `validity_show_${slot}`;
  return {
    ticket: database.prepare<[bigint], TicketRow>(`SELECT show, seat, seat_label, admits, needs_proof, standing, since FROM ${ticket} WHERE id = ?`),
    putTicket: database.prepare<[TicketRow & { readonly id: bigint }]>(
      `INSERT OR REPLACE INTO ${ticket} (id, show, seat, seat_label, admits, needs_proof, standing, since)
       VALUES (:id, :show, :seat, :seat_label, :admits, :needs_proof, :standing, :since)`,
    ),
    dropTicket: database.prepare<[bigint]>(`DELETE FROM ${ticket} WHERE id = ?`),
    show: database.prepare<[number], ShowRow>(
      `SELECT screen, screen_zh, screen_en, film_zh, film_en, starts_at, ends_at, entry_from, entry_until, reentry, cancelled FROM ${show} WHERE id = ?`,
    ),
    putShow: database.prepare<[ShowRow & { readonly id: number }]>(
      `INSERT OR REPLACE INTO ${show} (id, screen, screen_zh, screen_en, film_zh, film_en, starts_at, ends_at, entry_from, entry_until, reentry, cancelled)
       VALUES (:id, :screen, :screen_zh, :screen_en, :film_zh, :film_en, :starts_at, :ends_at, :entry_from, :entry_until, :reentry, :cancelled)`,
    ),
    dropShow: database.prepare<[number]>(`DELETE FROM ${show} WHERE id = ?`),
    clearSomeTickets: database.prepare<[number]>(`DELETE FROM ${ticket} WHERE id IN (SELECT id FROM ${ticket} LIMIT ?)`),
    clearShows: database.prepare<[]>(`DELETE FROM ${show}`),
  };
}

export function ticketRowOf(ticket: ValidityTicket): TicketRow & { readonly id: bigint } {
  return {
    id: BigInt(ticket.id),
    show: Number(ticket.showId),
    seat: ticket.seat,
    seat_label: ticket.seatLabel,
    admits: ticket.admits,
    needs_proof: ticket.needsProof ? 1 : 0,
    standing: ticket.standing,
    since: Date.parse(ticket.since),
  };
}

/** The row as it came over the wire, for its part in the set hash: whatever the table changed on the way shows as a different hash. */
export function ticketOfRow(id: TicketId, row: TicketRow): ValidityTicket {
  return {
    id,
    showId: row.show.toString() as ShowId,
    seat: row.seat,
    seatLabel: row.seat_label,
    admits: row.admits,
    needsProof: row.needs_proof === 1,
    standing: row.standing as TicketStanding,
    since: toIso(instant(row.since)),
  };
}

export function ticketFactsOf(id: TicketId, row: TicketRow): TicketFacts {
  return {
    id,
    showId: row.show.toString() as ShowId,
    seatLabel: row.seat_label,
    admits: row.admits,
    needsProof: row.needs_proof === 1,
    ticketClass: 'standard',
    forms: 'both',
    standing: row.standing as TicketStanding,
    since: instant(row.since),
  };
}

export function showRowOf(show: ValidityShow): ShowRow & { readonly id: number } {
  return {
    id: Number(show.id),
    screen: show.screenId,
    screen_zh: show.screenName.zh,
    screen_en: show.screenName.en,
    film_zh: show.filmTitle.zh,
    film_en: show.filmTitle.en,
    starts_at: Date.parse(show.startsAt),
    ends_at: Date.parse(show.endsAt),
    entry_from: Date.parse(show.entryFrom),
    entry_until: Date.parse(show.entryUntil),
    reentry: show.reentry ? 1 : 0,
    cancelled: show.cancelled ? 1 : 0,
  };
}

/** As {@link ticketOfRow}. */
export function showOfRow(id: ShowId, row: ShowRow): ValidityShow {
  return {
    id,
    screenId: row.screen as ScreenId,
    screenName: { zh: row.screen_zh, en: row.screen_en },
    filmTitle: { zh: row.film_zh, en: row.film_en },
    startsAt: toIso(instant(row.starts_at)),
    endsAt: toIso(instant(row.ends_at)),
    entryFrom: toIso(instant(row.entry_from)),
    entryUntil: toIso(instant(row.entry_until)),
    reentry: row.reentry === 1,
    cancelled: row.cancelled === 1,
  };
}

export function showFactsOf(id: ShowId, row: ShowRow): ShowFacts {
  return {
    id,
    screenId: row.screen as ScreenId,
    screenName: { zh: row.screen_zh, en: row.screen_en },
    filmTitle: { zh: row.film_zh, en: row.film_en },
    startsAt: instant(row.starts_at),
    entryFrom: instant(row.entry_from),
    entryUntil: instant(row.entry_until),
    reentry: row.reentry === 1,
    cancelled: row.cancelled === 1,
    capacity: undefined,
    escortChildren: false,
    whenSplit: 'open',
    homeGate: undefined,
  };
}
