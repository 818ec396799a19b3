import { assert, unreachable } from '#core/base/fault.ts';
import type { Instant } from '#core/base/time.ts';
import type { MemberId } from '#core/box-office/member-account.ts';
import { type AttemptInput, type AttemptPhase, hasEnded, stepAttempt } from '#core/box-office/payment-attempt.ts';
import type { AttemptRecord, OrderRecord } from '#core/box-office/records.ts';
import type { IdempotencyKey } from '#core/contract/identifiers.ts';
import type { Office } from '../office.ts';
import { issueTickets } from '../sales/issue-tickets.ts';
import { cancelUnpaid, releaseSeats } from '../sales/release.ts';
import type { Unit } from '../unit-of-work.ts';
import type { AlarmCode } from './alarms.ts';

/** What has to be done after the commit. */
export interface Aftermath {
  /** Attempts for which the provider is to be asked something at once. */
  readonly pursue: readonly IdempotencyKey[];
  readonly alarms: readonly AlarmCode[];
}

/** Takes one input into an attempt, and everything that follows from it into the order, the seats and the tickets: all in one transaction. */
export async function takeIn(unit: Unit, office: Office, key: IdempotencyKey, input: AttemptInput): Promise<Aftermath> {
  const attempt = await unit.tx.attempts.find(key);
  assert(attempt !== undefined, 'an attempt is written down before anything happens to it');
  const { state, effects } = stepAttempt(attempt.state, input, attempt.amount.minor);
  const now = dated({ ...attempt, state }, unit.now);
  await unit.tx.attempts.put(now);
  const pursue: IdempotencyKey[] = [];
  const alarms: AlarmCode[] = [];
  for (const effect of effects) {
    switch (effect.kind) {
      case 'settle':
        pursue.push(...(await settle(unit, office, now, !alarms.includes('E-PAY-AMOUNT'))));
        break;
      case 'ended-without-money':
        await afterEndWithoutMoney(unit, now);
        break;
      case 'refunded':
        await afterRefund(unit, now, effect.reference);
        break;
      case 'alarm':
        alarms.push(effect.code);
        break;
      default:
        unreachable(effect);
    }
  }
  if (input.kind === 'give-back' && attempt.memberId !== undefined) await creditMember(unit, office, now, attempt.memberId);
  if (!hasEnded(state.phase)) await reflect(unit, now, state.phase);
  return { pursue, alarms };
}

/** When the box office learnt of the money, and of its return: what a day's figures are made of. */
function dated(attempt: AttemptRecord, now: Instant): AttemptRecord {
  const { phase } = attempt.state;
  const isPaid = phase === 'succeeded' || phase === 'refunding' || phase === 'refunded';
  return {
    ...attempt,
    ...(isPaid && attempt.paidAt === undefined ? { paidAt: now } : {}),
    ...(phase === 'refunded' && attempt.refundedAt === undefined ? { refundedAt: now } : {}),
  };
}

/** Money is here. It confirms the order if the seats are still this order's; else it goes back. Either way no other attempt may take money any more. */
async function settle(unit: Unit, office: Office, attempt: AttemptRecord, isAmountRight: boolean): Promise<readonly IdempotencyKey[]> {
  const order = await orderOf(unit, attempt);
  const others = await endOthers(unit, attempt);
  const takesMoney = !order.givenUp && (order.status === 'unpaid' || order.status === 'paying' || order.status === 'payment-unknown');
  if (takesMoney && isAmountRight && (await sellSeats(unit, order))) {
    const confirmed: OrderRecord = { ...order, status: 'confirmed', paidBy: attempt.key, soldAt: unit.now };
    await unit.tx.orders.put(confirmed);
    await issueTickets(unit, office, confirmed, attempt.method);
    return others;
  }
  const isPaidOtherwise = order.paidBy !== undefined;
  if (!isPaidOtherwise) {
    await giveSeatsBack(unit, order);
    await unit.tx.orders.put({ ...order, status: 'refunding', paidBy: attempt.key });
  }
  const { pursue } = await takeIn(unit, office, attempt.key, { kind: 'give-back' });
  return [attempt.key, ...pursue, ...others];
}

/** A member's money is our own books: it is back with the transaction that decided so. */
async function creditMember(unit: Unit, office: Office, attempt: AttemptRecord, memberId: MemberId): Promise<void> {
  const reference = `${attempt.key}-R`;
  const entry = { memberId, kind: 'refund', minor: attempt.amount.minor, reference, at: unit.now } as const;
  assert(await unit.tx.members.append(entry), 'a payment comes back once');
  await takeIn(unit, office, attempt.key, { kind: 'member-refunded', reference });
}

/** True when every seat of the order's hold is now sold; false, with nothing changed, when one of them is somebody else's. */
async function sellSeats(unit: Unit, order: OrderRecord): Promise<boolean> {
  const hold = await unit.tx.holds.find(order.holdId);
  if (hold === undefined || hold.status !== 'ordered') return false;
  const kept = (await unit.tx.seats.ofShow(order.showId)).filter((seat) => seat.holdId === hold.id && seat.state === 'H');
  if (kept.length !== order.lines.length) return false;
  const sold = await unit.tx.seats.sell(hold.id);
  assert(sold === order.lines.length, 'what was held in this transaction is sold in it');
  await unit.tx.holds.put({ ...hold, status: 'sold' });
  await unit.tx.shows.touch(order.showId);
  return true;
}

async function giveSeatsBack(unit: Unit, order: OrderRecord): Promise<void> {
  const hold = await unit.tx.holds.find(order.holdId);
  if (hold?.status === 'ordered') await releaseSeats(unit, hold, 'released');
}

async function endOthers(unit: Unit, attempt: AttemptRecord): Promise<IdempotencyKey[]> {
  const open = (await unit.tx.attempts.ofOrder(attempt.orderId)).filter((other) => other.key !== attempt.key && !hasEnded(other.state.phase));
  for (const other of open) {
    const { state } = stepAttempt(other.state, { kind: 'end' }, other.amount.minor);
    await unit.tx.attempts.put({ ...other, state });
  }
  return open.map((other) => other.key);
}

/** The guest may try again while the seats are kept; after that, or when the guest has given up, the order is over. */
async function afterEndWithoutMoney(unit: Unit, attempt: AttemptRecord): Promise<void> {
  const order = await orderOf(unit, attempt);
  if (order.status !== 'paying' && order.status !== 'payment-unknown') return;
  if (order.givenUp || unit.now >= order.holdUntil) await cancelUnpaid(unit, order);
  else await unit.tx.orders.put({ ...order, status: 'unpaid' });
}

async function afterRefund(unit: Unit, attempt: AttemptRecord, reference: string): Promise<void> {
  const order = await orderOf(unit, attempt);
  // A second payment of one order goes back without touching the order itself.
  if (order.paidBy !== attempt.key) return;
  await unit.tx.orders.put({ ...order, status: 'refunded', refundReference: reference });
}

/** The order says whether anybody knows how the payment stands. */
async function reflect(unit: Unit, attempt: AttemptRecord, phase: AttemptPhase): Promise<void> {
  const order = await orderOf(unit, attempt);
  if (order.status !== 'paying' && order.status !== 'payment-unknown') return;
  const status = phase === 'unknown' ? 'payment-unknown' : 'paying';
  if (order.status !== status) await unit.tx.orders.put({ ...order, status });
}

async function orderOf(unit: Unit, attempt: AttemptRecord): Promise<OrderRecord> {
  const order = await unit.tx.orders.find(attempt.orderId);
  assert(order !== undefined, 'an attempt is of an order');
  return order;
}
