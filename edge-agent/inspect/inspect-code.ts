import { decideAdmission } from '#core/admission/decide-admission.ts';
import type { Finding } from '#core/admission/decision.ts';
import type { CheckedCode, ShownForm, TicketFacts } from '#core/admission/facts.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Instant, instant, milliseconds } from '#core/base/time.ts';
import type { LaneId, MachineId, SiteId } from '#core/contract/identifiers.ts';
import { classifyScan, type ScannedPayload } from '#core/ticket/classify.ts';
import type { CodeSecrets } from '#core/ticket/code-secrets.ts';
import type { TicketPayload } from '#core/ticket/payload.ts';
import type { ParsedTicket } from '#core/ticket/ticket-text.ts';
import { createTicketVerifier } from '../runtime/ticket-crypto.ts';
import type { KeyRingFile } from './key-ring.ts';

/** What a code is and says, without a gate: from the code, the ring of public keys and, where there are any, the secrets of the site. */
export type Inspection =
  | { readonly kind: 'ticket'; readonly ticket: InspectedTicket }
  | Exclude<ScannedPayload, { kind: 'ticket' | 'rotating-ticket' | 'pick-up-code' | 'member-card' | 'phone' | 'ticket-number' | 'ticket-info-code' }>
  | { readonly kind: 'ticket-info-code'; readonly cinema: 'this' | 'other' | 'unknown' }
  /** Numbers of which the form is told and nothing else. */
  | { readonly kind: 'pick-up-code' | 'member-card' | 'phone' | 'ticket-number' };

export interface InspectedTicket {
  readonly payload: TicketPayload;
  readonly form: ShownForm;
  /** not-checked: there is no ring to check it with. */
  readonly signature: 'good' | 'bad' | 'unknown-key' | 'not-checked';
  readonly key: { readonly notBefore: Instant; readonly notAfter: Instant } | undefined;
  /** Why a gate of the ring's site would refuse it at this moment for what it is, were its record in order. */
  readonly refused: readonly Finding[];
}

export interface InspectionSources {
  readonly ring: KeyRingFile | undefined;
  readonly secrets: Pick<CodeSecrets, 'isGenuine'>;
  readonly now: Instant;
}

export function inspectCode(code: Uint8Array, sources: InspectionSources): Inspection {
  const scanned = classifyScan(code, sources.ring?.scope ?? NO_SITE);
  switch (scanned.kind) {
    case 'ticket':
    case 'rotating-ticket':
      return { kind: 'ticket', ticket: inspectTicket(scanned.ticket, sources) };
    case 'ticket-info-code':
      return { kind: 'ticket-info-code', cinema: sources.ring === undefined ? 'unknown' : scanned.cinema };
    case 'pick-up-code':
    case 'member-card':
    case 'phone':
    case 'ticket-number':
      return { kind: scanned.kind };
    default:
      return scanned;
  }
}

const NOTHING_YET = { history: { entries: 0, exits: 0 }, inHall: 0, isEscortInside: false };

/** No cinema's: eight zeros begin no code. */
const NO_SITE = '00000000' as SiteId;

function inspectTicket({ payload, message, signature, form }: ParsedTicket, { ring, secrets, now }: InspectionSources): InspectedTicket {
  const shown: ShownForm =
    form.kind === 'paper' ? form : { kind: 'rotating', step: form.step, isGenuine: secrets.isGenuine(payload.ticketId, form.step, form.check) };
  if (ring === undefined) return { payload, form: shown, signature: 'not-checked', key: undefined, refused: [] };
  const found = ring.keys.find(({ id }) => id === payload.keyId);
  const isGood = found !== undefined && createTicketVerifier(() => found.publicKey)(payload.keyId, message, signature);
  const key = found && { notBefore: instant(Date.parse(found.notBefore)), notAfter: instant(Date.parse(found.notAfter)) };
  const checked: CheckedCode =
    key !== undefined && isGood
      ? { kind: 'proven', payload, form: shown, key, ticket: recordInOrder(payload), show: undefined, ...NOTHING_YET }
      : { kind: 'unproven', problem: key === undefined ? 'unknown-key' : 'bad-signature', payload };
  const verdict = key === undefined ? 'unknown-key' : isGood ? 'good' : 'bad';
  return { payload, form: shown, signature: verdict, key, refused: findingsOf(checked, ring.scope, now) };
}

function recordInOrder({ ticketId, showId, admits, needsProof, ticketClass, issuedAt }: TicketPayload): TicketFacts {
  return { id: ticketId, showId, seatLabel: '', admits, needsProof, ticketClass, escorts: [], forms: 'both', standing: 'valid', since: issuedAt };
}

function findingsOf(code: CheckedCode, siteId: SiteId, now: Instant): readonly Finding[] {
  const decision = decideAdmission({
    code,
    gate: { machine: 'nowhere' as MachineId, lane: 'nowhere' as LaneId, siteId, direction: 'entry', screens: undefined, classes: undefined },
    // As new as can be, so that nothing is excused by the age of the data.
    data: { version: 0, confirmedAt: now, age: milliseconds(0) },
    clock: { earliest: now, latest: now, now },
    site: { kind: 'alone' },
    policy: { dataAgeMax: LIMITS.validity.ageMax, clockWidthMax: LIMITS.clock.widthMax },
  });
  return decision.kind === 'refuse' ? decision.findings : [];
}
