import type { Fault } from '../base/fault.ts';
import type { Money } from '../base/money.ts';
import type { Instant } from '../base/time.ts';
import type { PaymentFailure } from '../contract/box-office/sales.ts';
import type { BothLanguages } from '../contract/values.ts';

/**
 * A payment provider as the box office sees it (what WeChat's and Alipay's payments have in common). Every call names the merchant's own order number and may
 * be repeated without harm, but for `payByCode`, which is made once: afterwards the payment is only asked about and undone. `no-answer` covers everything that
 * leaves the outcome open: a timeout, a server error, an answer that cannot be read or whose signature is wrong.
 *
 * `test/contract/payment-provider.contract.ts` says what every implementation has to hold.
 */
export interface PaymentProvider {
  /** Opens a payment that the guest's phone scans. A repeated number with the same amount gives the same address again. */
  create(payment: NewPayment): Promise<ProviderAnswer<{ readonly kind: 'created'; readonly codeUrl: string } | ProviderRefusal>>;
  /** Takes money by the code on the guest's phone. The code is in no log, no error and no answer. */
  payByCode(payment: NewCodePayment): Promise<ProviderAnswer<ProviderMoney | { readonly kind: 'user-paying' } | ProviderRefusal>>;
  query(merchantOrder: string): Promise<ProviderAnswer<ProviderPayment>>;
  /** Ends a payment of {@link create} that nobody has paid. `paid` when it was too late for that. */
  close(merchantOrder: string): Promise<ProviderAnswer<{ readonly kind: 'closed' } | { readonly kind: 'paid' } | { readonly kind: 'not-found' }>>;
  /**
   * Ends a payment of {@link payByCode}, whatever has become of it: unpaid it is closed, paid it goes back whole (WeChat's reverse, Alipay's cancel).
   * `still-paying`: refused while the guest types a password.
   */
  reverse(merchantOrder: string): Promise<ProviderAnswer<ProviderReversal>>;
  /** Gives all of the money back. `pending`: taken on, and to be asked about by {@link queryRefund}. A repeated number never gives back twice. */
  refund(refund: NewRefund): Promise<ProviderAnswer<ProviderRefund>>;
  queryRefund(refund: NewRefund): Promise<ProviderAnswer<ProviderRefund | { readonly kind: 'not-found' }>>;
  /** Everything that moved between two moments, when the provider can tell it. */
  statement?(from: Instant, until: Instant): Promise<ProviderAnswer<{ readonly kind: 'statement'; readonly lines: readonly StatementLine[] }>>;
}

export interface NewPayment {
  readonly merchantOrder: string;
  readonly amount: Money;
  readonly description: string;
  /** The provider takes no money after this. */
  readonly expiresAt: Instant;
}

export interface NewCodePayment extends Omit<NewPayment, 'expiresAt'> {
  /** As scanned. A secret that is money: it goes to the provider and nowhere else. */
  readonly code: string;
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
  readonly failure?: PaymentFailure;
}

export interface ProviderMoney {
  readonly kind: 'paid';
  readonly amount: Money;
  /** The provider's own number of the money. */
  readonly reference: string;
}

export type ProviderPayment =
  /** Open; `user-paying` when a phone has the page before it. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'user-paying' }
  | ProviderMoney
  /** The guest, or the guest's bank, said no. */
  | { readonly kind: 'failed'; readonly reason: BothLanguages; readonly failure?: PaymentFailure }
  | { readonly kind: 'closed' }
  | { readonly kind: 'not-found' };

export type ProviderReversal = { readonly kind: 'reversed' } | { readonly kind: 'still-paying' } | { readonly kind: 'not-found' } | ProviderRefusal;

export type ProviderRefund = { readonly kind: 'refunded'; readonly reference: string } | { readonly kind: 'pending' } | ProviderRefusal;

export interface StatementLine {
  readonly merchantOrder: string;
  readonly kind: 'paid' | 'refunded';
  readonly amount: Money;
  readonly reference: string;
}

/** What a provider's support asks for: the number of the question, and the provider's own word for its outcome. */
export interface ProviderTrace {
  readonly requestId?: string;
  readonly code?: string;
}

export type NoAnswer = { readonly kind: 'no-answer'; readonly fault: Fault; readonly trace?: ProviderTrace };

export type ProviderAnswer<Answer> = (Answer & { readonly trace?: ProviderTrace }) | NoAnswer;
