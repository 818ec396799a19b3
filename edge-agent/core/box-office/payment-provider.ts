import type { Fault } from '../base/fault.ts';
import type { Money } from '../base/money.ts';
import type { Instant } from '../base/time.ts';
import type { BothLanguages } from '../contract/values.ts';

/**
 * A payment provider as the box office sees it (what WeChat's and Alipay's "native" payments have in common). Every call names the merchant's own order number
 * and may be repeated without harm. `no-answer` covers everything that leaves the outcome open: a timeout, a server error, an answer that cannot be read.
 */
export interface PaymentProvider {
  /** Opens a payment. A repeated number with the same amount gives the same address again. */
  create(payment: NewPayment): Promise<ProviderAnswer<{ readonly kind: 'created'; readonly codeUrl: string } | ProviderRefusal>>;
  query(merchantOrder: string): Promise<ProviderAnswer<ProviderPayment>>;
  /** Ends a payment that nobody has paid. `paid` when it was too late for that. */
  close(merchantOrder: string): Promise<ProviderAnswer<{ readonly kind: 'closed' | 'paid' | 'not-found' }>>;
  /** Gives all of the money back. A repeated refund number gives the same reference again. */
  refund(refund: NewRefund): Promise<ProviderAnswer<{ readonly kind: 'refunded'; readonly reference: string } | ProviderRefusal>>;
}

export interface NewPayment {
  readonly merchantOrder: string;
  readonly amount: Money;
  readonly description: string;
  /** The provider takes no money after this. */
  readonly expiresAt: Instant;
}

export interface NewRefund {
  readonly merchantOrder: string;
  readonly refundOrder: string;
  readonly amount: Money;
}

/** The provider understood, and will not: certain, and nothing moved. */
export interface ProviderRefusal {
  readonly kind: 'refused';
  readonly reason: BothLanguages;
}

export type ProviderPayment =
  /** Open; `user-paying` when a phone has the page before it. */
  | { readonly kind: 'waiting' | 'user-paying' }
  | { readonly kind: 'paid'; readonly amount: Money; readonly reference: string }
  /** The guest, or the guest's bank, said no. */
  | { readonly kind: 'failed'; readonly reason: BothLanguages }
  | { readonly kind: 'closed' }
  | { readonly kind: 'not-found' };

export type ProviderAnswer<Answer> = Answer | { readonly kind: 'no-answer'; readonly fault: Fault };
