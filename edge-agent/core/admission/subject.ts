import type { ShowId, TicketId } from '../contract/identifiers.ts';
import type { TicketClass, TicketPayload } from '../ticket/payload.ts';
import type { CheckedCode, KeyFacts, ShowFacts, ShownForm, TicketFacts, TicketHistory } from './facts.ts';

/** A ticket that the gate believes, however it was shown: the rules are the same for a signed code and for one that the data list. */
export interface Subject {
  readonly id: TicketId;
  /** What the validity data say; always there for a listed code. */
  readonly record: TicketFacts | undefined;
  /** What is signed; undefined for a listed code. */
  readonly signed: Signed | undefined;
  readonly showId: ShowId;
  readonly show: ShowFacts | undefined;
  readonly history: TicketHistory;
  readonly inHall: number;
  readonly isEscortInside: boolean;
  readonly admits: number;
  readonly ticketClass: TicketClass;
  readonly needsProof: boolean;
}

export interface Signed {
  readonly payload: TicketPayload;
  readonly key: KeyFacts;
  readonly form: ShownForm;
}

/** The record counts before the signed fields: a ticket may have been changed after it was printed. */
export function subjectOf(code: Extract<CheckedCode, { kind: 'proven' | 'listed' }>): Subject {
  const { show, history, inHall, isEscortInside } = code;
  if (code.kind === 'listed') {
    const { ticket } = code;
    return {
      id: ticket.id,
      record: ticket,
      signed: undefined,
      showId: ticket.showId,
      show,
      history,
      inHall,
      isEscortInside,
      admits: ticket.admits,
      ticketClass: ticket.ticketClass,
      needsProof: ticket.needsProof,
    };
  }
  const { payload, ticket } = code;
  return {
    id: payload.ticketId,
    record: ticket,
    signed: code,
    showId: ticket?.showId ?? payload.showId,
    show,
    history,
    inHall,
    isEscortInside,
    admits: ticket?.admits ?? payload.admits,
    ticketClass: ticket?.ticketClass ?? payload.ticketClass,
    needsProof: ticket?.needsProof ?? payload.needsProof,
  };
}

/** How many bodies count against the ticket. One that left makes room only where the show allows coming back; otherwise every entry counts for ever. */
export function bodiesCounted({ history, show }: Pick<Subject, 'history' | 'show'>): number {
  return show?.reentry === true ? Math.max(0, history.entries - history.exits) : history.entries;
}
