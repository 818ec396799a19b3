import { type Instant, toIso } from '../base/time.ts';
import { type Direction, type RefusalReason, VERDICT_OF_REASON, type Verdict, type VerdictKind } from '../contract/admission.ts';
import type { Admission, DecidedTicket, Decision } from './decision.ts';

/** The decision as a gate's screen shows it. */

export interface ScanCircumstances {
  readonly scanId: string;
  readonly direction: Direction;
  /** The network was away: the decision rests on local data alone. */
  readonly isOffline: boolean;
  readonly at: Instant;
}

export function verdictOf(decision: Decision, { scanId, direction, isOffline, at }: ScanCircumstances): Verdict {
  if (decision.kind === 'admit') {
    const { ticket, used, confirmation } = decision;
    return {
      scanId,
      direction,
      offline: isOffline,
      at: toIso(at),
      kind: faceOfAdmission(decision),
      reasons: [],
      confirmation,
      ticket: ticketOf(ticket, used),
    };
  }
  const [primary] = decision.findings;
  const lastEntry = decision.ticket?.history.lastEntry;
  const holds = (reason: RefusalReason): boolean => decision.findings.some((finding) => finding.reason === reason);
  const homeGate = decision.ticket?.show?.homeGate;
  return {
    scanId,
    direction,
    offline: isOffline,
    at: toIso(at),
    kind: VERDICT_OF_REASON[primary.reason],
    reason: primary.reason,
    reasons: decision.findings.map(({ reason }) => reason),
    ...(decision.ticket === undefined ? {} : { ticket: ticketOf(decision.ticket, decision.ticket.history.entries) }),
    ...(holds('already-used') && lastEntry !== undefined
      ? { usedBefore: { at: toIso(lastEntry.at), lane: lastEntry.lane, machine: lastEntry.machine } }
      : {}),
    ...(holds('needs-escort') && (decision.ticket?.record?.escorts.length ?? 0) > 0 ? { escortHasTicket: true } : {}),
    ...(holds('not-home-gate') && homeGate !== undefined ? { homeGate } : {}),
  };
}

function faceOfAdmission({ needsProof, ticket }: Admission): VerdictKind {
  if (needsProof) return 'attention';
  return ticket.admits > 1 ? 'enter-group' : 'enter';
}

function ticketOf({ id, record, show, admits }: DecidedTicket, used: number): NonNullable<Verdict['ticket']> {
  const seatLabel = record?.seatLabel ?? '';
  if (show === undefined) return { id, seatLabel, used, admits };
  const { filmTitle, screenName, startsAt, entryFrom } = show;
  return { id, seatLabel, used, admits, filmTitle, screenName, startsAt: toIso(startsAt), entryFrom: toIso(entryFrom) };
}
