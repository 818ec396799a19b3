import { LIMITS } from '../base/limits.ts';
import { type Instant, instant, minus } from '../base/time.ts';
import type { RefundRefusal, RefundRequest } from '../contract/box-office/sales.ts';
import type { OrderRecord, TicketRecord } from './records.ts';

export interface RefundCase {
  readonly order: OrderRecord;
  readonly tickets: readonly TicketRecord[];
  readonly show: { readonly startsAt: string };
  /** Somebody was let in with one of the tickets, and nobody has taken that back. */
  readonly isUsed: boolean;
  readonly reason: RefundRequest['reason'];
  readonly by: string;
  /** A second person, who has agreed to what the policy does not allow. */
  readonly approvedBy?: string | undefined;
  readonly now: Instant;
}

/**
 * Money goes back for tickets that nobody can show at a gate: not printed (and not being printed, nor perhaps printed) and not used, until the deadline before the
 * show. What could not be delivered may come back late. Beyond the policy are the deadline, and everything but the state of the order when the projection failed
 * and everybody has been in: for these a second person has to agree. A ticket that may be on paper is settled by a person first.
 */
export function judgeRefund({ order, tickets, show, isUsed, reason, by, approvedBy, now }: RefundCase): RefundRefusal | undefined {
  if (order.status !== 'confirmed') return { code: 'not-refundable', status: order.status };
  const isLate = now > minus(instant(Date.parse(show.startsAt)), LIMITS.sale.refundEndsBeforeStart);
  const bar = barOf(tickets, isUsed, isLate && reason !== 'could-not-deliver');
  if (bar === undefined) return undefined;
  const isInDoubt = tickets.some(({ print: { state } }) => state === 'uncertain');
  const mayBeApproved = bar === 'too-late' || (reason === 'projection-failure' && !isInDoubt);
  if (!mayBeApproved) return { code: bar };
  return approvedBy === undefined || approvedBy === by ? { code: 'needs-approval', because: bar } : undefined;
}

type Bar = 'already-used' | 'already-printed' | 'print-open' | 'too-late';

function barOf(tickets: readonly TicketRecord[], isUsed: boolean, isLate: boolean): Bar | undefined {
  if (tickets.some(({ print: { state } }) => state === 'claimed' || state === 'uncertain')) return 'print-open';
  if (isUsed) return 'already-used';
  if (tickets.some(({ print: { state } }) => state === 'printed')) return 'already-printed';
  return isLate ? 'too-late' : undefined;
}
