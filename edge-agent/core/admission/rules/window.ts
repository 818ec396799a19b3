import type { Instant } from '../../base/time.ts';
import type { Evidence, Finding } from '../decision.ts';
import type { AdmissionInput } from '../facts.ts';
import type { Subject } from '../subject.ts';

/**
 * Too early, or too late: only when every instant that the clock allows is. The show's own window counts, because a show can be put off after its tickets
 * were printed; the signed one serves when the data have no show.
 */
export function outsideWindow(subject: Subject, { clock }: AdmissionInput): Finding | undefined {
  const window = windowOf(subject);
  if (window === undefined) return undefined;
  const { from, until } = window;
  if (clock.latest !== undefined && clock.latest < from) return { reason: 'too-early', evidence: window };
  return clock.earliest > until ? { reason: 'too-late', evidence: window } : undefined;
}

function windowOf({ show, signed }: Subject): Extract<Evidence, { kind: 'window' }> | undefined {
  if (show !== undefined) return window(show.entryFrom, show.entryUntil, 'show');
  return signed && window(signed.payload.validFrom, signed.payload.validUntil, 'ticket');
}

function window(from: Instant, until: Instant, source: 'show' | 'ticket'): Extract<Evidence, { kind: 'window' }> {
  return { kind: 'window', from, until, source };
}
