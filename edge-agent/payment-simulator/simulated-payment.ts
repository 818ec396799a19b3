import { unreachable } from '#core/base/fault.ts';
import { type Instant, instant } from '#core/base/time.ts';

/** A payment at the simulated provider, and what can happen to it. */
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
  readonly paidAt?: Instant;
  /** Until then the merchant gets no answer about this payment. */
  readonly silentUntil?: Instant;
  /** By a payment code, which cannot be undone while the guest types a password. */
  readonly holdsReverse?: true;
}

export interface SimulatedRefund {
  readonly refundOrder: string;
  readonly merchantOrder: string;
  readonly reference: string;
  readonly at?: Instant;
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
      return { ...payment, status: 'paid', reference, paidAt: now };
    case 'refuse':
      return { ...payment, status: 'refused' };
    case 'pay-late':
      return { ...payment, status: 'paid', reference, paidAt: now, silentUntil: instant(now + silentFor) };
    case 'let-expire':
      return { ...payment, status: 'user-paying' };
    default:
      return unreachable(action);
  }
}
