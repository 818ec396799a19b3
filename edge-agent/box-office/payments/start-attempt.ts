import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { type Instant, instant, minus, plus } from '#core/base/time.ts';
import { hasEnded, NEW_ATTEMPT } from '#core/box-office/payment-attempt.ts';
import { CODE_RULES } from '#core/box-office/payment-schedule.ts';
import type { AttemptRecord, OrderRecord } from '#core/box-office/records.ts';
import type { PaymentRefusal } from '#core/contract/box-office/sales.ts';
import type { IdempotencyKey, OrderId } from '#core/contract/identifiers.ts';
import { knownOrder } from '../office.ts';
import { RequestProblem } from '../request-problem.ts';
import type { Unit } from '../unit-of-work.ts';
import { merchantOrderOf } from './provider-list.ts';

/** Whether an order may be paid now, and how an attempt begins. */

export type Start = { readonly kind: 'known'; readonly attempt: AttemptRecord } | { readonly kind: 'may-pay'; readonly order: OrderRecord };

/** @throws RequestProblem 404, or 400 when the key was used for another order */
export async function judgeStart(unit: Unit, orderId: OrderId, key: IdempotencyKey): Promise<Result<Start, PaymentRefusal>> {
  const order = await knownOrder(unit, orderId);
  const attempt = await unit.tx.attempts.find(key);
  if (attempt !== undefined) {
    if (attempt.orderId !== orderId) throw new RequestProblem(400, 'key-reused', 'This attempt key was used before for another order.');
    return ok({ kind: 'known', attempt });
  }
  const open = (await unit.tx.attempts.ofOrder(orderId)).find(({ state }) => !hasEnded(state.phase));
  if (open !== undefined) return err({ code: 'another-attempt-open', attemptKey: open.key });
  if (order.status !== 'unpaid') return err({ code: 'not-payable', status: order.status });
  if (order.holdUntil - unit.now < LIMITS.sale.holdLeftToPay) return err({ code: 'too-little-time' });
  return ok({ kind: 'may-pay', order });
}

/** What of a request says how the money is to come: all but what must not be kept. */
export type Way = Pick<AttemptRecord, 'method' | 'provider' | 'scheme' | 'machine' | 'memberId' | 'maskedMember'>;

export function newAttempt(unit: Unit, order: OrderRecord, key: IdempotencyKey, way: Way): AttemptRecord {
  return {
    key,
    orderId: order.id,
    ...way,
    merchantOrder: merchantOrderOf(key),
    amount: order.total,
    createdAt: unit.now,
    expiresAt: expiryOf(order, way, unit.now),
    state: NEW_ATTEMPT,
  };
}

/** Before the hold ends, so that money cannot come for seats that are gone; a payment code is given up on sooner. */
function expiryOf(order: OrderRecord, { scheme }: Way, now: Instant): Instant {
  const latest = minus(order.holdUntil, LIMITS.sale.paymentEndsBeforeHold);
  return scheme === undefined ? latest : instant(Math.min(latest, plus(now, CODE_RULES[scheme].giveUp)));
}
