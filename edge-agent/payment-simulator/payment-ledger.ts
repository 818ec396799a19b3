import { type Instant, instant } from '#core/base/time.ts';
import { openStore, type StoreKind } from '../store/database.ts';
import type { SimulatedPhone } from './phone.ts';
import type { SimulatedPayment, SimulatedRefund } from './simulated-payment.ts';

/** What the simulated provider keeps, in a small store of its own, because money that was taken is still taken after a restart. */
export interface PaymentLedger {
  find(merchantOrder: string): SimulatedPayment | undefined;
  findByToken(token: string): SimulatedPayment | undefined;
  put(payment: SimulatedPayment): void;
  findRefund(refundOrder: string): SimulatedRefund | undefined;
  /** The refund and what becomes of its payment, together. */
  putRefund(refund: SimulatedRefund, payment: SimulatedPayment): void;
  findPhone(token: string): SimulatedPhone | undefined;
  findPhoneByCode(code: string): SimulatedPhone | undefined;
  putPhone(phone: SimulatedPhone): void;
  /** The phone whose code was used, and the payment by it, together. */
  putPhonePayment(phone: SimulatedPhone, payment: SimulatedPayment): void;
  paidBetween(from: Instant, until: Instant): readonly SimulatedPayment[];
  refundedBetween(from: Instant, until: Instant): readonly SimulatedRefund[];
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
    {
      name: 'phones and statements',
      sql: `
ALTER TABLE payment ADD COLUMN paid_at INTEGER;
ALTER TABLE refund ADD COLUMN at INTEGER;
CREATE INDEX payment_by_paid ON payment (paid_at) WHERE paid_at IS NOT NULL;
CREATE INDEX refund_by_time ON refund (at) WHERE at IS NOT NULL;
CREATE TABLE phone (token TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, record TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
    },
  ],
};

/** @throws FaultError as `openStore` */
export function openPaymentLedger(path: string): PaymentLedger {
  const database = openStore(path, paymentStore);
  const find = database.prepare<[string], string>('SELECT record FROM payment WHERE merchant_order = ?').pluck();
  const findByToken = database.prepare<[string], string>('SELECT record FROM payment WHERE token = ?').pluck();
  const put = database.prepare<[string, string, number | null, string]>(
    `INSERT INTO payment (merchant_order, token, paid_at, record) VALUES (?, ?, ?, ?)
     ON CONFLICT (merchant_order) DO UPDATE SET paid_at = excluded.paid_at, record = excluded.record`,
  );
  const findRefund = database.prepare<[string], string>('SELECT record FROM refund WHERE refund_order = ?').pluck();
  const putRefund = database.prepare<[string, number, string]>('INSERT INTO refund (refund_order, at, record) VALUES (?, ?, ?)');
  const findPhone = database.prepare<[string], string>('SELECT record FROM phone WHERE token = ?').pluck();
  const findPhoneByCode = database.prepare<[string], string>('SELECT record FROM phone WHERE code = ?').pluck();
  const putPhone = database.prepare<[string, string, string]>(
    'INSERT INTO phone (token, code, record) VALUES (?, ?, ?) ON CONFLICT (token) DO UPDATE SET record = excluded.record',
  );
  const paid = database.prepare<[number, number], string>('SELECT record FROM payment WHERE paid_at >= ? AND paid_at < ? ORDER BY paid_at').pluck();
  const refunded = database.prepare<[number, number], string>('SELECT record FROM refund WHERE at >= ? AND at < ? ORDER BY at').pluck();
  const read = <Row>(text: string | undefined): Row | undefined => (text === undefined ? undefined : (JSON.parse(text) as Row));
  const write = (payment: SimulatedPayment): void => {
    put.run(payment.merchantOrder, payment.token, payment.paidAt ?? null, JSON.stringify(payment));
  };
  const writePhone = (phone: SimulatedPhone): void => {
    putPhone.run(phone.token, phone.code, JSON.stringify(phone));
  };
  return {
    find: (merchantOrder) => read<SimulatedPayment>(find.get(merchantOrder)),
    findByToken: (token) => read<SimulatedPayment>(findByToken.get(token)),
    put: write,
    findRefund: (refundOrder) => read<SimulatedRefund>(findRefund.get(refundOrder)),
    putRefund: database.transaction((refund: SimulatedRefund, payment: SimulatedPayment) => {
      putRefund.run(refund.refundOrder, refund.at ?? 0, JSON.stringify(refund));
      write(payment);
    }),
    findPhone: (token) => read<SimulatedPhone>(findPhone.get(token)),
    findPhoneByCode: (code) => read<SimulatedPhone>(findPhoneByCode.get(code)),
    putPhone: writePhone,
    putPhonePayment: database.transaction((phone: SimulatedPhone, payment: SimulatedPayment) => {
      writePhone(phone);
      write(payment);
    }),
    paidBetween: (from, until) => paid.all(from, until).map((text) => JSON.parse(text) as SimulatedPayment),
    refundedBetween: (from, until) =>
      refunded.all(from, until).map((text) => {
        const refund = JSON.parse(text) as SimulatedRefund;
        return { ...refund, at: instant(refund.at ?? 0) };
      }),
    close: () => database.close(),
  };
}
