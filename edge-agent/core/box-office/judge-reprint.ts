import { LIMITS } from '../base/limits.ts';
import { type Instant, plus } from '../base/time.ts';
import type { ReprintRefusal } from '../contract/box-office/sales.ts';
import { openReprint } from './print-record.ts';
import type { TicketRecord } from './records.ts';

export interface ReprintCase {
  readonly ticket: TicketRecord;
  readonly show: { readonly endsAt: string };
  /** Somebody was let in with it, and nobody has taken that back. */
  readonly isUsed: boolean;
  readonly now: Instant;
}

/** A ticket is printed again only when it was printed, nobody went in with it, and its show is not over. The first print never goes this way. */
export function judgeReprint({ ticket, show, isUsed, now }: ReprintCase): ReprintRefusal | undefined {
  if (ticket.status !== 'valid') return { code: 'not-valid', status: ticket.status };
  const { state } = ticket.print;
  if (state !== 'printed') return { code: 'not-printed', printState: state };
  if (isUsed) return { code: 'already-used' };
  if (now > Date.parse(show.endsAt)) return { code: 'show-over', endedAt: show.endsAt };
  const open = openReprint(ticket.print, now);
  if (open !== undefined) return { code: 'under-way', machine: open.machine };
  const count = ticket.print.reprint?.number ?? 0;
  return count >= LIMITS.boxOffice.reprintsMax ? { code: 'too-many', count } : undefined;
}

export const reprintLeaseEnds = (now: Instant): Instant => plus(now, LIMITS.sale.claimLease);
