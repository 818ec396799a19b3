import { unreachable } from '../base/fault.ts';
import type { Instant } from '../base/time.ts';
import { IdempotencyKey } from '../contract/identifiers.ts';
import { choiceOf, isOffered, type PaymentChoice, type PaymentOffer, type WantedScan } from './payment-offers.ts';
import type { Sale, SaleLimits, SaleStep } from './sale.ts';
import { again, ask, askToCancel, COULD_NOT_START, failed, NO_WAY_TO_PAY, stay } from './sale-moves.ts';

/** From "agree and pay" to the first call in which money may move: which way, and what that way needs of the guest. */

/** True when a tap on "pay" means something. */
export function mayPay(sale: Sale): boolean {
  return (sale.stage.kind === 'review' || sale.stage.kind === 'failed') && sale.orderId !== undefined;
}

/** No attempt is open, and the order waits for one: what the end of the hold ends. */
export function isBeforePayment({ stage }: Sale): boolean {
  return ['review', 'choosing', 'presenting', 'member', 'failed'].includes(stage.kind);
}

export function pay(sale: Sale, offers: readonly PaymentOffer[] | undefined): SaleStep {
  if (!mayPay(sale)) return stay(sale);
  if (!sale.payable) return askToCancel(sale, false, true);
  // An attempt whose code was never shown is still open: it is taken up again under its own key, not doubled.
  if (sale.attemptKey !== undefined) return begin(sale);
  return offer(sale, offers);
}

/** One way is no choice: it is taken at once. */
function offer(sale: Sale, offers: readonly PaymentOffer[] | undefined): SaleStep {
  const [only, second] = offers ?? [];
  if (offers !== undefined && only === undefined) return failed(sale, NO_WAY_TO_PAY);
  const choosing: Sale = { ...sale, choice: undefined, secret: undefined, stage: { kind: 'choosing', offers, tries: 0 } };
  if (only === undefined) return { sale: choosing, effects: ask(choosing) };
  return second === undefined ? take(choosing, choiceOf(only)) : stay(choosing);
}

/** The answer to the question which ways there are. Without one the question is repeated a few times, and then the guest is told. */
export function learnOffers(sale: Sale, offers: readonly PaymentOffer[] | undefined, at: Instant, limits: SaleLimits): SaleStep {
  if (sale.stage.kind !== 'choosing' || sale.stage.offers !== undefined) return stay(sale);
  if (offers !== undefined) return offer(sale, offers);
  return sale.stage.tries + 1 < limits.startTries ? again(sale, at, limits) : failed(sale, COULD_NOT_START);
}

export function choose(sale: Sale, choice: PaymentChoice): SaleStep {
  const { stage } = sale;
  return stage.kind === 'choosing' && isOffered(stage.offers ?? [], choice) ? take(sale, choice) : stay(sale);
}

function take(sale: Sale, choice: PaymentChoice): SaleStep {
  if (!sale.payable) return askToCancel(sale, false, true);
  const chosen: Sale = { ...sale, choice };
  switch (choice.method) {
    case 'qr':
    case 'card-terminal':
      return begin(chosen);
    case 'payment-code':
      return stay({ ...chosen, stage: { kind: 'presenting' } });
    case 'member':
      return stay({ ...chosen, stage: { kind: 'member', step: { at: 'card', problem: undefined } } });
    default:
      return unreachable(choice.method);
  }
}

export function goBack(sale: Sale, offers: readonly PaymentOffer[] | undefined): SaleStep {
  const review: Sale = { ...sale, choice: undefined, secret: undefined, stage: { kind: 'review' } };
  switch (sale.stage.kind) {
    case 'choosing':
      return stay(review);
    case 'presenting':
    case 'member':
      // Where there was nothing to choose, the choice is not a place to go back to.
      return (offers?.length ?? 0) > 1 ? offer(review, offers) : stay(review);
    case 'holding':
    case 'ordering':
    case 'review':
    case 'starting':
    case 'paying':
    case 'unknown':
    case 'confirming':
    case 'failed':
    case 'cancelling':
    case 'withdrawing':
    case 'refunding':
    case 'ended':
      return stay(sale);
    default:
      return unreachable(sale.stage);
  }
}

/** What the guest is asked to hold under the scanner; undefined when a code would be an order to look up. */
export function wantedScan({ stage }: Sale): WantedScan | undefined {
  if (stage.kind === 'presenting') return 'payment-code';
  return stage.kind === 'member' && (stage.step.at === 'card' || stage.step.at === 'pin') ? 'member-card' : undefined;
}

export function takeCode(sale: Sale, code: string): SaleStep {
  if (sale.stage.kind !== 'presenting') return stay(sale);
  return begin({ ...sale, secret: { kind: 'payment-code', code } });
}

/** A new attempt under a new key, or the one that is open under its own. The key is in the journal before the call that uses it. */
export function begin(sale: Sale): SaleStep {
  if (!sale.payable) return askToCancel(sale, false, true);
  const isNew = sale.attemptKey === undefined;
  const attempts = isNew ? sale.attempts + 1 : sale.attempts;
  const attemptKey = sale.attemptKey ?? IdempotencyKey.parse(`${sale.id}-p${attempts}`);
  const next: Sale = { ...sale, attempts, attemptKey, attempt: undefined, stage: { kind: 'starting', tries: 0 } };
  return { sale: next, effects: [...(isNew ? [{ kind: 'event', step: 'payment-started' } as const] : []), ...ask(next)] };
}
