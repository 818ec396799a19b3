import type { CheckedCode, DataFacts, KeyFacts, ShowFacts, ShownForm, TicketFacts } from '#core/admission/facts.ts';
import { unreachable } from '#core/base/fault.ts';
import { between, type Instant, milliseconds } from '#core/base/time.ts';
import type { ShowId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import { classifyScan } from '#core/ticket/classify.ts';
import type { CodeSecrets } from '#core/ticket/code-secrets.ts';
import type { TicketPayload } from '#core/ticket/payload.ts';
import type { ParsedTicket, VerifySignature } from '#core/ticket/ticket-text.ts';
import type { Admissions } from '../ledger/admissions.ts';

/**
 * From the bytes of a scan to the facts of a decision, by local data alone, in two halves: what the code is, which never changes and costs a signature, and
 * what is known about it, which is read anew for every decision. Nothing is looked up by a code whose signature does not hold.
 */
export interface FactsSources {
  readonly siteId: SiteId;
  readonly validity: ValidityFacts;
  readonly admissions: Pick<Admissions, 'history' | 'isInside' | 'inHall'>;
  readonly verify: VerifySignature;
  readonly secrets: CodeSecrets;
}

/** The validity data, as a decision looks things up in them. */
export interface ValidityFacts {
  state(): { readonly version: number; readonly confirmedAt: Instant } | undefined;
  ticket(id: TicketId): TicketFacts | undefined;
  show(id: ShowId): ShowFacts | undefined;
  key(id: number): KeyFacts | undefined;
  /** The ticket that a code of another system stands for. */
  codeTicket(hash: Uint8Array): TicketId | undefined;
}

/** What a code is. */
export type RecognisedCode =
  | { readonly kind: 'settled'; readonly code: Extract<CheckedCode, { kind: 'no-ticket' | 'unproven' }> }
  | { readonly kind: 'signed'; readonly payload: TicketPayload; readonly form: ShownForm }
  /** Perhaps listed by its hash; what it is when it is not. */
  | { readonly kind: 'opaque'; readonly hash: Uint8Array | undefined; readonly unlisted: CheckedCode };

export function recogniseCode(bytes: Uint8Array, sources: FactsSources): RecognisedCode {
  const scanned = classifyScan(bytes, sources.siteId);
  switch (scanned.kind) {
    case 'ticket':
    case 'rotating-ticket':
      return recogniseTicket(scanned.ticket, sources);
    case 'ticket-info-code':
      return { kind: 'opaque', hash: sources.secrets.hashOf(bytes), unlisted: { kind: 'foreign', cinema: scanned.cinema } };
    case 'foreign-code':
      return { kind: 'opaque', hash: sources.secrets.hashOf(bytes), unlisted: { kind: 'no-ticket', reason: 'not-a-ticket' } };
    case 'damaged-ticket':
    case 'unreadable':
      return noTicket('unreadable');
    case 'payment-code':
      return noTicket('payment-code');
    case 'pick-up-code':
      return noTicket('pick-up-code');
    case 'member-card':
      return noTicket('member-card');
    // A number that can be read off a ticket, or guessed, is nobody's right of entry.
    case 'ticket-number':
    case 'phone':
    case 'unknown':
      return noTicket('not-a-ticket');
    default:
      return unreachable(scanned);
  }
}

function recogniseTicket({ payload, message, signature, form }: ParsedTicket, { validity, verify, secrets }: FactsSources): RecognisedCode {
  if (validity.key(payload.keyId) === undefined) return { kind: 'settled', code: { kind: 'unproven', problem: 'unknown-key', payload } };
  if (!verify(payload.keyId, message, signature)) return { kind: 'settled', code: { kind: 'unproven', problem: 'bad-signature', payload } };
  if (form.kind === 'paper') return { kind: 'signed', payload, form };
  const { step, check } = form;
  return { kind: 'signed', payload, form: { kind: 'rotating', step, isGenuine: secrets.isGenuine(payload.ticketId, step, check) } };
}

function noTicket(reason: Extract<CheckedCode, { kind: 'no-ticket' }>['reason']): RecognisedCode {
  return { kind: 'settled', code: { kind: 'no-ticket', reason } };
}

/** What is known about it now. */
export function checkCode(recognised: RecognisedCode, sources: FactsSources): CheckedCode {
  switch (recognised.kind) {
    case 'settled':
      return recognised.code;
    case 'signed':
      return signedFacts(recognised, sources);
    case 'opaque':
      return listedFacts(recognised, sources);
    default:
      return unreachable(recognised);
  }
}

function signedFacts({ payload, form }: Extract<RecognisedCode, { kind: 'signed' }>, sources: FactsSources): CheckedCode {
  const { validity } = sources;
  // The ring may have changed since the signature was checked.
  const key = validity.key(payload.keyId);
  if (key === undefined) return { kind: 'unproven', problem: 'unknown-key', payload };
  const ticket = validity.ticket(payload.ticketId);
  const show = validity.show(ticket?.showId ?? payload.showId);
  return { kind: 'proven', payload, form, key, ticket, show, ...soFar(payload.ticketId, ticket, show, sources) };
}

function listedFacts({ hash, unlisted }: Extract<RecognisedCode, { kind: 'opaque' }>, sources: FactsSources): CheckedCode {
  const { validity } = sources;
  const id = hash === undefined ? undefined : validity.codeTicket(hash);
  const ticket = id === undefined ? undefined : validity.ticket(id);
  if (ticket === undefined) return unlisted;
  const show = validity.show(ticket.showId);
  return { kind: 'listed', ticket, show, ...soFar(ticket.id, ticket, show, sources) };
}

/** What has happened at the gates of the site, as far as this one knows. */
function soFar(ticketId: TicketId, ticket: TicketFacts | undefined, show: ShowFacts | undefined, { admissions }: FactsSources) {
  return {
    history: admissions.history(ticketId),
    inHall: show?.capacity === undefined ? 0 : admissions.inHall(show.id),
    isEscortInside: show?.escortChildren === true && (ticket?.escorts.some(admissions.isInside) ?? false),
  };
}

export function dataFacts(validity: Pick<ValidityFacts, 'state'>, now: Instant): DataFacts | undefined {
  const held = validity.state();
  if (held === undefined) return undefined;
  return { version: held.version, confirmedAt: held.confirmedAt, age: milliseconds(Math.max(0, between(held.confirmedAt, now))) };
}
