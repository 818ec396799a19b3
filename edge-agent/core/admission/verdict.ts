import { type Instant, toIso } from '../base/time.ts';
import { type Direction, VERDICT_OF_REASON, type Verdict, type VerdictKind } from '../contract/admission.ts';
import type { DecidedTicket, Decision } from './decide-admission.ts';

/** The decision as a gate's screen shows it. */

export interface ScanCircumstances {
  readonly scanId: string;
  readonly direction: Direction;
  /** The network was away: the decision rests on local data alone. */
  readonly isOffline: boolean;
  readonly at: Instant;
}

export function verdictOf(decision: Decision, { scanId, direction, isOffline, at }: ScanCircumstances): Verdict {
  const common = { scanId, direction, offline: isOffline, at: toIso(at) };
  if (decision.kind === 'admit') {
    return { ...common, kind: faceOfAdmission(decision), reasons: [], ticket: ticketOf(decision.ticket, decision.used) };
  }
  const [primary] = decision.findings;
  const lastEntry = decision.ticket?.history.lastEntry;
  const isUsed = decision.findings.some(({ reason }) => reason === 'already-used');
  return {
    ...common,
    kind: VERDICT_OF_REASON[primary.reason],
    reason: primary.reason,
    reasons: decision.findings.map(({ reason }) => reason),
    ...(decision.ticket === undefined ? {} : { ticket: ticketOf(decision.ticket, decision.ticket.history.entries) }),
    ...(isUsed && lastEntry !== undefined ? { usedBefore: { at: toIso(lastEntry.at), lane: lastEntry.lane } } : {}),
  };
}

function faceOfAdmission({ needsProof, ticket }: Extract<Decision, { kind: 'admit' }>): VerdictKind {
  if (needsProof) return 'attention';
  return ticket.admits > 1 ? 'enter-group' : 'enter';
}

function ticketOf({ id, record, show, admits }: DecidedTicket, used: number): NonNullable<Verdict['ticket']> {
  return {
    id,
    seatLabel: record?.seatLabel ?? '',
    used,
    admits,
    ...(show === undefined
      ? {}
      : { filmTitle: show.filmTitle, screenName: show.screenName, startsAt: toIso(show.startsAt), entryFrom: toIso(show.entryFrom) }),
  };
}
