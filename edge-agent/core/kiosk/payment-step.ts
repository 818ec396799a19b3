import { unreachable } from '../base/fault.ts';
import { type Instant, instant } from '../base/time.ts';
import type { PaymentAttempt, PaymentRefusal } from '../contract/box-office/sales.ts';
import { IdempotencyKey } from '../contract/identifiers.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { CallOutcome } from './calls.ts';
import type { Sale, SaleEffect, SaleLimits, SaleStep } from './sale.ts';
import { again, ask, askToCancel, becomeUnknown, stay } from './sale-moves.ts';

/** The part of a sale in which money may move. The rule over all others: what is not known to have failed has not failed. */

const COULD_NOT_START: BothLanguages = { zh: '暂时无法连接支付服务', en: 'The payment service cannot be reached at the moment' };
const NOT_COMPLETED: BothLanguages = { zh: '支付未完成', en: 'The payment was not completed' };

/** True when a tap on "pay" means something. */
export function mayPay(sale: Sale): boolean {
  return (sale.stage.kind === 'review' || sale.stage.kind === 'failed') && sale.orderId !== undefined;
}

export function pay(sale: Sale): SaleStep {
  if (!mayPay(sale)) return stay(sale);
  if (!sale.payable) return askToCancel(sale, false, true);
  // An attempt whose code was never shown is still open: it is taken up again under its own key, not doubled.
  const isNew = sale.attemptKey === undefined;
  const attempts = isNew ? sale.attempts + 1 : sale.attempts;
  const attemptKey = sale.attemptKey ?? IdempotencyKey.parse(`${sale.id}-p${attempts}`);
  const next: Sale = { ...sale, attempts, attemptKey, attempt: undefined, stage: { kind: 'starting', tries: 0 } };
  return { sale: next, effects: [...(isNew ? [{ kind: 'event', step: 'payment-started' } as const] : []), ...ask(next)] };
}

export function learnPaymentStart(sale: Sale, outcome: CallOutcome<PaymentAttempt, PaymentRefusal>, at: Instant, limits: SaleLimits): SaleStep {
  if (sale.stage.kind !== 'starting') return stay(sale);
  switch (outcome.kind) {
    case 'answered':
      return learnAttempt({ ...sale, stage: { kind: 'paying', tries: 0 } }, outcome.answer, at, limits);
    case 'away': {
      if (sale.stage.tries + 1 < limits.startTries) return again(sale, at, limits);
      return failed(sale, COULD_NOT_START);
    }
    case 'refused':
      return startRefused(sale, outcome.refusal, at, limits);
    default:
      return unreachable(outcome);
  }
}

function startRefused(sale: Sale, refusal: PaymentRefusal, at: Instant, limits: SaleLimits): SaleStep {
  switch (refusal.code) {
    case 'another-attempt-open': {
      // The open attempt is the one to follow: a second charge for one order must never be possible.
      const next: Sale = { ...sale, attemptKey: refusal.attemptKey, stage: { kind: 'paying', tries: 0 } };
      return { sale: next, effects: ask(next) };
    }
    case 'too-little-time':
      return askToCancel(sale, false, true);
    case 'not-payable': {
      const unknown = becomeUnknown({ ...sale, attemptKey: undefined }, at, limits);
      return { sale: unknown.sale, effects: [...unknown.effects, ...ask(unknown.sale)] };
    }
    case 'not-offered':
      return failed(sale, COULD_NOT_START);
    default:
      return unreachable(refusal);
  }
}

export function learnPayment(sale: Sale, outcome: CallOutcome<PaymentAttempt>, at: Instant, limits: SaleLimits): SaleStep {
  if (sale.stage.kind !== 'paying' && sale.stage.kind !== 'unknown') return stay(sale);
  return outcome.kind === 'answered' ? learnAttempt(sale, outcome.answer, at, limits) : again(sale, at, limits);
}

function learnAttempt(sale: Sale, attempt: PaymentAttempt, at: Instant, limits: SaleLimits): SaleStep {
  const known: Sale = { ...sale, attempt };
  switch (attempt.status) {
    case 'submitted':
    case 'user-paying':
      return stillOpen(known, attempt, at, limits);
    case 'unknown':
      return known.stage.kind === 'unknown' ? again(known, at, limits) : becomeUnknown(known, at, limits);
    case 'succeeded':
    case 'refunding':
    case 'refunded':
      return { sale: known, effects: known.orderId === undefined ? [] : [{ kind: 'call', call: { name: 'readOrder', orderId: known.orderId } }] };
    case 'failed':
    case 'closed':
      return noMoney({ ...known, attemptKey: undefined, attempt: undefined }, attempt.reason ?? NOT_COMPLETED);
    default:
      return unreachable(attempt.status);
  }
}

/** When the attempt ends, on this machine's clock. */
export function attemptEnds(sale: Sale, attempt: PaymentAttempt): Instant {
  return instant(Date.parse(attempt.expiresAt) - sale.clockAhead);
}

function stillOpen(sale: Sale, attempt: PaymentAttempt, at: Instant, limits: SaleLimits): SaleStep {
  if (!sale.attended) return askToCancel(sale, true, false);
  // The provider should have closed it by itself; that it did not is a sign that it does not know.
  if (at > attemptEnds(sale, attempt) + limits.paymentEndsBeforeHold) {
    return sale.stage.kind === 'unknown' ? again(sale, at, limits) : becomeUnknown(sale, at, limits);
  }
  const effects: SaleEffect[] = [{ kind: 'wait', timer: 'poll', after: limits.pollEvery }];
  if (sale.stage.kind === 'unknown') effects.push({ kind: 'stop-waiting', timer: 'claim' });
  return { sale: { ...sale, stage: { kind: 'paying', tries: 0 } }, effects };
}

function noMoney(sale: Sale, reason: BothLanguages): SaleStep {
  const calm: SaleEffect = { kind: 'stop-waiting', timer: 'claim' };
  const step = !sale.attended ? askToCancel(sale, false, false) : failed(sale, reason);
  return { sale: step.sale, effects: [calm, ...step.effects] };
}

function failed(sale: Sale, reason: BothLanguages): SaleStep {
  if (!sale.payable) return askToCancel(sale, false, true);
  return { sale: { ...sale, stage: { kind: 'failed', reason } }, effects: [{ kind: 'stop-waiting', timer: 'poll' }] };
}
