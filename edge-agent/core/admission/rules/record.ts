import { type Instant, seconds } from '../../base/time.ts';
import type { Finding } from '../decision.ts';
import type { AdmissionInput, DataFacts } from '../facts.ts';
import { bodiesCounted, type Subject } from '../subject.ts';

/** What the validity data and the gates of the site have written about the ticket. */

/** A ticket carries whole seconds: it may have been issued up to this much later than it says. */
const ISSUE_TIME_RESOLUTION = seconds(1);

/** Whether the data would have a ticket that was issued then. */
export function areNewerThan(data: DataFacts | undefined, issuedAt: Instant): boolean {
  return data !== undefined && issuedAt + ISSUE_TIME_RESOLUTION <= data.confirmedAt;
}

/** "Unknown" accuses the ticket, so it is said only when the data are newer than the ticket and have its show; otherwise it is we who cannot verify. */
export function noRecord({ id, record, show, showId, signed }: Subject, { data }: AdmissionInput): Finding | undefined {
  if (record === undefined) {
    const dataCoverIt = show !== undefined && signed !== undefined && areNewerThan(data, signed.payload.issuedAt);
    return { reason: dataCoverIt ? 'unknown-ticket' : 'cannot-verify', evidence: { kind: 'no-record', ticketId: id, dataCoverIt } };
  }
  // A listed code carries no window of its own: without its show nobody can say when it is good.
  return signed === undefined && show === undefined ? { reason: 'cannot-verify', evidence: { kind: 'no-show', showId } } : undefined;
}

export function notGood({ record }: Subject): Finding | undefined {
  if (record === undefined || record.standing === 'valid') return undefined;
  return { reason: record.standing, evidence: { kind: 'standing', standing: record.standing, since: record.since } };
}

/** The show was cancelled; its tickets need not have been told one by one. */
export function cancelledShow({ record, show }: Subject): Finding | undefined {
  if (show?.cancelled !== true || record?.standing === 'cancelled') return undefined;
  return { reason: 'cancelled', evidence: { kind: 'show-cancelled', showId: show.id } };
}

export function usedUp(subject: Subject): Finding | undefined {
  const { history, admits } = subject;
  return bodiesCounted(subject) < admits ? undefined : { reason: 'already-used', evidence: { kind: 'history', history, admits } };
}
