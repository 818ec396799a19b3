import { assert } from '#core/base/fault.ts';
import type { OrderRecord, TicketRecord } from '#core/box-office/records.ts';
import { validityTicket } from '#core/box-office/validity-rows.ts';
import type { RefundRequest } from '#core/contract/box-office/sales.ts';
import type { IdempotencyKey } from '#core/contract/identifiers.ts';
import type { Office } from '../office.ts';
import type { Unit } from '../unit-of-work.ts';
import { takeIn } from './settle.ts';

/**
 * A confirmed order is no more: the gates know it with the commit, the seats are free, and the money is on its way back. Whoever calls has judged that it may be.
 * Answers the payment whose money goes back.
 */
export async function takeBack(
  unit: Unit,
  office: Office,
  order: OrderRecord,
  tickets: readonly TicketRecord[],
  refund: RefundRequest,
): Promise<IdempotencyKey> {
  assert(order.paidBy !== undefined, 'a confirmed order was paid');
  for (const ticket of tickets) {
    const refunded: TicketRecord = { ...ticket, status: 'refunded', since: unit.now };
    await unit.tx.tickets.put(refunded);
    unit.publish({ op: 'put-ticket', ticket: validityTicket(refunded, tickets) });
  }
  await unit.tx.seats.free(order.holdId);
  await unit.tx.shows.touch(order.showId);
  await unit.tx.orders.put({ ...order, status: 'refunding', refund: { ...refund, at: unit.now } });
  await takeIn(unit, office, order.paidBy, { kind: 'give-back' });
  return order.paidBy;
}

export async function isUsed(unit: Unit, tickets: readonly TicketRecord[]): Promise<boolean> {
  for (const ticket of tickets) if ((await unit.tx.admissions.standing(ticket.id)) > 0) return true;
  return false;
}
