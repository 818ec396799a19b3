import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openPaymentLedger } from '#agent/payment-simulator/payment-ledger.ts';
import type { Fact } from './facts.ts';
import { type Finding, lost } from './finding.ts';

type PaymentFact = Extract<Fact, { store: 'payments' }>;

/** The simulated provider's store: money that was taken is still taken. */
export function judgePayments(folder: string, facts: readonly PaymentFact[]): readonly Finding[] {
  mkdirSync(join(folder, 'payments'), { recursive: true });
  const payments = openPaymentLedger(join(folder, 'payments/payments.db'));
  try {
    return facts
      .filter(({ token }) => !['paid', 'refunded'].includes(payments.findByToken(token)?.status ?? ''))
      .map(() => lost('a payment that the guest was told of'));
  } finally {
    payments.close();
  }
}
