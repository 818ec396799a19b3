import type { CheckedCode, ShowFacts, TicketFacts, TicketHistory } from '#core/admission/facts.ts';
import { unreachable } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { type Instant, toIso } from '#core/base/time.ts';
import type { Order } from '#core/contract/box-office/sales.ts';
import type { TicketStanding } from '#core/contract/box-office/validity.ts';
import { OrderId, type ShowId, type SiteId, type TicketId } from '#core/contract/identifiers.ts';
import type { FoundTicket, SearchKind } from '#core/contract/local/usher.ts';
import { classifyScan } from '#core/ticket/classify.ts';
import type { BoxOfficeClient } from '../box-office-client/box-office-client.ts';

/** Finds tickets for somebody whose code cannot be read. A code is believed here no more than at a gate: one that proves nothing finds nothing. */
export interface TicketFinder {
  find(query: string): Promise<Result<Found, 'unavailable'>>;
  /** By its number alone, from local data. */
  ticket(id: TicketId): FoundTicket | undefined;
}

export interface Found {
  readonly kind: SearchKind;
  readonly tickets: readonly FoundTicket[];
}

export interface FinderSources {
  readonly siteId: SiteId;
  readonly validity: { ticket(id: TicketId): TicketFacts | undefined; show(id: ShowId): ShowFacts | undefined };
  readonly history: (id: TicketId) => TicketHistory;
  /** As a lane checks what was read. */
  readonly checkCode: (bytes: Uint8Array) => CheckedCode;
  readonly boxOffice: Pick<BoxOfficeClient, 'readOrder'>;
}

const TICKETS_MAX = 50;

export function createTicketFinder({ siteId, validity, history, checkCode, boxOffice }: FinderSources): TicketFinder {
  const ticket = (id: TicketId): FoundTicket | undefined => {
    const facts = validity.ticket(id);
    return facts === undefined ? undefined : foundTicket(facts, validity.show(facts.showId), history(id));
  };
  const local = (kind: SearchKind, id: TicketId): Found => {
    const found = ticket(id);
    return { kind, tickets: found === undefined ? [] : [found] };
  };
  const inOrder = (order: Order): readonly FoundTicket[] =>
    order.tickets.slice(0, TICKETS_MAX).map((each) => ticket(each.id) ?? foundInOrder(order, each, history(each.id)));

  const byCode = (bytes: Uint8Array): Found => {
    const code = checkCode(bytes);
    switch (code.kind) {
      case 'proven':
        return code.payload.siteId === siteId ? local('ticket', code.payload.ticketId) : { kind: 'other-cinema', tickets: [] };
      case 'listed':
        return { kind: 'listed-code', tickets: [foundTicket(code.ticket, code.show, code.history)] };
      case 'unproven':
        return { kind: code.payload.siteId === siteId ? 'forged-ticket' : 'other-cinema', tickets: [] };
      case 'foreign':
        return { kind: code.cinema === 'this' ? 'ticket-info-code' : 'other-cinema', tickets: [] };
      case 'no-ticket':
        return { kind: kindOfForm(bytes, siteId), tickets: [] };
      default:
        return unreachable(code);
    }
  };

  return {
    ticket,
    find: async (query) => {
      const text = query.trim();
      const bytes = new TextEncoder().encode(text);
      const form = classifyScan(bytes, siteId);
      if (form.kind === 'ticket-number') return ok(local('ticket-number', form.id));
      const orderId = OrderId.safeParse(text.toUpperCase());
      // An order of ours has a dash in it; digits alone are a phone's or a pick-up code.
      if ((form.kind !== 'unknown' && form.kind !== 'foreign-code') || !orderId.success || !text.includes('-')) return ok(byCode(bytes));
      const answer = await boxOffice.readOrder({ params: { orderId: orderId.data } });
      if (answer.ok) return ok({ kind: 'order-number', tickets: inOrder(answer.value) });
      if (answer.error.kind === 'bad-answer' && answer.error.fault.code === 'E-BOX-MISSING') return ok({ kind: 'order-number', tickets: [] });
      return err('unavailable');
    },
  };
}

function foundTicket(facts: TicketFacts, show: ShowFacts | undefined, { entries, exits, lastEntry }: TicketHistory): FoundTicket {
  return {
    id: facts.id,
    showId: facts.showId,
    ...(show === undefined ? {} : shownShow(show)),
    seatLabel: facts.seatLabel,
    standing: facts.standing,
    needsProof: facts.needsProof,
    used: show?.reentry === true ? Math.max(0, entries - exits) : entries,
    admits: facts.admits,
    ...(lastEntry === undefined ? {} : { lastEntry: entryOf(lastEntry) }),
  };
}

const shownShow = ({ filmTitle, screenName, startsAt, entryFrom }: ShowFacts) => ({
  filmTitle,
  screenName,
  startsAt: toIso(startsAt),
  entryFrom: toIso(entryFrom),
});

/** A ticket that the box office has sold and our data do not have yet. */
function foundInOrder(order: Order, { id, face, status }: Order['tickets'][number], { entries, lastEntry }: TicketHistory): FoundTicket {
  return {
    id,
    showId: order.showId,
    filmTitle: face.filmTitle,
    screenName: face.screenName,
    startsAt: face.startsAt,
    seatLabel: `${face.row}-${face.number}`.slice(0, 16),
    standing: STANDING[status],
    needsProof: face.needsProof,
    used: entries,
    admits: 1,
    ...(lastEntry === undefined ? {} : { lastEntry: entryOf(lastEntry) }),
  };
}

const STANDING: Readonly<Record<Order['tickets'][number]['status'], TicketStanding>> = {
  valid: 'valid',
  refunded: 'refunded',
  cancelled: 'cancelled',
};

const entryOf = ({ at, lane, machine }: { at: Instant } & Pick<NonNullable<TicketHistory['lastEntry']>, 'lane' | 'machine'>) => ({
  at: toIso(at),
  lane,
  machine,
});

function kindOfForm(bytes: Uint8Array, siteId: SiteId): SearchKind {
  const form = classifyScan(bytes, siteId);
  switch (form.kind) {
    case 'damaged-ticket':
    case 'payment-code':
    case 'pick-up-code':
    case 'phone':
    case 'unreadable':
    case 'ticket-number':
    case 'ticket-info-code':
      return form.kind;
    // Well-formed, and yet no ticket that could be looked at.
    case 'ticket':
    case 'rotating-ticket':
      return 'damaged-ticket';
    default:
      return 'unknown';
  }
}
