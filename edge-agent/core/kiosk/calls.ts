import type {
  Claim,
  ClaimRefusal,
  ClaimRequest,
  Hold,
  HoldRefusal,
  HoldRequest,
  LookupRefusal,
  Order,
  OrderRefusal,
  OrderRequest,
  PaymentAttempt,
  PaymentRefusal,
} from '../contract/box-office/sales.ts';
import type { IdempotencyKey, OrderId } from '../contract/identifiers.ts';

/** What the kiosk's machines ask of the box office, as data: they never call it themselves. */
export type BoxOfficeCall =
  | { readonly name: 'holdSeats'; readonly request: HoldRequest }
  | { readonly name: 'releaseHold'; readonly holdId: string; readonly token: number }
  | { readonly name: 'createOrder'; readonly request: OrderRequest }
  | { readonly name: 'readOrder'; readonly orderId: OrderId }
  | { readonly name: 'cancelOrder'; readonly orderId: OrderId }
  | { readonly name: 'startPayment'; readonly orderId: OrderId; readonly attemptKey: IdempotencyKey }
  | { readonly name: 'readPayment'; readonly attemptKey: IdempotencyKey }
  | { readonly name: 'claimTickets'; readonly request: ClaimRequest }
  | { readonly name: 'lookUp'; readonly code: string };

/** `away`: no answer that can be understood came. Whether the box office did what was asked is then unknown; the same key may be used to ask again. */
export type CallOutcome<Answer, Refusal = never> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'away' };

export type CallAnswer =
  | { readonly name: 'holdSeats'; readonly outcome: CallOutcome<Hold, HoldRefusal> }
  | { readonly name: 'releaseHold'; readonly outcome: CallOutcome<{ readonly released: boolean }> }
  | { readonly name: 'createOrder'; readonly outcome: CallOutcome<Order, OrderRefusal> }
  | { readonly name: 'readOrder'; readonly outcome: CallOutcome<Order> }
  | { readonly name: 'cancelOrder'; readonly outcome: CallOutcome<Order> }
  | { readonly name: 'startPayment'; readonly outcome: CallOutcome<PaymentAttempt, PaymentRefusal> }
  | { readonly name: 'readPayment'; readonly outcome: CallOutcome<PaymentAttempt> }
  | { readonly name: 'claimTickets'; readonly outcome: CallOutcome<Claim, ClaimRefusal> }
  | { readonly name: 'lookUp'; readonly outcome: CallOutcome<Order, LookupRefusal> };

/** The key under which a changing call can be repeated, for the journal; reads have none and are not journalled. */
export function journalKey(call: BoxOfficeCall): string | undefined {
  switch (call.name) {
    case 'holdSeats':
      return call.request.holdKey;
    case 'releaseHold':
      return `${call.holdId}/${call.token}`;
    case 'createOrder':
      return call.request.orderKey;
    case 'cancelOrder':
      return call.orderId;
    case 'startPayment':
      return call.attemptKey;
    case 'claimTickets':
      return call.request.claimKey;
    case 'readOrder':
    case 'readPayment':
    case 'lookUp':
      return undefined;
  }
}
