import { unreachable } from '../base/fault.ts';
import { LIMITS } from '../base/limits.ts';
import { type Instant, instant, toIso } from '../base/time.ts';
import type { LookupRefusal } from '../contract/box-office/sales.ts';
import { OrderId, PickUpCode, type SiteId, TicketId } from '../contract/identifiers.ts';
import type { OrderRecord, TicketRecord } from './records.ts';

/** What a guest typed or scanned to collect tickets, by its form. Spaces and dashes between digits are how people read codes; nothing else is forgiven. */
export type TypedCode =
  | { readonly kind: 'pick-up'; readonly code: PickUpCode }
  | { readonly kind: 'ticket'; readonly id: TicketId }
  | { readonly kind: 'order'; readonly id: OrderId }
  | { readonly kind: 'other-site' }
  | { readonly kind: 'nothing' };

const TICKET_INFO_CODE_LENGTH = 180;

export function readTypedCode(typed: string, siteId: SiteId): TypedCode {
  const text = typed.trim();
  const squeezed = text.replace(/(?<=\d)[ -](?=\d)/g, '');
  const pickUp = PickUpCode.safeParse(squeezed);
  if (pickUp.success) return { kind: 'pick-up', code: pickUp.data };
  // A ticket number is long and printed for machines: it must be exact.
  const ticket = TicketId.safeParse(text);
  if (ticket.success) return ticket.data.startsWith(siteId) ? { kind: 'ticket', id: ticket.data } : { kind: 'other-site' };
  if (text.length === TICKET_INFO_CODE_LENGTH && /^\d{8}/.test(text)) return text.startsWith(siteId) ? { kind: 'nothing' } : { kind: 'other-site' };
  const order = OrderId.safeParse(text.toUpperCase());
  return order.success ? { kind: 'order', id: order.data } : { kind: 'nothing' };
}

/** Whether an order that was found can be collected now. */
export function judgeCollection(
  order: OrderRecord,
  tickets: readonly TicketRecord[],
  show: { readonly startsAt: string; readonly endsAt: string },
  now: Instant,
): LookupRefusal | undefined {
  switch (order.status) {
    case 'unpaid':
    case 'paying':
    case 'payment-unknown':
    case 'cancelled':
      return { code: 'not-confirmed', status: order.status };
    case 'refunding':
    case 'refunded':
      return { code: 'refunded' };
    case 'confirmed':
      break;
    default:
      return unreachable(order.status);
  }
  const prints = tickets.map(({ print }) => print);
  if (prints.every((print) => print.state === 'printed')) {
    const last = prints.reduce((latest, print) => ((print.printedAt ?? 0) > (latest.printedAt ?? 0) ? print : latest));
    return {
      code: 'all-collected',
      ...(last.printedAt === undefined ? {} : { at: toIso(last.printedAt) }),
      ...(last.machine === undefined ? {} : { machine: last.machine }),
    };
  }
  const opens = instant(Date.parse(show.startsAt) - LIMITS.boxOffice.collectionOpensBefore);
  if (now < opens) return { code: 'too-early', from: toIso(opens) };
  if (now > Date.parse(show.endsAt)) return { code: 'expired', endedAt: show.endsAt };
  return undefined;
}
