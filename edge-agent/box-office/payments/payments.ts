import { unreachable } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { judgeRefund } from '#core/box-office/judge-refund.ts';
import { attemptView } from '#core/box-office/order-view.ts';
import { hasEnded } from '#core/box-office/payment-attempt.ts';
import type { OrderRecord } from '#core/box-office/records.ts';
import type { Order, PaymentAttempt, PaymentRefusal, PaymentRequest, RefundRefusal, RefundRequest } from '#core/contract/box-office/sales.ts';
import type { IdempotencyKey, MachineId, OrderId } from '#core/contract/identifiers.ts';
import { paymentCodeScheme } from '#core/ticket/payment-code.ts';
import { payByBalance } from '../members/pay-by-balance.ts';
import { knownOrder, knownShow, type Office, viewOrder } from '../office.ts';
import { RequestProblem } from '../request-problem.ts';
import { cancelUnpaid } from '../sales/release.ts';
import type { Unit } from '../unit-of-work.ts';
import type { PaymentDriver } from './payment-driver.ts';
import type { ProviderList } from './provider-list.ts';
import { takeIn } from './settle.ts';
import { judgeStart, newAttempt, type Way } from './start-attempt.ts';
import { isUsed, takeBack } from './take-back.ts';

/** Money: beginning to pay, giving up, and giving back. Each writes down what it is about to do, commits, and only then asks the provider. */

export async function startPayment(
  office: Office,
  driver: PaymentDriver,
  orderId: OrderId,
  request: PaymentRequest,
  machine: MachineId,
): Promise<Result<PaymentAttempt, PaymentRefusal>> {
  if (request.method === 'member') return payByBalance(office, orderId, request);
  const way = wayOf(office.providers, request, machine);
  if (way === undefined) return err({ code: 'not-offered', method: request.method });
  const begun = await office.run((unit) => beginAttempt(unit, orderId, request.attemptKey, way));
  if (!begun.ok) return begun;
  // A repeated request brings the code again; it was for the first one.
  const code = begun.value === 'new' && request.method === 'payment-code' ? request.code : undefined;
  await driver.pursue(request.attemptKey, code);
  return ok(await readPayment(office, request.attemptKey));
}

/** @throws RequestProblem 403 when a machine begins a payment at another machine's terminal */
function wayOf(providers: ProviderList, request: Exclude<PaymentRequest, { method: 'member' }>, machine: MachineId): Way | undefined {
  switch (request.method) {
    case 'qr': {
      const chosen = request.provider === undefined ? providers[0] : providers.find(({ id }) => id === request.provider);
      return chosen && { method: 'qr', provider: chosen.id };
    }
    case 'payment-code': {
      const scheme = paymentCodeScheme(request.code);
      if (scheme === undefined || scheme === 'unionpay') return undefined;
      const chosen = providers.find(({ schemes }) => schemes.includes(scheme));
      return chosen && { method: 'payment-code', provider: chosen.id, scheme };
    }
    case 'card-terminal':
      if (request.machine !== machine) throw new RequestProblem(403, 'forbidden', `This token is not the one of ${request.machine}.`);
      return { method: 'card-terminal', machine };
    default:
      return unreachable(request);
  }
}

export function readPayment(office: Office, key: IdempotencyKey): Promise<PaymentAttempt> {
  return office.run(async ({ tx }) => {
    const attempt = await tx.attempts.find(key);
    if (attempt === undefined) throw new RequestProblem(404, 'not-found', 'There is no such payment.');
    return attemptView(attempt);
  });
}

async function beginAttempt(unit: Unit, orderId: OrderId, key: IdempotencyKey, way: Way): Promise<Result<'new' | 'known', PaymentRefusal>> {
  const start = await judgeStart(unit, orderId, key);
  if (!start.ok) return start;
  if (start.value.kind === 'known') return ok('known');
  const { order } = start.value;
  await unit.tx.attempts.put(newAttempt(unit, order, key, way));
  await unit.tx.orders.put({ ...order, status: 'paying' });
  return ok('new');
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
  const { reason, by, approvedBy } = request;
  const refusal = judgeRefund({ order, tickets, show, isUsed: await isUsed(unit, tickets), reason, by, approvedBy, now: unit.now });
  if (refusal !== undefined) return err(refusal);
  office.log.info({ order: orderId, by, reason, ...(approvedBy === undefined ? {} : { approvedBy }) }, 'A person gave money back.');
  return ok(await takeBack(unit, office, order, tickets, request));
}
