import { unreachable } from '#core/base/fault.ts';
import { type Instant, instant } from '#core/base/time.ts';
import { openStore, type StoreKind } from '../store/database.ts';

/**
 * What the simulated provider keeps: payments and refunds, in a small store of its own, because money that was taken is still taken after a restart.
 */
export interface SimulatedPayment {
  readonly merchantOrder: string;
  /** The secret part of the address that a phone opens. */
  readonly token: string;
  readonly minor: number;
  readonly currency: string;
  readonly description: string;
  readonly expiresAt: Instant;
  readonly status: 'waiting' | 'user-paying' | 'paid' | 'refused' | 'closed' | 'refunded';
  readonly reference?: string;
  /** Until then the merchant gets no answer about this payment. */
  readonly silentUntil?: Instant;
}

export interface SimulatedRefund {
  readonly refundOrder: string;
  readonly merchantOrder: string;
  readonly reference: string;
}

export interface PaymentLedger {
  find(merchantOrder: string): SimulatedPayment | undefined;
  findByToken(token: string): SimulatedPayment | undefined;
  put(payment: SimulatedPayment): void;
  findRefund(refundOrder: string): SimulatedRefund | undefined;
  /** The refund and what becomes of its payment, together. */
  putRefund(refund: SimulatedRefund, payment: SimulatedPayment): void;
  close(): void;
}

/** `FYRP` in ASCII. */
const paymentStore: StoreKind = {
  name: 'payment simulator',
  applicationId: 0x46595250,
  migrations: [
    {
      name: 'first',
      sql: `
CREATE TABLE payment (merchant_order TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE refund (refund_order TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
    },
  ],
};

/** @throws FaultError as `openStore` */
export function openPaymentLedger(path: string): PaymentLedger {
  const database = openStore(path, paymentStore);
  const find = database.prepare<[string], string>('SELECT record FROM payment WHERE merchant_order = ?').pluck();
  const findByToken = database.prepare<[string], string>('SELECT record FROM payment WHERE token = ?').pluck();
  const put = database.prepare<[string, string, string]>(
    'INSERT INTO payment (merchant_order, token, record) VALUES (?, ?, ?) ON CONFLICT (merchant_order) DO UPDATE SET record = excluded.record',
  );
  const findRefund = database.prepare<[string], string>('SELECT record FROM refund WHERE refund_order = ?').pluck();
  const putRefund = database.prepare<[string, string]>('INSERT INTO refund (refund_order, record) VALUES (?, ?)');
  const paymentOf = (text: string | undefined) => (text === undefined ? undefined : (JSON.parse(text) as SimulatedPayment));
  const write = (payment: SimulatedPayment): void => {
    put.run(payment.merchantOrder, payment.token, JSON.stringify(payment));
  };
  return {
    find: (merchantOrder) => paymentOf(find.get(merchantOrder)),
    findByToken: (token) => paymentOf(findByToken.get(token)),
    put: write,
    findRefund: (refundOrder) => {
      const text = findRefund.get(refundOrder);
      return text === undefined ? undefined : (JSON.parse(text) as SimulatedRefund);
    },
    putRefund: database.transaction((refund: SimulatedRefund, payment: SimulatedPayment) => {
      putRefund.run(refund.refundOrder, JSON.stringify(refund));
      write(payment);
    }),
    close: () => database.close(),
  };
}

/** What a guest can do on the phone page. */
export const PHONE_ACTIONS = ['pay', 'refuse', 'pay-late', 'let-expire'] as const;
export type PhoneAction = (typeof PHONE_ACTIONS)[number];

/** An open payment whose time is over is closed; nothing else happens to a payment by itself. */
export function paymentAt(payment: SimulatedPayment, now: Instant): SimulatedPayment {
  return isOpen(payment) && now >= payment.expiresAt ? { ...payment, status: 'closed' } : payment;
}

export function isOpen(payment: SimulatedPayment): boolean {
  return payment.status === 'waiting' || payment.status === 'user-paying';
}

/** The payment after a tap on the phone. A payment that is over stays as it is. */
export function afterAction(payment: SimulatedPayment, action: PhoneAction, now: Instant, reference: string, silentFor: number): SimulatedPayment {
  if (!isOpen(payment)) return payment;
  switch (action) {
    case 'pay':
      return { ...payment, status: 'paid', reference };
    case 'refuse':
      return { ...payment, status: 'refused' };
    case 'pay-late':
      return { ...payment, status: 'paid', reference, silentUntil: instant(now + silentFor) };
    case 'let-expire':
      return { ...payment, status: 'user-paying' };
    default:
      return unreachable(action);
  }
}
