import { unreachable } from '../base/fault.ts';
import { type Instant, instant } from '../base/time.ts';
import type { MemberCardCode, PaymentAttempt, PaymentRefusal } from '../contract/box-office/sales.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { CallOutcome } from './calls.ts';
import type { MemberStep, Sale, SaleEffect, SaleLimits, SaleStep } from './sale.ts';
import { again, ask, askToCancel, becomeUnknown, COULD_NOT_START, failed, stay } from './sale-moves.ts';

/** The part of a sale in which money may move. The rule over all others: what is not known to have failed has not failed. */

const NOT_COMPLETED: BothLanguages = { zh: '支付未完成', en: 'The payment was not completed' };
const NOT_TAKEN: BothLanguages = { zh: '本影院暂不支持这种付款码', en: 'This cinema does not take payment codes of this kind' };

export function learnPaymentStart(sale: Sale, outcome: CallOutcome<PaymentAttempt, PaymentRefusal>, at: Instant, limits: SaleLimits): SaleStep {
  const { stage } = sale;
  if (stage.kind !== 'starting' && stage.kind !== 'unknown') return stay(sale);
  switch (outcome.kind) {
    case 'answered': {
      const known: Sale = { ...sale, secret: undefined };
      const paying: Sale = stage.kind === 'unknown' ? known : { ...known, stage: { kind: 'paying', tries: 0 } };
      const card = sale.secret?.kind === 'member' ? sale.secret.card : undefined;
      return learnAttempt(paying, outcome.answer, at, limits, card);
    }
    case 'away': {
      if (stage.kind === 'unknown' || stage.tries + 1 < limits.startTries) return again(sale, at, limits);
      // A code that was never shown cannot have been paid. Whatever else was sent may have been heard.
      return sale.choice?.method === 'qr' ? failed(sale, COULD_NOT_START) : becomeUnknown(sale, at, limits);
    }
    case 'refused':
      return startRefused({ ...sale, secret: undefined }, outcome.refusal, at, limits);
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
      return noMoney({ ...sale, attemptKey: undefined }, NOT_TAKEN);
    default:
      return unreachable(refusal);
  }
}

export function learnPayment(sale: Sale, outcome: CallOutcome<PaymentAttempt>, at: Instant, limits: SaleLimits): SaleStep {
  if (sale.stage.kind !== 'paying' && sale.stage.kind !== 'unknown') return stay(sale);
  return outcome.kind === 'answered' ? learnAttempt(sale, outcome.answer, at, limits) : again(sale, at, limits);
}

/** @param card of the member whose PIN went with the question; nothing keeps it after the answer */
function learnAttempt(sale: Sale, attempt: PaymentAttempt, at: Instant, limits: SaleLimits, card?: MemberCardCode): SaleStep {
  const known: Sale = { ...sale, attempt };
  switch (attempt.status) {
    case 'submitted':
    case 'user-paying':
      return stillOpen(known, attempt, at, limits);
    case 'unknown':
      return known.stage.kind === 'unknown' ? again(known, at, limits) : becomeUnknown(known, at, limits);
    case 'succeeded':
      return becomeConfirming(known, at, limits);
    case 'refunding':
    case 'refunded':
      return { sale: known, effects: readOrder(known) };
    case 'failed':
    case 'closed':
      if (attempt.failure === 'wrong-pin' && known.attended && known.payable) return askPinAgain(known, attempt, card);
      return noMoney({ ...known, attemptKey: undefined, attempt: undefined }, attempt.reason ?? NOT_COMPLETED);
    default:
      return unreachable(attempt.status);
  }
}

function readOrder({ orderId }: Sale): SaleEffect[] {
  return orderId === undefined ? [] : [{ kind: 'call', call: { name: 'readOrder', orderId } }];
}

/** The money is proven, the seats are the order's to tell: the guest hears both, each when it is known. */
function becomeConfirming(sale: Sale, at: Instant, limits: SaleLimits): SaleStep {
  return {
    sale: { ...sale, stage: { kind: 'confirming', since: at, mayLeave: false, tries: 0 } },
    effects: [...readOrder(sale), { kind: 'wait', timer: 'claim', after: limits.unknownToClaim }],
  };
}

/**
 * The PIN that was right when the balance was read is wrong now (it was changed, or tried elsewhere): nothing was taken, and it is asked again. Where the answer
 * came late the card is not known any more, and is asked with it.
 */
function askPinAgain(sale: Sale, { triesLeft }: PaymentAttempt, card: MemberCardCode | undefined): SaleStep {
  const again: MemberStep =
    triesLeft === 0
      ? { at: 'card', problem: 'card-locked' }
      : card === undefined
        ? { at: 'card', problem: undefined }
        : { at: 'pin', card, problem: { kind: 'wrong-pin', triesLeft: triesLeft ?? 0 } };
  return stay({ ...sale, attemptKey: undefined, attempt: undefined, stage: { kind: 'member', step: again } });
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
