import { assert, unreachable } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { maskedNumber } from '#core/box-office/masked-number.ts';
import { afterRightPin, afterWrongPin, charge, type MemberRecord, type MemberRefusal, type Try } from '#core/box-office/member-account.ts';
import { attemptView } from '#core/box-office/order-view.ts';
import { stepAttempt } from '#core/box-office/payment-attempt.ts';
import type { AttemptRecord, OrderRecord } from '#core/box-office/records.ts';
import type { PaymentAttempt, PaymentRefusal, PaymentRequest } from '#core/contract/box-office/sales.ts';
import type { OrderId } from '#core/contract/identifiers.ts';
import type { Office } from '../office.ts';
import { tellAlarms } from '../payments/alarms.ts';
import { takeIn } from '../payments/settle.ts';
import { judgeStart, newAttempt } from '../payments/start-attempt.ts';
import type { Unit } from '../unit-of-work.ts';
import { countTry, isPinOf, wasteTime } from './member-pin.ts';

/**
 * Pays an order from a member's balance. The try is counted in one transaction, the PIN is looked at outside of any (it takes 25 ms of a core), and charging,
 * the attempt, the seats and the tickets are one transaction again: there is no moment in which the money is gone and the tickets are not there.
 */

type Request = Extract<PaymentRequest, { method: 'member' }>;

type Begun = { readonly kind: 'done'; readonly attempt: AttemptRecord } | Try;

export async function payByBalance(office: Office, orderId: OrderId, request: Request): Promise<Result<PaymentAttempt, PaymentRefusal>> {
  const begun = await office.run((unit) => beginPayment(unit, orderId, request));
  if (!begun.ok) return begun;
  switch (begun.value.kind) {
    case 'done':
      return ok(attemptView(begun.value.attempt));
    case 'refused': {
      const { refusal } = begun.value;
      await wasteTime(office, request.pin);
      return office.run((unit) => refuse(unit, orderId, request, refusal));
    }
    case 'may-try': {
      const { member } = begun.value;
      if (await isPinOf(office, member, request.pin)) return chargeBalance(office, orderId, request, member);
      return office.run((unit) => refuse(unit, orderId, request, afterWrongPin(member)));
    }
    default:
      return unreachable(begun.value);
  }
}

async function beginPayment(unit: Unit, orderId: OrderId, { attemptKey, card }: Request): Promise<Result<Begun, PaymentRefusal>> {
  const start = await judgeStart(unit, orderId, attemptKey);
  if (!start.ok) return start;
  return ok(start.value.kind === 'known' ? { kind: 'done', attempt: start.value.attempt } : await countTry(unit, card));
}

async function refuse(unit: Unit, orderId: OrderId, request: Request, refusal: MemberRefusal): Promise<Result<PaymentAttempt, PaymentRefusal>> {
  const start = await judgeStart(unit, orderId, request.attemptKey);
  if (!start.ok) return start;
  if (start.value.kind === 'known') return ok(attemptView(start.value.attempt));
  return ok(attemptView(await putRefused(unit, start.value.order, request, refusal)));
}

async function putRefused(unit: Unit, order: OrderRecord, { attemptKey }: Request, refusal: MemberRefusal): Promise<AttemptRecord> {
  const attempt = newAttempt(unit, order, attemptKey, { method: 'member' });
  const { state } = stepAttempt(attempt.state, { kind: 'member-refused', ...refusal }, attempt.amount.minor);
  const refused: AttemptRecord = { ...attempt, state };
  await unit.tx.attempts.put(refused);
  return refused;
}

async function chargeBalance(
  office: Office,
  orderId: OrderId,
  request: Request,
  tried: MemberRecord,
): Promise<Result<PaymentAttempt, PaymentRefusal>> {
  const { attemptKey } = request;
  const charged = await office.run(async (unit) => {
    const start = await judgeStart(unit, orderId, attemptKey);
    if (!start.ok) return err(start.error);
    const known = await unit.tx.members.find(tried.id);
    assert(known !== undefined, 'a member whose PIN was right is still there');
    const member = afterRightPin(known);
    await unit.tx.members.put(member);
    if (start.value.kind === 'known') return ok([]);
    const { order } = start.value;
    const charging = charge(member, await unit.tx.members.balance(member.id), order.total, attemptKey, unit.now);
    if (charging.kind === 'refused') {
      await putRefused(unit, order, request, charging.refusal);
      return ok([]);
    }
    assert(await unit.tx.members.append(charging.entry), 'an attempt that is new has charged nothing before');
    await unit.tx.attempts.put(
      newAttempt(unit, order, attemptKey, { method: 'member', memberId: member.id, maskedMember: maskedNumber(member.card) }),
    );
    await unit.tx.orders.put({ ...order, status: 'paying' });
    const { alarms } = await takeIn(unit, office, attemptKey, { kind: 'member-paid', amount: order.total, reference: attemptKey });
    return ok(alarms);
  });
  if (!charged.ok) return charged;
  tellAlarms(office.log, attemptKey, charged.value);
  return office.run(async ({ tx }) => {
    const attempt = await tx.attempts.find(attemptKey);
    assert(attempt !== undefined, 'an attempt that was taken in is kept');
    return ok(attemptView(attempt));
  });
}
