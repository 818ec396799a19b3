import { LIMITS } from '../base/limits.ts';
import { type Instant, instant, minus, plus, toIso } from '../base/time.ts';
import type { TicketTypeId } from '../contract/box-office/programme.ts';
import type { ValidityShow, ValidityTicket } from '../contract/box-office/validity.ts';
import type { PlannedShow } from './programme-source.ts';
import type { TicketRecord } from './records.ts';

/** Shows and tickets as gates know them. */

/** A class is about who the guest is; a type is what was sold. */
export const CLASS_OF_TYPE: Readonly<Record<TicketTypeId, ValidityTicket['ticketClass']>> = {
  adult: 'standard',
  child: 'child',
  student: 'student',
  senior: 'senior',
};

/** Entry is allowed in [from, until]: the same window stands on the ticket itself. */
export function entryWindow(show: Pick<PlannedShow, 'startsAt'>): { readonly from: Instant; readonly until: Instant } {
  const startsAt = instant(Date.parse(show.startsAt));
  return { from: minus(startsAt, LIMITS.validity.entryOpensBefore), until: plus(startsAt, LIMITS.validity.entryClosesAfterStart) };
}

export function validityShow(show: PlannedShow, filmTitle: { readonly zh: string; readonly en: string }, escortChildren: boolean): ValidityShow {
  const { from, until } = entryWindow(show);
  return {
    id: show.id,
    screenId: show.screenId,
    screenName: { ...show.screenName },
    filmTitle: { ...filmTitle },
    startsAt: show.startsAt,
    endsAt: show.endsAt,
    entryFrom: toIso(from),
    entryUntil: toIso(until),
    // Guests fetch popcorn: who went out through a gate may come in again.
    reentry: true,
    cancelled: false,
    capacity: null,
    escortChildren,
    whenSplit: 'open',
    homeGate: null,
  };
}

/** So many grown-ups a child's row has room for; an order has seldom more. */
const ESCORTS_MAX = 7;

/** @param order all tickets of its order */
export function validityTicket(ticket: TicketRecord, order: readonly TicketRecord[]): ValidityTicket {
  const ticketClass = CLASS_OF_TYPE[ticket.ticketType];
  const escorts = ticketClass === 'child' ? order.filter(isGrownUp).map(({ id }) => id) : [];
  return {
    id: ticket.id,
    showId: ticket.showId,
    seat: ticket.seatIndex,
    seatLabel: `${ticket.face.row}-${ticket.face.number}`,
    admits: 1,
    needsProof: ticket.face.needsProof,
    ticketClass,
    escorts: escorts.slice(0, ESCORTS_MAX),
    forms: 'both',
    standing: ticket.status,
    since: toIso(ticket.since),
  };
}

/** A student may be a minor. */
function isGrownUp({ ticketType }: TicketRecord): boolean {
  return ticketType === 'adult' || ticketType === 'senior';
}
