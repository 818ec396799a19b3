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
  readonly now: Instant;
}

/**
 * Money goes back for tickets that nobody can show at a gate: not printed (and not being printed, nor perhaps printed) and not used, until the deadline before the show.
 * A projection that failed overrides all but the state of the order: then everybody has been in. What could not be delivered may come back late.
 */
export function judgeRefund({ order, tickets, show, isUsed, reason, now }: RefundCase): RefundRefusal | undefined {
  if (order.status !== 'confirmed') return { code: 'not-refundable', status: order.status };
  if (reason === 'projection-failure') return undefined;
  if (isUsed) return { code: 'already-used' };
  if (tickets.some((ticket) => ticket.print.state !== 'pending')) return { code: 'already-printed' };
  const deadline = minus(instant(Date.parse(show.startsAt)), LIMITS.sale.refundEndsBeforeStart);
  if (reason !== 'could-not-deliver' && now > deadline) return { code: 'too-late' };
  return undefined;
}
