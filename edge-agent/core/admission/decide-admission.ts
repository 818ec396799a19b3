import { seconds } from '../base/time.ts';
import type { RefusalReason } from '../contract/admission.ts';
import type { TicketStanding } from '../contract/box-office/validity.ts';
import type { TicketId } from '../contract/identifiers.ts';
import type { TicketPayload } from '../ticket/payload.ts';
import type { AdmissionInput, CheckedCode, ClockFacts, DataFacts, ShowFacts, TicketFacts, TicketHistory } from './facts.ts';

/** The ticket check: from facts to a decision, without a clock, a store or chance of its own. It is total: every input has a decision, and none throws. */

/** One reason that holds, and the record or measure that it rests on. */
export interface Finding {
  readonly reason: RefusalReason;
  readonly evidence: Evidence;
}

export type Evidence =
  | { readonly kind: 'form' }
  | { readonly kind: 'signature'; readonly keyId: number }
  | { readonly kind: 'key-window'; readonly keyId: number; readonly notBefore: number; readonly notAfter: number }
  | { readonly kind: 'site-on-ticket'; readonly siteId: string }
  | { readonly kind: 'no-record'; readonly ticketId: TicketId; readonly dataCoverIt: boolean }
  | { readonly kind: 'standing'; readonly standing: TicketStanding; readonly since: number }
  | { readonly kind: 'show-cancelled'; readonly showId: string }
  | { readonly kind: 'history'; readonly history: TicketHistory; readonly admits: number }
  | { readonly kind: 'screen'; readonly screenId: string }
  | { readonly kind: 'show-on-ticket'; readonly signed: string; readonly recorded: string }
  | { readonly kind: 'window'; readonly from: number; readonly until: number; readonly source: 'show' | 'ticket' }
  | { readonly kind: 'no-reentry' }
  | { readonly kind: 'data-age' }
  | { readonly kind: 'clock' };

/** What every decision rested on, admissions included; it goes into the record of the scan. */
export interface DecisionBasis {
  readonly data: DataFacts | undefined;
  readonly clock: ClockFacts;
}

/** The ticket as far as it was known; absent when the code was none of ours or could not be believed. */
export interface DecidedTicket {
  readonly id: TicketId;
  readonly record: TicketFacts | undefined;
  readonly show: ShowFacts | undefined;
  readonly history: TicketHistory;
  readonly admits: number;
}

export type Decision =
  | {
      readonly kind: 'admit';
      readonly ticket: DecidedTicket;
      /** Bodies let in so far, this one included. */
      readonly used: number;
      /** Somebody should look at the guest's proof. */
      readonly needsProof: boolean;
      readonly basis: DecisionBasis;
    }
  | {
      readonly kind: 'refuse';
      /** Every reason that holds, in the order of `RefusalReason`; the first is the primary one. */
      readonly findings: readonly [Finding, ...Finding[]];
      readonly ticket: DecidedTicket | undefined;
      readonly basis: DecisionBasis;
    };

type ProvenCode = Extract<CheckedCode, { kind: 'proven' }>;

/** A ticket carries whole seconds: it may have been issued up to this much later than it says. */
const ISSUE_TIME_RESOLUTION = seconds(1);

export function decideAdmission(input: AdmissionInput): Decision {
  const { code } = input;
  const basis: DecisionBasis = { data: input.data, clock: input.clock };
  const refuse = (first: Finding, ...others: readonly Finding[]): Decision => ({
    kind: 'refuse',
    findings: [first, ...others],
    ticket: undefined,
    basis,
  });
  switch (code.kind) {
    case 'no-ticket':
      return refuse({ reason: code.reason, evidence: { kind: 'form' } });
    case 'foreign':
      return refuse({ reason: code.cinema === 'this' ? 'cannot-verify' : 'other-site', evidence: { kind: 'form' } });
    case 'unproven':
      return refuse(...unprovenFindings(code, input));
    case 'proven':
      return decideProven(code, input, basis);
  }
}

/** Only the form and the key's number are certain here. What the payload claims is told where it helps a guest, and never believed. */
function unprovenFindings(
  { problem, payload }: Extract<CheckedCode, { kind: 'unproven' }>,
  { gate, data }: AdmissionInput,
): readonly [Finding, ...Finding[]] {
  const evidence: Evidence = { kind: 'signature', keyId: payload.keyId };
  if (problem === 'bad-signature') return [{ reason: 'bad-signature', evidence }];
  // A ticket younger than our data may be signed by a key that is younger still.
  const isOursToKnow = areNewerThan(data, payload);
  const unknownKey: Finding = { reason: isOursToKnow ? 'unknown-key' : 'cannot-verify', evidence };
  // A genuine ticket of another cinema has a key that this gate cannot know.
  if (payload.siteId === gate.siteId) return [unknownKey];
  return isOursToKnow ? [unknownKey, otherSite(payload.siteId)] : [otherSite(payload.siteId), unknownKey];
}

function decideProven(code: ProvenCode, input: AdmissionInput, basis: DecisionBasis): Decision {
  const ticket: DecidedTicket = {
    id: code.payload.ticketId,
    record: code.ticket,
    show: code.show,
    history: code.history,
    admits: code.ticket?.admits ?? code.payload.admits,
  };
  const isOfThisSite = code.payload.siteId === input.gate.siteId;
  const findings = [keyOutOfTime(code), isOfThisSite ? undefined : otherSite(code.payload.siteId)];
  // Nobody is kept inside: a genuine ticket of this site opens an exit whatever its standing, the hour, the rules or the state of our data.
  if (isOfThisSite && input.gate.direction === 'entry') findings.push(...entryFindings(code, ticket, input));
  const [first, ...others] = findings.filter((finding) => finding !== undefined);
  if (first !== undefined) return { kind: 'refuse', findings: [first, ...others], ticket, basis };
  const isEntry = input.gate.direction === 'entry';
  return {
    kind: 'admit',
    ticket,
    used: isEntry ? code.history.entries + 1 : code.history.entries,
    needsProof: isEntry && (code.ticket?.needsProof ?? code.payload.needsProof),
    basis,
  };
}

/** In the order of `RefusalReason`. */
function entryFindings(code: ProvenCode, ticket: DecidedTicket, input: AdmissionInput): readonly (Finding | undefined)[] {
  return [
    noRecord(code, input.data),
    code.show?.cancelled === true && code.ticket?.standing !== 'cancelled'
      ? bySeverity(standing(code.ticket), { reason: 'cancelled', evidence: { kind: 'show-cancelled', showId: code.show.id } })
      : [standing(code.ticket)],
    alreadyUsed(code, ticket),
    wrongScreen(code, input),
    wrongShow(code),
    outsideWindow(code, input.clock),
    noReentry(code, ticket),
    dataTooOld(input),
    input.clock.isTrusted ? undefined : ({ reason: 'clock-untrusted', evidence: { kind: 'clock' } } as const),
  ].flat();
}

/** A cancelled show stands between a refunded and a blocked ticket in the order of reasons. */
function bySeverity(ofTicket: Finding | undefined, ofShow: Finding): readonly Finding[] {
  if (ofTicket === undefined) return [ofShow];
  return ofTicket.reason === 'revoked' || ofTicket.reason === 'refunded' ? [ofTicket, ofShow] : [ofShow, ofTicket];
}

function otherSite(siteId: string): Finding {
  return { reason: 'other-site', evidence: { kind: 'site-on-ticket', siteId } };
}

/** A key is judged at the time of issue: tickets outlive the key that made them, and a stolen key is taken out of the ring altogether. */
function keyOutOfTime({ payload, key }: ProvenCode): Finding | undefined {
  if (payload.issuedAt >= key.notBefore && payload.issuedAt <= key.notAfter) return undefined;
  return {
    reason: 'key-out-of-time',
    evidence: { kind: 'key-window', keyId: payload.keyId, notBefore: key.notBefore, notAfter: key.notAfter },
  };
}

/** "Unknown" accuses the ticket, so it is said only when the data are newer than the ticket and have its show; otherwise it is we who cannot verify. */
function noRecord({ payload, ticket, show }: ProvenCode, data: DataFacts | undefined): Finding | undefined {
  if (ticket !== undefined) return undefined;
  const dataCoverIt = show !== undefined && areNewerThan(data, payload);
  return {
    reason: dataCoverIt ? 'unknown-ticket' : 'cannot-verify',
    evidence: { kind: 'no-record', ticketId: payload.ticketId, dataCoverIt },
  };
}

function areNewerThan(data: DataFacts | undefined, { issuedAt }: TicketPayload): boolean {
  return data !== undefined && issuedAt + ISSUE_TIME_RESOLUTION <= data.confirmedAt;
}

function standing(ticket: TicketFacts | undefined): Finding | undefined {
  if (ticket === undefined || ticket.standing === 'valid') return undefined;
  return { reason: ticket.standing, evidence: { kind: 'standing', standing: ticket.standing, since: ticket.since } };
}

/** A body that left makes room for one only where the show allows coming back; otherwise every entry counts for ever. */
function alreadyUsed({ history, show }: ProvenCode, { admits }: DecidedTicket): Finding | undefined {
  const counted = show?.reentry === true ? Math.max(0, history.entries - history.exits) : history.entries;
  return counted < admits ? undefined : { reason: 'already-used', evidence: { kind: 'history', history, admits } };
}

function wrongScreen({ payload, show }: ProvenCode, { gate }: AdmissionInput): Finding | undefined {
  // The show may have moved since the ticket was printed: the data's screen counts.
  const screenId = show?.screenId ?? payload.screenId;
  return gate.screens === undefined || gate.screens.includes(screenId)
    ? undefined
    : { reason: 'wrong-screen', evidence: { kind: 'screen', screenId } };
}

/** The ticket was moved to another show, and this is the old paper. */
function wrongShow({ payload, ticket }: ProvenCode): Finding | undefined {
  if (ticket === undefined || ticket.showId === payload.showId) return undefined;
  return { reason: 'wrong-show', evidence: { kind: 'show-on-ticket', signed: payload.showId, recorded: ticket.showId } };
}

/** The show's own window counts, because a show can be put off after its tickets were printed; the signed one serves when the data have no show. */
function outsideWindow({ payload, show }: ProvenCode, clock: ClockFacts): Finding | undefined {
  const [from, until] = show === undefined ? [payload.validFrom, payload.validUntil] : [show.entryFrom, show.entryUntil];
  const evidence: Evidence = { kind: 'window', from, until, source: show === undefined ? 'ticket' : 'show' };
  if (clock.now + clock.error < from) return { reason: 'too-early', evidence };
  return clock.now - clock.error > until ? { reason: 'too-late', evidence } : undefined;
}

/** Tells a guest who left and comes back from one whose ticket somebody else has used. */
function noReentry({ history, show }: ProvenCode, { admits }: DecidedTicket): Finding | undefined {
  const isBack = history.entries >= admits && history.entries - history.exits < admits;
  return isBack && show?.reentry !== true ? { reason: 'show-rule', evidence: { kind: 'no-reentry' } } : undefined;
}

function dataTooOld({ data, policy }: AdmissionInput): Finding | undefined {
  return data !== undefined && data.age > policy.dataAgeMax ? { reason: 'data-too-old', evidence: { kind: 'data-age' } } : undefined;
}
