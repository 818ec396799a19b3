import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { minus } from '#core/base/time.ts';
import { judgeRefund } from '#core/box-office/judge-refund.ts';
import { attemptView } from '#core/box-office/order-view.ts';
import { hasEnded, NEW_ATTEMPT } from '#core/box-office/payment-attempt.ts';
import type { AttemptRecord, OrderRecord, TicketRecord } from '#core/box-office/records.ts';
import { validityTicket } from '#core/box-office/validity-rows.ts';
import type { Order, PaymentAttempt, PaymentRefusal, PaymentRequest, RefundRefusal, RefundRequest } from '#core/contract/box-office/sales.ts';
import type { IdempotencyKey, OrderId } from '#core/contract/identifiers.ts';
import { knownOrder, knownShow, type Office, viewOrder } from '../office.ts';
import { RequestProblem } from '../request-problem.ts';
import { cancelUnpaid } from '../sales/release.ts';
import type { Unit } from '../unit-of-work.ts';
import type { PaymentDriver } from './payment-driver.ts';
import { takeIn } from './settle.ts';

/** Money: beginning to pay, giving up, and giving back. Each writes down what it is about to do, commits, and only then asks the provider. */

export async function startPayment(
  office: Office,
  driver: PaymentDriver,
  orderId: OrderId,
  request: PaymentRequest,
): Promise<Result<PaymentAttempt, PaymentRefusal>> {
  const begun = await office.run((unit) => beginAttempt(unit, orderId, request));
  if (!begun.ok) return begun;
  await driver.pursue(request.attemptKey);
  return ok(await readPayment(office, request.attemptKey));
}

export function readPayment(office: Office, key: IdempotencyKey): Promise<PaymentAttempt> {
  return office.run(async ({ tx }) => {
    const attempt = await tx.attempts.find(key);
    if (attempt === undefined) throw new RequestProblem(404, 'not-found', 'There is no such payment.');
    return attemptView(attempt);
  });
}

async function beginAttempt(unit: Unit, orderId: OrderId, { attemptKey, method }: PaymentRequest): Promise<Result<void, PaymentRefusal>> {
  const order = await knownOrder(unit, orderId);
  const known = await unit.tx.attempts.find(attemptKey);
  if (known !== undefined) {
    if (known.orderId !== orderId) throw new RequestProblem(400, 'key-reused', 'This attempt key was used before for another order.');
    return ok();
  }
  if (method !== 'qr') return err({ code: 'not-offered', method });
  const open = (await unit.tx.attempts.ofOrder(orderId)).find((attempt) => !hasEnded(attempt.state.phase));
  if (open !== undefined) return err({ code: 'another-attempt-open', attemptKey: open.key });
  if (order.status !== 'unpaid') return err({ code: 'not-payable', status: order.status });
  if (order.holdUntil - unit.now < LIMITS.sale.holdLeftToPay) return err({ code: 'too-little-time' });
  const attempt: AttemptRecord = {
    key: attemptKey,
    orderId,
    amount: order.total,
    createdAt: unit.now,
    expiresAt: minus(order.holdUntil, LIMITS.sale.paymentEndsBeforeHold),
    state: NEW_ATTEMPT,
  };
  await unit.tx.attempts.put(attempt);
  await unit.tx.orders.put({ ...order, status: 'paying' });
  return ok();
}

/**
 * Gives an unpaid order up. An open payment is closed at the provider first: if it was paid after all, the order is confirmed; if nobody answers, the seats
 * stay with the order until somebody does, and money that turns up then goes back by itself.
 */
export async function cancelOrder(office: Office, driver: PaymentDriver, orderId: OrderId): Promise<Order> {
  const open = await office.run(async (unit) => {
    await knownOrder(unit, orderId);
    const attempts = (await unit.tx.attempts.ofOrder(orderId)).filter((attempt) => !hasEnded(attempt.state.phase));
    for (const attempt of attempts) await takeIn(unit, office, attempt.key, { kind: 'end' });
    return attempts;
  });
  for (const attempt of open) await driver.pursue(attempt.key);
  return office.run(async (unit) => {
    const order = await knownOrder(unit, orderId);
    return viewOrder(unit, await giveUp(unit, order));
  });
}

async function giveUp(unit: Unit, order: OrderRecord): Promise<OrderRecord> {
  if (order.status === 'unpaid') return cancelUnpaid(unit, order);
  if (order.status !== 'paying' && order.status !== 'payment-unknown') return order;
  const givenUp: OrderRecord = { ...order, givenUp: true };
  await unit.tx.orders.put(givenUp);
  return givenUp;
}

/** Gives the money back and the seats free. The gates know it with the commit; the provider is asked after it, again and again until it answers. */
export async function refundOrder(
  office: Office,
  driver: PaymentDriver,
  orderId: OrderId,
  request: RefundRequest,
): Promise<Result<Order, RefundRefusal>> {
  const begun = await office.run((unit) => beginRefund(unit, office, orderId, request));
  if (!begun.ok) return begun;
  await driver.pursue(begun.value);
  return ok(await office.run(async (unit) => viewOrder(unit, await knownOrder(unit, orderId))));
}

async function beginRefund(unit: Unit, office: Office, orderId: OrderId, request: RefundRequest): Promise<Result<IdempotencyKey, RefundRefusal>> {
  const order = await knownOrder(unit, orderId);
  if (order.refund?.refundKey === request.refundKey && order.paidBy !== undefined) return ok(order.paidBy);
  const tickets = await unit.tx.tickets.ofOrder(orderId);
  const { show } = await knownShow(unit, order.showId);
  const refusal = judgeRefund({ order, tickets, show, isUsed: await isUsed(unit, tickets), reason: request.reason, now: unit.now });
  if (refusal !== undefined) return err(refusal);
  assert(order.paidBy !== undefined, 'a confirmed order was paid');
  for (const ticket of tickets) {
    const refunded: TicketRecord = { ...ticket, status: 'refunded', since: unit.now };
    await unit.tx.tickets.put(refunded);
    unit.publish({ op: 'put-ticket', ticket: validityTicket(refunded) });
  }
  await unit.tx.seats.free(order.holdId);
  await unit.tx.shows.touch(order.showId);
  await unit.tx.orders.put({ ...order, status: 'refunding', refund: { ...request, at: unit.now } });
  await takeIn(unit, office, order.paidBy, { kind: 'give-back' });
  return ok(order.paidBy);
}

async function isUsed(unit: Unit, tickets: readonly TicketRecord[]): Promise<boolean> {
  for (const ticket of tickets) if ((await unit.tx.admissions.standing(ticket.id)) > 0) return true;
  return false;
}
