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

/** No barrier sees whether a grown-up goes with the child: a person has to let it in. */
export function needsEscort({ show, ticketClass }: Subject): Finding | undefined {
  return show?.escortChildren === true && ticketClass === 'child'
    ? { reason: 'needs-escort', evidence: { kind: 'escort', showId: show.id } }
    : undefined;
}
