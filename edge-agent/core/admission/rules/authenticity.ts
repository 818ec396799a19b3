import { LIMITS } from '../../base/limits.ts';
import type { SiteId } from '../../contract/identifiers.ts';
import { stepAt } from '../../ticket/rotating.ts';
import type { Finding } from '../decision.ts';
import type { AdmissionInput, ClockFacts } from '../facts.ts';
import { bodiesCounted, type Subject } from '../subject.ts';

/** Whether the code itself may be believed: its key, its changing part, its form and its cinema. */

/** A key is judged at the time of issue: tickets outlive the key that made them, and a stolen key is taken out of the ring altogether. */
export function keyOutOfTime({ signed }: Subject): Finding | undefined {
  if (signed === undefined) return undefined;
  const { keyId, issuedAt } = signed.payload;
  const { notBefore, notAfter } = signed.key;
  if (issuedAt >= notBefore && issuedAt <= notAfter) return undefined;
  return { reason: 'key-out-of-time', evidence: { kind: 'key-window', keyId, issuedAt, notBefore, notAfter } };
}

/** The changing part of a phone's code: made by the ticket's own key, for this half minute, and not accepted before. */
export function unbelievableCode(subject: Subject, { clock }: AdmissionInput): Finding | undefined {
  const form = subject.signed?.form;
  if (form === undefined || form.kind === 'paper') return undefined;
  const { step, isGenuine } = form;
  if (isGenuine === false) return { reason: 'bad-signature', evidence: { kind: 'changing-code', step } };
  const { from, until } = stepsAround(clock);
  const { lastStep } = subject.history;
  if (step < from || (until !== undefined && step > until) || isReplayed(subject, step)) {
    return { reason: 'stale-code', evidence: { kind: 'step', step, from, until, lastStep } };
  }
  return isGenuine === undefined ? { reason: 'cannot-verify', evidence: { kind: 'no-secret', step } } : undefined;
}

/** The steps that can be the present one, as far as the clock knows, and one more on either side for a phone whose clock differs. */
function stepsAround({ earliest, latest }: ClockFacts): { readonly from: number; readonly until: number | undefined } {
  const { stepsAround: around } = LIMITS.rotating;
  return { from: stepAt(earliest) - around, until: latest === undefined ? undefined : stepAt(latest) + around };
}

/**
 * Each step is accepted once, so that a picture of the code does not bring a second guest in after the first has left. A party shows one code for all its
 * bodies. Of a ticket that is used up, "already used" says more, and says it alone.
 */
function isReplayed(subject: Subject, step: number): boolean {
  const { lastStep } = subject.history;
  return subject.admits === 1 && lastStep !== undefined && step <= lastStep && bodiesCounted(subject) < subject.admits;
}

export function notIssuedInThisForm({ record, signed }: Subject): Finding | undefined {
  if (record === undefined || signed === undefined || record.forms === 'both' || record.forms === signed.form.kind) return undefined;
  return { reason: 'wrong-form', evidence: { kind: 'shown-form', shown: signed.form.kind, issuedFor: record.forms } };
}

export function notOfThisSite({ signed }: Subject, { gate }: AdmissionInput): Finding | undefined {
  return signed === undefined || signed.payload.siteId === gate.siteId ? undefined : otherSite(signed.payload.siteId);
}

export function otherSite(siteId: SiteId): Finding {
  return { reason: 'other-site', evidence: { kind: 'site-on-ticket', siteId } };
}
