import type { Finding } from '../decision.ts';
import type { Subject } from '../subject.ts';

/** The rules of the house for a show. */

export function houseFull({ show, inHall }: Subject): Finding | undefined {
  if (show?.capacity === undefined || inHall < show.capacity) return undefined;
  return { reason: 'house-full', evidence: { kind: 'hall', inHall, capacity: show.capacity } };
}

/** Tells a guest who left and comes back from one whose ticket somebody else has used. */
export function noReentry({ history, show, admits }: Subject): Finding | undefined {
  const isBack = history.entries >= admits && history.entries - history.exits < admits;
  return isBack && show?.reentry !== true ? { reason: 'no-reentry', evidence: { kind: 'history', history, admits } } : undefined;
}

/**
 * A child goes in after a grown-up of its order, who is inside. Where the order has none, or the data do not have the ticket, no barrier sees who goes with it,
 * and a person has to let it in.
 */
export function needsEscort({ show, record, ticketClass, isEscortInside }: Subject): Finding | undefined {
  if (show?.escortChildren !== true || ticketClass !== 'child' || isEscortInside) return undefined;
  return { reason: 'needs-escort', evidence: { kind: 'escort', showId: show.id, escorts: record?.escorts ?? [] } };
}
