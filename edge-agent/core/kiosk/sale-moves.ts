import { unreachable } from '../base/fault.ts';
import { type Duration, type Instant, milliseconds } from '../base/time.ts';
import type { Order } from '../contract/box-office/sales.ts';
import { IdempotencyKey } from '../contract/identifiers.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { BoxOfficeCall } from './calls.ts';
import { paymentRequest } from './payment-request.ts';
import type { Sale, SaleEffect, SaleEnding, SaleEventStep, SaleLimits, SaleNews, SaleStep } from './sale.ts';

/** The moves that several inputs of a sale have in common. */

export const COULD_NOT_START: BothLanguages = { zh: '暂时无法连接支付服务', en: 'The payment service cannot be reached at the moment' };
export const NO_WAY_TO_PAY: BothLanguages = { zh: '本机暂时不能收款', en: 'This machine cannot take money at the moment' };

export const stay = (sale: Sale): SaleStep => ({ sale, effects: [] });

const EVENT_OF_ENDING: Readonly<Record<SaleEnding, SaleEventStep | undefined>> = {
  refused: undefined,
  cancelled: 'cancelled',
  expired: 'expired',
  paid: 'paid',
  refunded: undefined,
  unresolved: 'stopped',
};

export function end(sale: Sale, how: SaleEnding, news?: SaleNews): SaleStep {
  const step = EVENT_OF_ENDING[how];
  const effects: SaleEffect[] = [
    { kind: 'stop-waiting', timer: 'poll' },
    { kind: 'stop-waiting', timer: 'deadline' },
    { kind: 'stop-waiting', timer: 'claim' },
  ];
  if (step !== undefined) effects.push({ kind: 'event', step });
  if (news !== undefined) effects.push({ kind: 'tell', news });
  return { sale: { ...sale, secret: undefined, stage: { kind: 'ended', how } }, effects };
}

export function holdCall(sale: Sale): SaleEffect {
  const { showId, lines } = sale.basket;
  const request = { holdKey: IdempotencyKey.parse(`${sale.id}-h`), showId, seats: lines.map((line) => line.seatId), machine: sale.machine };
  return { kind: 'call', call: { name: 'holdSeats', request } };
}

/** Gives the seats back. Without a hold's id the same hold is asked for once more: its key gets the same answer, and then it can be released. */
export function withdraw(sale: Sale, news: SaleNews | undefined, when: 'now' | 'later', limits: SaleLimits): SaleStep {
  const next: Sale = { ...sale, attended: false, stage: { kind: 'withdrawing', tries: 0 } };
  const effects: SaleEffect[] = when === 'now' ? ask(next) : [{ kind: 'wait', timer: 'poll', after: limits.pollEvery }];
  if (news !== undefined) effects.push({ kind: 'tell', news });
  return { sale: next, effects };
}

/**
 * @param paymentOpen a code has been shown: the guest stays and waits for the answer, because the money may have moved
 */
export function askToCancel(sale: Sale, paymentOpen: boolean, expired: boolean): SaleStep {
  const stage = { kind: 'cancelling', paymentOpen, expired, tries: 0 } as const;
  const next: Sale = { ...sale, attended: sale.attended && paymentOpen, secret: undefined, stage };
  const told: SaleEffect[] = sale.attended && !paymentOpen ? [{ kind: 'tell', news: { kind: expired ? 'expired' : 'cancelled' } }] : [];
  return { sale: next, effects: [{ kind: 'stop-waiting', timer: 'poll' }, { kind: 'stop-waiting', timer: 'deadline' }, ...ask(next), ...told] };
}

/** Certain that no money moved: the guest may try again while the seats are kept. */
export function failed(sale: Sale, reason: BothLanguages): SaleStep {
  if (!sale.payable) return askToCancel(sale, false, true);
  return { sale: { ...sale, secret: undefined, stage: { kind: 'failed', reason } }, effects: [{ kind: 'stop-waiting', timer: 'poll' }] };
}

export function becomeUnknown(sale: Sale, at: Instant, limits: SaleLimits): SaleStep {
  return {
    sale: { ...sale, stage: { kind: 'unknown', since: at, mayLeave: false, tries: 0 } },
    effects: [
      { kind: 'event', step: 'payment-unknown' },
      { kind: 'wait', timer: 'poll', after: limits.pollEvery },
      { kind: 'wait', timer: 'claim', after: limits.unknownToClaim },
    ],
  };
}

/** What the timer `poll` asks in each stage. */
export function ask(sale: Sale): SaleEffect[] {
  const call = callOf(sale);
  return call === undefined ? [] : [{ kind: 'call', call }];
}

function callOf(sale: Sale): BoxOfficeCall | undefined {
  const { stage, orderId, attemptKey, hold } = sale;
  switch (stage.kind) {
    case 'withdrawing': {
      if (hold !== undefined) return { name: 'releaseHold', holdId: hold.id, token: hold.token };
      const effect = holdCall(sale);
      return effect.kind === 'call' ? effect.call : undefined;
    }
    case 'choosing':
      return stage.offers === undefined ? { name: 'readPaymentMethods' } : undefined;
    case 'starting': {
      const request = paymentRequest(sale);
      return orderId === undefined || request === undefined ? undefined : { name: 'startPayment', orderId, request };
    }
    case 'paying':
      if (attemptKey !== undefined && sale.order !== undefined) return { name: 'readPayment', attemptKey };
      return orderId === undefined ? undefined : { name: 'readOrder', orderId };
    case 'unknown':
      // Whether the box office has the attempt at all is told by the order; one that never arrived cannot be asked about by its key.
      if (attemptKey !== undefined && sale.attempt !== undefined) return { name: 'readPayment', attemptKey };
      return orderId === undefined ? undefined : { name: 'readOrder', orderId };
    case 'confirming':
      return orderId === undefined ? undefined : { name: 'readOrder', orderId };
    case 'cancelling':
      return orderId === undefined ? undefined : { name: 'cancelOrder', orderId };
    case 'refunding':
      return orderId === undefined ? undefined : { name: 'readOrder', orderId };
    case 'holding':
    case 'ordering':
    case 'review':
    case 'presenting':
    case 'member':
    case 'failed':
    case 'ended':
      return undefined;
    default:
      return unreachable(stage);
  }
}

/** 1, 2, 4, … s, up to the slowest. Somebody who waits before the machine is answered at the first pace. */
function retryDelay(sale: Sale, tries: number, limits: SaleLimits): Duration {
  return sale.attended ? limits.pollEvery : milliseconds(Math.min(limits.pollSlowest, limits.pollEvery * 2 ** Math.min(tries, 16)));
}

/** Before a guest it is asked every second, which says nothing about how long it has been: beyond what decides something there, those are not counted. */
const triesAfter = (tries: number, attended: boolean, { unheardToUnknown, startTries }: SaleLimits): number =>
  attended ? Math.min(tries + 1, Math.max(tries, unheardToUnknown, startTries)) : tries + 1;

/** No answer, or one without news: the same question again later, until a day has passed. */
export function again(sale: Sale, at: Instant, limits: SaleLimits): SaleStep {
  const { stage } = sale;
  switch (stage.kind) {
    case 'choosing':
    case 'withdrawing':
    case 'starting':
    case 'paying':
    case 'unknown':
    case 'confirming':
    case 'cancelling':
    case 'refunding': {
      // A hold that could not be released within its own life is gone by itself.
      if (stage.kind === 'withdrawing' && at - sale.openedAt > limits.holdFor) return end(sale, 'expired');
      const isHopeless = at - sale.openedAt > limits.resolveFor && stage.tries >= limits.resolveTries;
      if (isHopeless && !sale.attended) return end(sale, 'unresolved', { kind: 'cancelled' });
      const tries = triesAfter(stage.tries, sale.attended, limits);
      const isWatched = stage.kind === 'paying' || (stage.kind === 'cancelling' && sale.attended);
      if (isWatched && tries >= limits.unheardToUnknown) return becomeUnknown(sale, at, limits);
      return {
        sale: { ...sale, stage: { ...stage, tries } },
        effects: [{ kind: 'wait', timer: 'poll', after: retryDelay(sale, tries, limits) }],
      };
    }
    case 'holding':
    case 'ordering':
    case 'review':
    case 'presenting':
    case 'member':
    case 'failed':
    case 'ended':
      return stay(sale);
    default:
      return unreachable(stage);
  }
}

/** The order's own word, after a cancellation, a success or a restart. */
export function learnOrder(sale: Sale, order: Order, at: Instant, limits: SaleLimits): SaleStep {
  const known: Sale = { ...sale, order, orderId: order.id };
  if (known.stage.kind === 'ended') return stay(sale);
  switch (order.status) {
    case 'confirmed':
      return end(known, 'paid', { kind: 'paid', order });
    case 'refunding':
    case 'refunded':
      return learnRefund(known, order.status === 'refunded', at, limits);
    case 'cancelled':
      return learnCancelled(known, at, limits);
    case 'unpaid':
    case 'paying':
    case 'payment-unknown':
      return again(known, at, limits);
    default:
      return unreachable(order.status);
  }
}

function learnCancelled(sale: Sale, at: Instant, limits: SaleLimits): SaleStep {
  // Money that came for a cancelled order goes back: the order will say so.
  if (sale.attempt?.status === 'succeeded') return again(sale, at, limits);
  const asked = sale.stage.kind === 'cancelling' && !sale.stage.expired;
  return end(sale, asked ? 'cancelled' : 'expired', { kind: asked ? 'cancelled' : 'expired' });
}

function learnRefund(sale: Sale, done: boolean, at: Instant, limits: SaleLimits): SaleStep {
  const asked: SaleEffect[] = sale.stage.kind === 'refunding' ? [] : [{ kind: 'event', step: 'refund-asked' }];
  if (done && !sale.attended) {
    const ended = end(sale, 'refunded');
    return { sale: ended.sale, effects: [...asked, ...ended.effects] };
  }
  const refunding: Sale = { ...sale, stage: { kind: 'refunding', done, tries: sale.stage.kind === 'refunding' ? sale.stage.tries : 0 } };
  if (done) return { sale: refunding, effects: [...asked, { kind: 'stop-waiting', timer: 'poll' }] };
  const waiting = again(refunding, at, limits);
  return { sale: waiting.sale, effects: [...asked, ...waiting.effects] };
}
