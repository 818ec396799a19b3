import { unreachable } from '#core/base/fault.ts';
import { type Instant, instant, plus, seconds } from '#core/base/time.ts';
import type { SimulatedPayment } from './simulated-payment.ts';

/**
 * A phone that shows a payment code of the form of WeChat or Alipay, and behaves as was chosen when it is charged. Like theirs the code is good for one
 * payment.
 */
export const PHONE_BEHAVIOURS = ['pay', 'password', 'busy', 'slow', 'answer-lost', 'refuse'] as const;
export type PhoneBehaviour = (typeof PHONE_BEHAVIOURS)[number];
export const PHONE_SCHEMES = ['wechat', 'alipay'] as const;
export type PhoneScheme = (typeof PHONE_SCHEMES)[number];

export interface SimulatedPhone {
  readonly token: string;
  readonly code: string;
  readonly scheme: PhoneScheme;
  readonly behaviour: PhoneBehaviour;
  /** The payment for which the code was used. */
  readonly usedFor?: string;
}

/** Eighteen digits, as both of them show: WeChat's begin with 10 to 15, Alipay's with 25 to 30. */
export function newCode(scheme: PhoneScheme, bytes: Uint8Array): string {
  const prefix = scheme === 'wechat' ? 10 + ((bytes[0] ?? 0) % 6) : 25 + ((bytes[0] ?? 0) % 6);
  return `${prefix}${Array.from(bytes.subarray(1, 17), (byte) => byte % 10).join('')}`;
}

/** WeChat lets go of a guest who has not typed the password after this long. */
const PASSWORD_TIME = seconds(45);

export type NewByCode = Pick<SimulatedPayment, 'merchantOrder' | 'token' | 'minor' | 'currency' | 'description'>;

/** What becomes of a payment by the code of such a phone. */
export function chargedPayment(payment: NewByCode, behaviour: PhoneBehaviour, now: Instant, reference: string, silentFor: number): SimulatedPayment {
  const open: SimulatedPayment = { ...payment, expiresAt: plus(now, PASSWORD_TIME), status: 'user-paying' };
  const paid: SimulatedPayment = { ...open, status: 'paid', reference, paidAt: now };
  switch (behaviour) {
    case 'pay':
    case 'answer-lost':
      return paid;
    case 'password':
      return open;
    case 'busy':
      return { ...open, holdsReverse: true };
    case 'slow':
      return { ...paid, silentUntil: instant(now + silentFor) };
    case 'refuse':
      return { ...open, status: 'refused' };
    default:
      return unreachable(behaviour);
  }
}
