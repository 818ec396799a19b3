import { unreachable } from '../base/fault.ts';
import { type Duration, type Instant, instant, milliseconds } from '../base/time.ts';
import type { Hold, HoldRefusal, Order, OrderRefusal } from '../contract/box-office/sales.ts';
import { IdempotencyKey } from '../contract/identifiers.ts';
import type { CallAnswer, CallOutcome } from './calls.ts';
import { confirmMember, learnMember, takeCard, takePin } from './member-step.ts';
import { choose, goBack, isBeforePayment, learnOffers, pay, takeCode } from './payment-choice.ts';
import { paymentRequest } from './payment-request.ts';
import { learnPayment, learnPaymentStart } from './payment-step.ts';
import type { Basket, Sale, SaleEffect, SaleInput, SaleLimits, SaleStep, SaleTimer, Scene } from './sale.ts';
import { again, ask, askToCancel, becomeUnknown, end, holdCall, learnOrder, stay, withdraw } from './sale-moves.ts';

/**
 * The sale machine: seats, order, payment, and the ways out. A timeout is never a failure, a second attempt to pay is never begun while the first is open,
 * and no stage waits without a timer, an answer or a guest who can be seen to leave.
 */
export function beginSale(id: string, machine: Sale['machine'], basket: Basket, scene: Scene, at: Instant): SaleStep {
  const sale: Sale = {
    id,
    machine,
    openedAt: at,
    basket,
    scene,
    stage: { kind: 'holding' },
    attended: true,
    hold: undefined,
    orderId: undefined,
    order: undefined,
    choice: undefined,
    secret: undefined,
    attempts: 0,
    attemptKey: undefined,
    attempt: undefined,
    clockAhead: milliseconds(0),
    payable: true,
  };
  return { sale, effects: [holdCall(sale)] };
}

export function stepSale(sale: Sale, input: SaleInput, limits: SaleLimits): SaleStep {
  switch (input.kind) {
    case 'pay':
      return pay(sale, input.offers);
    case 'offers':
      return learnOffers(sale, input.offers, input.at, limits);
    case 'choose':
      return choose(sale, input.choice);
    case 'back':
      return goBack(sale, input.offers);
    case 'payment-code':
      return takeCode(sale, input.code);
    case 'member-card':
      return takeCard(sale, input.card);
    case 'member-pin':
      return takePin(sale, input.pin);
    case 'member-confirm':
      return confirmMember(sale);
    case 'cancel':
      return mayCancel(sale) ? askToCancel(sale, moneyMayMove(sale), false) : stay(sale);
    case 'guest-left':
      return guestLeft(sale);
    case 'answered':
      return answered(sale, input.answer, input.at, limits);
    case 'elapsed':
      return elapsed(sale, input.timer);
    case 'restarted':
      return restarted(sale, input.at, input.recent, limits);
    default:
      return unreachable(input);
  }
}

/** True when a tap on "cancel" means something. */
export function mayCancel(sale: Sale): boolean {
  return isBeforePayment(sale) || sale.stage.kind === 'starting' || sale.stage.kind === 'paying';
}

/** A code was shown, or a secret was sent: what is cancelled now may have been paid. */
function moneyMayMove({ stage, choice }: Sale): boolean {
  return stage.kind === 'paying' || (stage.kind === 'starting' && (choice?.method === 'payment-code' || choice?.method === 'member'));
}

/** The last moment at which a payment may begin, on this machine's clock. */
export function payableUntil(sale: Sale, order: Order, limits: SaleLimits): Instant {
  return instant(Date.parse(order.holdUntil) - sale.clockAhead - limits.holdLeftToPay);
}

function guestLeft(sale: Sale): SaleStep {
  const alone: Sale = { ...sale, attended: false };
  switch (sale.stage.kind) {
    case 'review':
    case 'choosing':
    case 'presenting':
    case 'member':
    case 'failed':
    case 'starting':
    case 'paying':
      return askToCancel(alone, moneyMayMove(sale), false);
    case 'refunding':
      return sale.stage.done ? end(alone, 'refunded') : stay(alone);
    // The answers that are awaited decide; what nobody knows is found out without the guest.
    case 'holding':
    case 'ordering':
    case 'unknown':
    case 'confirming':
    case 'cancelling':
    case 'withdrawing':
    case 'ended':
      return stay(alone);
    default:
      return unreachable(sale.stage);
  }
}

function answered(sale: Sale, answer: CallAnswer, at: Instant, limits: SaleLimits): SaleStep {
  switch (answer.name) {
    case 'holdSeats':
      return learnHold(sale, answer.outcome, at, limits);
    case 'createOrder':
      return learnNewOrder(sale, answer.outcome, limits);
    case 'releaseHold':
      return learnRelease(sale, answer.outcome.kind === 'answered', at, limits);
    case 'startPayment':
      return learnPaymentStart(sale, answer.outcome, at, limits);
    case 'readPayment':
      // A box office that has lost it says so of the order as well, when that is asked for.
      return learnPayment(sale, answer.outcome.kind === 'refused' ? { kind: 'away' } : answer.outcome, at, limits);
    case 'readOrder':
      return answer.outcome.kind === 'answered' ? readOrder(sale, answer.outcome.answer, at, limits) : again(sale, at, limits);
    case 'cancelOrder':
      return answer.outcome.kind === 'answered' ? learnOrder(sale, answer.outcome.answer, at, limits) : again(sale, at, limits);
    case 'readMember':
      return learnMember(sale, answer.outcome);
    case 'readPaymentMethods':
    case 'reportTerminal':
    case 'reportTerminalReversal':
    case 'readTerminalDuties':
    case 'claimTickets':
    case 'reprintTicket':
    case 'lookUp':
      return stay(sale);
    default:
      return unreachable(answer);
  }
}

/**
 * An order whose payment is still open tells so at once: after a restart the guest sees her code again without another question. One that knows nothing of
 * the attempt was never asked to begin it: that is done now, under the same key, or the order is given up under it.
 */
function readOrder(sale: Sale, order: Order, at: Instant, limits: SaleLimits): SaleStep {
  const { stage } = sale;
  const isOpen = order.status === 'unpaid' || order.status === 'paying' || order.status === 'payment-unknown';
  if (!isOpen || (stage.kind !== 'paying' && stage.kind !== 'unknown')) return learnOrder(sale, order, at, limits);
  const { payment } = order;
  const known: Sale = { ...sale, order };
  if (payment !== undefined && (sale.attemptKey === undefined || payment.key === sale.attemptKey)) {
    return learnPayment({ ...known, attemptKey: payment.key }, { kind: 'answered', answer: payment }, at, limits);
  }
  if (order.status !== 'unpaid') return learnOrder(sale, order, at, limits);
  const request = sale.attended && sale.payable ? paymentRequest(known) : undefined;
  if (request === undefined) return askToCancel(known, true, false);
  return { sale: known, effects: [{ kind: 'call', call: { name: 'startPayment', orderId: order.id, request } }] };
}

function elapsed(sale: Sale, timer: SaleTimer): SaleStep {
  switch (timer) {
    case 'poll':
      return { sale, effects: ask(sale) };
    case 'claim':
      return sale.stage.kind === 'unknown' || sale.stage.kind === 'confirming'
        ? stay({ ...sale, stage: { ...sale.stage, mayLeave: true } })
        : stay(sale);
    case 'deadline': {
      const late: Sale = { ...sale, payable: false };
      return isBeforePayment(sale) ? askToCancel(late, false, true) : stay(late);
    }
    default:
      return unreachable(timer);
  }
}

function learnHold(sale: Sale, outcome: CallOutcome<Hold, HoldRefusal>, at: Instant, limits: SaleLimits): SaleStep {
  const { stage } = sale;
  if (stage.kind !== 'holding' && stage.kind !== 'withdrawing') return stay(sale);
  switch (outcome.kind) {
    case 'refused':
      return end(sale, 'refused', { kind: 'refused', refusal: outcome.refusal });
    case 'away':
      return stage.kind === 'withdrawing' ? again(sale, at, limits) : withdraw(sale, { kind: 'away' }, 'later', limits);
    case 'answered': {
      const held: Sale = { ...sale, hold: { id: outcome.answer.id, token: outcome.answer.token } };
      const event: SaleEffect = { kind: 'event', step: 'held' };
      if (stage.kind === 'holding' && sale.attended) {
        return { sale: { ...held, stage: { kind: 'ordering', sentAt: at } }, effects: [event, orderCall(held, outcome.answer)] };
      }
      const back = withdraw(held, undefined, 'now', limits);
      return { sale: back.sale, effects: [event, ...back.effects] };
    }
    default:
      return unreachable(outcome);
  }
}

function orderCall(sale: Sale, hold: Hold): SaleEffect {
  const { lines, submitTotal } = sale.basket;
  const request = {
    orderKey: IdempotencyKey.parse(`${sale.id}-o`),
    holdId: hold.id,
    holdToken: hold.token,
    lines: lines.map(({ seatId, ticketType }) => ({ seatId, ticketType })),
    submitTotal,
    machine: sale.machine,
  };
  return { kind: 'call', call: { name: 'createOrder', request } };
}

function learnNewOrder(sale: Sale, outcome: CallOutcome<Order, OrderRefusal>, limits: SaleLimits): SaleStep {
  const { stage } = sale;
  if (stage.kind !== 'ordering') return stay(sale);
  switch (outcome.kind) {
    case 'refused':
      return withdraw(sale, { kind: 'refused', refusal: outcome.refusal }, 'now', limits);
    case 'away':
      // The order may exist: it is given up with its hold.
      return withdraw(sale, { kind: 'away' }, 'now', limits);
    case 'answered': {
      const order = outcome.answer;
      const ordered: Sale = { ...sale, order, orderId: order.id, clockAhead: milliseconds(Date.parse(order.createdAt) - stage.sentAt) };
      const event: SaleEffect = { kind: 'event', step: 'ordered' };
      if (!sale.attended) {
        const back = askToCancel(ordered, false, false);
        return { sale: back.sale, effects: [event, ...back.effects] };
      }
      return {
        sale: { ...ordered, stage: { kind: 'review' } },
        effects: [
          event,
          { kind: 'wait', timer: 'deadline', after: payableFor(order, limits) },
          // Read while the guest reads: the ways to pay are there when she wants to.
          { kind: 'call', call: { name: 'readPaymentMethods' } },
          { kind: 'tell', news: { kind: 'ordered' } },
        ],
      };
    }
    default:
      return unreachable(outcome);
  }
}

/** From the making of the order until too little of the hold is left to begin a payment; both ends are told by the box office's own clock. */
function payableFor(order: Order, limits: SaleLimits): Duration {
  return milliseconds(Math.max(0, Date.parse(order.holdUntil) - Date.parse(order.createdAt) - limits.holdLeftToPay));
}

function learnRelease(sale: Sale, isAnswered: boolean, at: Instant, limits: SaleLimits): SaleStep {
  if (sale.stage.kind !== 'withdrawing') return stay(sale);
  if (!isAnswered) return again(sale, at, limits);
  return end(sale, 'cancelled');
}

/** What was asked before the restart is asked again under the same key, or taken back. The guest's screen is restored only for what concerns money. */
function restarted(sale: Sale, at: Instant, recent: boolean, limits: SaleLimits): SaleStep {
  const { stage } = sale;
  const alone: Sale = { ...sale, attended: false, payable: false };
  switch (stage.kind) {
    case 'holding':
    case 'ordering':
      return withdraw(alone, undefined, 'now', limits);
    case 'review':
    case 'choosing':
    case 'presenting':
    case 'member':
    case 'failed':
      return askToCancel(alone, false, false);
    case 'starting':
      return moneyMayMove(sale) ? lookAgain({ ...alone, attended: recent }, at, limits) : askToCancel(alone, false, false);
    case 'paying':
    case 'unknown':
    case 'confirming':
      return lookAgain({ ...alone, attended: recent }, at, limits);
    case 'cancelling':
    case 'withdrawing':
    case 'refunding':
      return { sale: alone, effects: ask(alone) };
    case 'ended':
      return stay(alone);
    default:
      return unreachable(stage);
  }
}

function lookAgain(sale: Sale, at: Instant, limits: SaleLimits): SaleStep {
  const unknown = becomeUnknown(sale, at, limits);
  return { sale: unknown.sale, effects: [...unknown.effects, ...ask(unknown.sale)] };
}
