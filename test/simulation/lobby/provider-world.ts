import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type {
  NewRefund,
  PaymentProvider,
  ProviderAnswer,
  ProviderPayment,
  ProviderRefund,
  ProviderReversal,
  ProviderTrace,
} from '#core/box-office/payment-provider.ts';
import { Crash, type Life } from '../kernel/life.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { Charge } from './observation.ts';
import type { LobbyFault } from './plan.ts';

/**
 * A provider of payments with its own books, which are the truth of money: what it has taken it has taken, whatever it answered. It may be away, slow, forget
 * to answer, take money after it has closed a payment (a bank that was asked before), and refuse for a while to give money back.
 */
export interface ProviderWorld {
  /** The port as one life of the box office's program holds it. */
  portOf(life: Life): PaymentProvider;
  charges(): readonly Charge[];
  charge(merchantOrder: string): Charge | undefined;
  /** A guest's phone opens the address and says yes. */
  payAt(address: string): void;
  setAway(isAway: boolean): void;
  refuseRefunds(isRefusing: boolean): void;
}

export interface ProviderSurroundings {
  readonly timeline: Timeline;
  readonly chance: Prng;
  /** Whether this may happen now; says that it does. */
  readonly happens: (fault: LobbyFault, often: number) => boolean;
  /** A crash of the box office before or after a call. */
  readonly crashes: (life: Life, where: string) => boolean;
}

interface Payment {
  readonly merchantOrder: string;
  readonly amount: number;
  readonly expiresAt: number;
  state: Charge['state'];
  paidAt: number | undefined;
  isKnown: boolean;
  readonly returns: Map<string, number>;
}

const WAY_MS = [5, 60] as const;
const SLOW_MS = [800, 9_000] as const;
/** Between the guest's yes and the bank's. */
const BANK_MS = [50, 2_500] as const;
const SLOW_BANK_MS = [3_000, 70_000] as const;
/** After a bank has forgotten, the money may still come: three times the longest of the product's own distances is asked for below five minutes. */
const AFTER_CLOSING_MS = [500, 250_000] as const;

const CODE_LIVES_MS = 60_000;

const NO_ANSWER: Fault = { code: 'E-PAY-TIMEOUT', owner: 'network', message: 'The provider did not answer in time.' };
const REFUSED = { zh: '银行拒绝', en: 'The bank said no' };

export function createProviderWorld({ timeline, chance, happens, crashes }: ProviderSurroundings): ProviderWorld {
  const payments = new Map<string, Payment>();
  let isAway = false;
  let refusesRefunds = false;

  const expire = (payment: Payment): Payment => {
    if (payment.state === 'open' && timeline.now() >= payment.expiresAt) payment.state = 'closed';
    return payment;
  };
  const find = (merchantOrder: string): Payment | undefined => {
    const found = payments.get(merchantOrder);
    return found === undefined ? undefined : expire(found);
  };
  const know = (merchantOrder: string): void => {
    const payment = payments.get(merchantOrder);
    if (payment !== undefined) payment.isKnown = true;
  };
  const take = (payment: Payment): void => {
    payment.state = 'paid';
    payment.paidAt = timeline.now();
    timeline.note(`provider has the money of ${payment.merchantOrder}`);
  };

  /** A question may be lost or late on its way, and its answer as well; what arrived has been done. */
  const ask = <Answer extends { readonly kind: string; readonly trace?: ProviderTrace }>(
    life: Life,
    what: string,
    answer: () => Answer,
    heard?: () => void,
  ): Promise<ProviderAnswer<Answer>> => {
    if (life.isOver || crashes(life, `before ${what}`)) throw new Crash(life, `before ${what}`);
    return new Promise((resolve) => {
      let isOver = false;
      const finish = (given: ProviderAnswer<Answer>): void => {
        if (isOver || life.isOver) return;
        isOver = true;
        resolve(given);
      };
      const patience = what.startsWith('pay-code') ? LIMITS.payment.codeTimeout : LIMITS.payment.providerTimeout;
      const deadline = timeline.at(timeline.now() + patience, `${what} is too late`, () => finish({ kind: 'no-answer', fault: NO_ANSWER }));
      const way = (): number => (happens('provider-slow', 0.15) ? chance.between(...SLOW_MS) : chance.between(...WAY_MS));
      if (isAway || happens('provider-lost', 0.1)) return;
      timeline.at(timeline.now() + way(), what, () => {
        const given = answer();
        timeline.note(`provider: ${what}: ${JSON.stringify(given)}`);
        if (isAway || happens('provider-lost', 0.12)) return;
        timeline.at(timeline.now() + way(), `${what} is answered`, () => {
          if (life.isOver || crashes(life, `after ${what}`)) return;
          deadline.cancel();
          if (!isOver) heard?.();
          finish(given);
        });
      });
    });
  };

  const settleAfterClosing = (payment: Payment): void => {
    if (!happens('late-success', 0.7)) return;
    timeline.at(timeline.now() + chance.between(...AFTER_CLOSING_MS), 'money comes late', () => {
      if (payment.state === 'closed') take(payment);
    });
  };
  const close = (payment: Payment): { readonly kind: 'closed' | 'paid' } => {
    if (payment.state === 'paid') return { kind: 'paid' };
    if (payment.state === 'user-paying') settleAfterClosing(payment);
    if (payment.state !== 'failed') payment.state = 'closed';
    return { kind: 'closed' };
  };

  const open = (merchantOrder: string, amount: number, expiresAt: number): Payment => {
    const known = find(merchantOrder);
    if (known !== undefined) return known;
    const payment: Payment = { merchantOrder, amount, expiresAt, state: 'open', paidAt: undefined, isKnown: false, returns: new Map() };
    payments.set(merchantOrder, payment);
    return payment;
  };
  /** The guest has said yes; the bank takes its time. */
  const askBank = (payment: Payment): void => {
    payment.state = 'user-paying';
    const [least, most] = happens('late-success', 0.4) ? SLOW_BANK_MS : BANK_MS;
    timeline.at(timeline.now() + chance.between(least, most), 'the bank answers', () => {
      if (payment.state !== 'user-paying') return;
      if (happens('payment-fails', 0.3)) payment.state = 'failed';
      else take(payment);
    });
  };
  const moneyOf = ({ merchantOrder, amount }: Payment) =>
    ({ kind: 'paid', amount: { minor: amount, currency: 'CNY' }, reference: `P-${merchantOrder}` }) as const;
  const stateOf = (merchantOrder: string): ProviderPayment => {
    const payment = find(merchantOrder);
    switch (payment?.state) {
      case undefined:
        return { kind: 'not-found' };
      case 'open':
        return { kind: 'waiting' };
      case 'paid':
        return moneyOf(payment);
      case 'failed':
        return { kind: 'failed', reason: REFUSED };
      case 'user-paying':
      case 'closed':
        return { kind: payment.state };
    }
  };
  /** A phone that asks for a password does not let go at once. */
  const reverse = (merchantOrder: string): ProviderReversal => {
    const payment = find(merchantOrder);
    if (payment === undefined) return { kind: 'not-found' };
    if (payment.state === 'user-paying' && chance.chance(0.3)) return { kind: 'still-paying' };
    // What was paid goes back with it, and the payment is one that never was (WeChat's trade_state REVOKED, Alipay's TRADE_CLOSED).
    payment.state = 'closed';
    payment.paidAt = undefined;
    return { kind: 'reversed' };
  };
  const refund = ({ merchantOrder, refundOrder, amount }: NewRefund): ProviderRefund => {
    const payment = find(merchantOrder);
    if (payment === undefined || payment.state !== 'paid' || refusesRefunds) return { kind: 'refused', reason: REFUSED };
    const isNew = !payment.returns.has(refundOrder);
    payment.returns.set(refundOrder, amount.minor);
    return isNew && happens('provider-slow', 0.3) ? { kind: 'pending' } : { kind: 'refunded', reference: `R-${refundOrder}` };
  };

  return {
    portOf: (life) => ({
      create: ({ merchantOrder, amount, expiresAt }) =>
        ask(
          life,
          `create ${merchantOrder}`,
          () => {
            open(merchantOrder, amount.minor, expiresAt);
            return { kind: 'created' as const, codeUrl: `https://pay.example/${merchantOrder}` };
          },
          () => know(merchantOrder),
        ),
      payByCode: ({ merchantOrder, amount }) =>
        ask(life, `pay-code ${merchantOrder}`, () => {
          const payment = open(merchantOrder, amount.minor, timeline.now() + CODE_LIVES_MS);
          if (payment.state === 'open') {
            payment.isKnown = true;
            askBank(payment);
          }
          return payment.state === 'paid' ? moneyOf(payment) : { kind: 'user-paying' as const };
        }),
      query: (merchantOrder) => ask(life, `query ${merchantOrder}`, () => stateOf(merchantOrder)),
      close: (merchantOrder) =>
        ask(life, `close ${merchantOrder}`, () => {
          const payment = find(merchantOrder);
          return payment === undefined ? { kind: 'not-found' as const } : close(payment);
        }),
      reverse: (merchantOrder) => ask(life, `reverse ${merchantOrder}`, () => reverse(merchantOrder)),
      refund: (wanted) => ask(life, `refund ${wanted.refundOrder}`, () => refund(wanted)),
      queryRefund: ({ merchantOrder, refundOrder }) =>
        ask(life, `query-refund ${refundOrder}`, () =>
          find(merchantOrder)?.returns.has(refundOrder) === true
            ? { kind: 'refunded' as const, reference: `R-${refundOrder}` }
            : { kind: 'not-found' as const },
        ),
    }),
    charges: () => [...payments.values()].map(chargeOf),
    charge: (merchantOrder) => {
      const found = find(merchantOrder);
      return found === undefined ? undefined : chargeOf(found);
    },
    payAt: (address) => {
      const payment = find(address.slice(address.lastIndexOf('/') + 1));
      if (payment?.state === 'open') askBank(payment);
    },
    setAway: (away) => {
      isAway = away;
    },
    refuseRefunds: (isRefusing) => {
      refusesRefunds = isRefusing;
    },
  };
}

function chargeOf({ merchantOrder, amount, state, paidAt, isKnown, returns }: Payment): Charge {
  return { merchantOrder, amount, state, paidAt, isKnown, returned: [...returns.values()].reduce((sum, each) => sum + each, 0) };
}
