import type { CheckedCode, ClockFacts, DataFacts } from '#core/admission/facts.ts';
import { between, type Duration, type Instant, instant, milliseconds, minus, plus } from '#core/base/time.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import { classifyScan, type ScannedPayload } from '#core/ticket/classify.ts';
import type { ParsedTicket, VerifySignature } from '#core/ticket/ticket-text.ts';
import type { Admissions } from '../ledger/admissions.ts';
import type { ValidityStore } from '../ledger/validity-store.ts';

/** From the bytes of a scan to the facts of a decision, by local data alone. Nothing is looked up by a code whose signature does not hold. */
export interface FactsSources {
  readonly siteId: SiteId;
  readonly validity: Pick<ValidityStore, 'state' | 'ticket' | 'show' | 'key'>;
  readonly admissions: Pick<Admissions, 'history'>;
  readonly verify: VerifySignature;
}

export function checkCode(bytes: Uint8Array, sources: FactsSources): CheckedCode {
  const payload = classifyScan(bytes, sources.siteId);
  return payload.kind === 'ticket' ? checkTicket(payload.ticket, sources) : checkOtherCode(payload);
}

function checkTicket({ payload, message, signature }: ParsedTicket, { validity, admissions, verify }: FactsSources): CheckedCode {
  const key = validity.key(payload.keyId);
  if (key === undefined) return { kind: 'unproven', problem: 'unknown-key', payload };
  if (!verify(payload.keyId, message, signature)) return { kind: 'unproven', problem: 'bad-signature', payload };
  const ticket = validity.ticket(payload.ticketId);
  const show = validity.show(ticket?.showId ?? payload.showId);
  return { kind: 'proven', payload, form: { kind: 'paper' }, key, ticket, show, history: admissions.history(payload.ticketId), inHall: 0 };
}

function checkOtherCode(payload: Exclude<ScannedPayload, { kind: 'ticket' }>): CheckedCode {
  switch (payload.kind) {
    case 'damaged-ticket':
    case 'unreadable':
      return { kind: 'no-ticket', reason: 'unreadable' };
    case 'ticket-info-code':
      return { kind: 'foreign', cinema: payload.cinema };
    case 'payment-code':
      return { kind: 'no-ticket', reason: 'payment-code' };
    case 'pick-up-code':
      return { kind: 'no-ticket', reason: 'pick-up-code' };
    // A number that can be read off a ticket, or guessed, is nobody's right of entry.
    case 'ticket-number':
    case 'phone':
    case 'unknown':
      return { kind: 'no-ticket', reason: 'not-a-ticket' };
  }
}

export function dataFacts(validity: Pick<ValidityStore, 'state'>, now: Instant): DataFacts | undefined {
  const held = validity.state();
  if (held === undefined) return undefined;
  return { version: held.version, confirmedAt: held.confirmedAt, age: milliseconds(Math.max(0, between(held.confirmedAt, now))) };
}

/** A time that the box office has signed is past: a clock that shows an earlier one has been set back, and must not open a window again. */
export function wallClockFacts(now: Instant, error: Duration, signed: Instant | undefined): ClockFacts {
  const latest = plus(now, error);
  const earliest = instant(Math.max(minus(now, error), signed ?? 0));
  return { earliest, latest: latest < earliest ? undefined : latest, now: latest < earliest ? earliest : now };
}
