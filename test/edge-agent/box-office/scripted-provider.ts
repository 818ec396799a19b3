import { type Money, money } from '#core/base/money.ts';
import type { PaymentProvider, ProviderPayment } from '#core/box-office/payment-provider.ts';

/**
 * A provider that does what a test tells it: money moves when the test says so, and any call can be left without an answer. It keeps to the rules of a real
 * one: numbers may come again, a paid payment cannot be closed, a refund happens once.
 */
export interface ScriptedProvider {
  readonly provider: PaymentProvider;
  /** The phone pays. Works on a closed payment too: that is the race which real providers lose. */
  pay(merchantOrder: string, amount?: Money): void;
  refuse(merchantOrder: string): void;
  /** As {@link refuse}, but a payment that has ended stays as it is. */
  refuseOpen(merchantOrder: string): void;
  /** Money was taken and has not been given back. */
  standsPaid(merchantOrder: string): boolean;
  /** What a phone does whose payment code is charged from now on; it pays at once unless told otherwise. */
  phones(behaviour: 'pay' | 'password' | 'refuse'): void;
  /** A payment by code cannot be undone while the guest types. */
  holdReverse(isHeld: boolean): void;
  /** Calls of these kinds bring no answer until told otherwise; what they ask for still happens. */
  leaveUnanswered(...calls: readonly Call[]): void;
  /** Every call that was made, in order. */
  readonly calls: readonly { readonly call: Call; readonly merchantOrder: string }[];
  refunds(): number;
}

type Call = 'create' | 'pay-code' | 'query' | 'close' | 'reverse' | 'refund' | 'query-refund';

interface Payment {
  amount: Money;
  state: Exclude<ProviderPayment['kind'], 'not-found'>;
  paid: Money;
  refund: string | undefined;
}

const NO_ANSWER = { kind: 'no-answer', fault: { code: 'E-PAY-TIMEOUT', owner: 'peer', message: 'The payment provider did not answer.' } } as const;

export function createScriptedProvider(): ScriptedProvider {
  const payments = new Map<string, Payment>();
  const calls: { call: Call; merchantOrder: string }[] = [];
  let unanswered: readonly Call[] = [];
  let refunds = 0;
  let phone: 'pay' | 'password' | 'refuse' = 'pay';
  let isReverseHeld = false;
  const answer = <Answer>(call: Call, merchantOrder: string, value: Answer): Answer | typeof NO_ANSWER => {
    calls.push({ call, merchantOrder });
    return unanswered.includes(call) ? NO_ANSWER : value;
  };
  const known = (merchantOrder: string): Payment => {
    const payment = payments.get(merchantOrder);
    if (payment === undefined) throw new Error(`the test pays ${merchantOrder}, which was never created`);
    return payment;
  };
  return {
    calls,
    refunds: () => refunds,
    leaveUnanswered: (...kinds) => {
      unanswered = kinds;
    },
    phones: (behaviour) => {
      phone = behaviour;
    },
    holdReverse: (isHeld) => {
      isReverseHeld = isHeld;
    },
    pay: (merchantOrder, amount) => {
      const payment = known(merchantOrder);
      payment.state = 'paid';
      payment.paid = amount ?? payment.amount;
    },
    refuse: (merchantOrder) => {
      known(merchantOrder).state = 'failed';
    },
    refuseOpen: (merchantOrder) => {
      const payment = known(merchantOrder);
      if (payment.state === 'waiting') payment.state = 'failed';
    },
    standsPaid: (merchantOrder) => {
      const payment = payments.get(merchantOrder);
      return payment?.state === 'paid' && payment.refund === undefined;
    },
    provider: {
      create: async ({ merchantOrder, amount }) => {
        if (!payments.has(merchantOrder)) payments.set(merchantOrder, { amount, state: 'waiting', paid: money(0, 'CNY'), refund: undefined });
        return answer('create', merchantOrder, { kind: 'created', codeUrl: `https://pay.example/${merchantOrder}` });
      },
      payByCode: async ({ merchantOrder, amount }) => {
        if (payments.has(merchantOrder)) throw new Error(`the code for ${merchantOrder} was sent twice`);
        const state = phone === 'pay' ? 'paid' : phone === 'password' ? 'user-paying' : 'failed';
        const payment: Payment = { amount, state, paid: state === 'paid' ? amount : money(0, 'CNY'), refund: undefined };
        payments.set(merchantOrder, payment);
        switch (state) {
          case 'paid':
            return answer('pay-code', merchantOrder, { kind: 'paid', amount, reference: `P-${merchantOrder}` });
          case 'user-paying':
            return answer('pay-code', merchantOrder, { kind: 'user-paying' });
          case 'failed':
            return answer('pay-code', merchantOrder, { kind: 'refused', reason: { zh: '拒绝', en: 'Refused' }, failure: 'declined' });
        }
      },
      reverse: async (merchantOrder) => {
        const payment = payments.get(merchantOrder);
        if (payment === undefined) return answer('reverse', merchantOrder, { kind: 'not-found' });
        if (isReverseHeld && payment.state === 'user-paying') return answer('reverse', merchantOrder, { kind: 'still-paying' });
        if (payment.state === 'paid' && payment.refund === undefined) {
          refunds++;
          payment.refund = `V-${merchantOrder}`;
        }
        payment.state = 'closed';
        return answer('reverse', merchantOrder, { kind: 'reversed' });
      },
      queryRefund: async ({ merchantOrder }) => {
        const { refund } = known(merchantOrder);
        return answer('query-refund', merchantOrder, refund === undefined ? { kind: 'not-found' } : { kind: 'refunded', reference: refund });
      },
      query: async (merchantOrder) => {
        const payment = payments.get(merchantOrder);
        return answer('query', merchantOrder, payment === undefined ? { kind: 'not-found' } : standing(payment, merchantOrder));
      },
      close: async (merchantOrder) => {
        const payment = payments.get(merchantOrder);
        if (payment === undefined) return answer('close', merchantOrder, { kind: 'not-found' });
        if (payment.state === 'paid') return answer('close', merchantOrder, { kind: 'paid' });
        payment.state = 'closed';
        return answer('close', merchantOrder, { kind: 'closed' });
      },
      refund: async ({ merchantOrder, refundOrder }) => {
        const payment = known(merchantOrder);
        if (payment.refund === undefined) refunds++;
        payment.refund ??= `R-${refundOrder}`;
        return answer('refund', merchantOrder, { kind: 'refunded', reference: payment.refund });
      },
    },
  };
}

function standing(payment: Payment, merchantOrder: string): ProviderPayment {
  switch (payment.state) {
    case 'paid':
      return { kind: 'paid', amount: payment.paid, reference: `P-${merchantOrder}` };
    case 'failed':
      return { kind: 'failed', reason: { zh: '拒绝', en: 'Refused' } };
    default:
      return { kind: payment.state };
  }
}
