import type { Money } from '#core/base/money.ts';
import { hasEnded } from '#core/box-office/payment-attempt.ts';
import { NOT_PRINTED } from '#core/box-office/print-record.ts';
import type { OrderRecord } from '#core/box-office/records.ts';
import { IdempotencyKey } from '#core/contract/identifiers.ts';
import type { LobbyCanary } from './canaries.ts';
import type { LobbyCollaborators } from './collaborators.ts';
import { storeWith } from './wrong-store.ts';

/** Wrong parts where money and seats are decided. */
export const moneyCanaries: readonly LobbyCanary[] = [
  { name: 'no-idempotency-key', bug: 'A payment that is opened again gets another number.', make: noIdempotencyKey },
  { name: 'timeout-is-failure', bug: 'A provider that does not answer is taken to have said no.', make: timeoutIsFailure },
  { name: 'late-success-unseen', bug: 'What was closed once is not asked about again.', make: lateSuccessUnseen },
  { name: 'late-success-kept', bug: 'Money that came too late is not given back, only said to be.', make: lateSuccessKept },
  { name: 'refund-twice', bug: 'A refund that is asked for again gets another number.', make: refundTwice },
  {
    name: 'phone-is-believed',
    bug: 'A phone that has opened the page has paid.',
    make: phoneIsBelieved,
  },
  { name: 'released-while-paying', bug: 'Seats go back when their time is over, whoever is paying for them.', make: releasedWhilePaying },
  { name: 'two-open-attempts', bug: 'A second payment is begun while the first is open.', make: twoOpenAttempts },
  {
    name: 'seats-not-taken',
    bug: 'Seats that somebody else has are held all the same.',
    make: () => ({
      store: (real) =>
        storeWith(real, ({ seats }) => ({
          seats: {
            ...seats,
            take: async (wanted) => {
              await seats.take(wanted);
              return [];
            },
            ofShow: async () => [],
          },
        })),
    }),
  },
  {
    name: 'leases-ignored',
    bug: 'A ticket that one machine has is given to another.',
    make: () => ({
      store: (real) =>
        storeWith(real, ({ tickets }) => ({
          tickets: {
            ...tickets,
            ofOrder: async (orderId) =>
              (await tickets.ofOrder(orderId)).map((ticket) => (ticket.print.state === 'claimed' ? { ...ticket, print: NOT_PRINTED } : ticket)),
          },
        })),
    }),
  },
];

function noIdempotencyKey(): LobbyCollaborators {
  const opened = new Map<string, number>();
  return {
    provider: (real) => ({
      ...real,
      create: (payment) => {
        const count = (opened.get(payment.merchantOrder) ?? 0) + 1;
        opened.set(payment.merchantOrder, count);
        return real.create(count === 1 ? payment : { ...payment, merchantOrder: `${payment.merchantOrder}-${count}` });
      },
    }),
  };
}

function phoneIsBelieved(): LobbyCollaborators {
  const amounts = new Map<string, Money>();
  return {
    provider: (real) => ({
      ...real,
      create: (payment) => {
        amounts.set(payment.merchantOrder, payment.amount);
        return real.create(payment);
      },
      query: async (merchantOrder) => {
        const answer = await real.query(merchantOrder);
        const amount = amounts.get(merchantOrder);
        return answer.kind === 'user-paying' && amount !== undefined ? { kind: 'paid', amount, reference: 'believed' } : answer;
      },
    }),
  };
}

function timeoutIsFailure(): LobbyCollaborators {
  return {
    provider: (real) => ({
      ...real,
      query: async (merchantOrder) => {
        const answer = await real.query(merchantOrder);
        return answer.kind === 'no-answer' ? { kind: 'closed' } : answer;
      },
      close: async (merchantOrder) => {
        const answer = await real.close(merchantOrder);
        return answer.kind === 'no-answer' ? { kind: 'closed' } : answer;
      },
    }),
  };
}

function lateSuccessUnseen(): LobbyCollaborators {
  const closed = new Set<string>();
  return {
    provider: (real) => ({
      ...real,
      close: async (merchantOrder) => {
        const answer = await real.close(merchantOrder);
        if (answer.kind === 'closed') closed.add(merchantOrder);
        return answer;
      },
      query: async (merchantOrder) => (closed.has(merchantOrder) ? { kind: 'closed' } : real.query(merchantOrder)),
    }),
  };
}

function lateSuccessKept(): LobbyCollaborators {
  return { provider: (real) => ({ ...real, refund: async ({ refundOrder }) => ({ kind: 'refunded', reference: refundOrder }) }) };
}

function refundTwice(): LobbyCollaborators {
  let asked = 0;
  return { provider: (real) => ({ ...real, refund: (refund) => real.refund({ ...refund, refundOrder: `${refund.refundOrder}${++asked}` }) }) };
}

function releasedWhilePaying(): LobbyCollaborators {
  const orders = new Map<string, OrderRecord>();
  return {
    store: (real) =>
      storeWith(real, (tx) => ({
        orders: {
          ...tx.orders,
          put: (order) => {
            orders.set(order.id, order);
            return tx.orders.put(order);
          },
          lapsedBy: async (at) => {
            const late = [...orders.values()].filter(({ status, createdAt }) => status === 'paying' && createdAt + 20_000 <= at);
            return [...(await tx.orders.lapsedBy(at)), ...late];
          },
        },
      })),
  };
}

/** A kiosk that opens a new payment whenever it asks again, and a box office that lets it. */
function twoOpenAttempts(): LobbyCollaborators {
  const newest = new Map<string, string>();
  const latest = (key: string): string => newest.get(key) ?? key;
  let asked = 0;
  return {
    boxOffice: (real) => ({
      ...real,
      startPayment: async ({ params, body }) => {
        newest.set(body.attemptKey, IdempotencyKey.parse(`${body.attemptKey}-${++asked}`));
        await real.startPayment({ params, body });
        return real.startPayment({ params, body: { ...body, attemptKey: latest(body.attemptKey) } });
      },
      readPayment: ({ params }) => real.readPayment({ params: { attemptKey: latest(params.attemptKey) } }),
    }),
    store: (real) =>
      storeWith(real, ({ attempts, orders }) => ({
        attempts: { ...attempts, ofOrder: async (orderId) => (await attempts.ofOrder(orderId)).filter(({ state }) => hasEnded(state.phase)) },
        orders: {
          ...orders,
          find: async (id) => {
            const order = await orders.find(id);
            return order?.status === 'paying' ? { ...order, status: 'unpaid' } : order;
          },
        },
      })),
  };
}
