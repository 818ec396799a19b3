import type {
  Claim,
  ClaimRefusal,
  ClaimRequest,
  Hold,
  HoldRefusal,
  HoldRequest,
  LookupRefusal,
  MemberBalance,
  MemberRefusal,
  MemberRequest,
  Order,
  OrderRefusal,
  OrderRequest,
  PaymentAttempt,
  PaymentMethods,
  PaymentRefusal,
  PaymentRequest,
  ReprintRefusal,
  ReprintRequest,
  TerminalReceipt,
  TerminalRefusal,
  TerminalResult,
} from '../contract/box-office/sales.ts';
import type { IdempotencyKey, OrderId, TicketId } from '../contract/identifiers.ts';

/** What the kiosk's machines ask of the box office, as data: they never call it themselves. */
export type BoxOfficeCall =
  | { readonly name: 'holdSeats'; readonly request: HoldRequest }
  | { readonly name: 'releaseHold'; readonly holdId: string; readonly token: number }
  | { readonly name: 'createOrder'; readonly request: OrderRequest }
  | { readonly name: 'readOrder'; readonly orderId: OrderId }
  | { readonly name: 'cancelOrder'; readonly orderId: OrderId }
  | { readonly name: 'startPayment'; readonly orderId: OrderId; readonly request: PaymentRequest }
  | { readonly name: 'readPayment'; readonly attemptKey: IdempotencyKey }
  | { readonly name: 'readPaymentMethods' }
  | { readonly name: 'readMember'; readonly request: MemberRequest }
  | { readonly name: 'reportTerminal'; readonly attemptKey: IdempotencyKey; readonly result: TerminalResult }
  | { readonly name: 'reportTerminalReversal'; readonly attemptKey: IdempotencyKey; readonly receipt: TerminalReceipt }
  | { readonly name: 'readTerminalDuties' }
  | { readonly name: 'claimTickets'; readonly request: ClaimRequest }
  | { readonly name: 'reprintTicket'; readonly ticketId: TicketId; readonly request: ReprintRequest }
  | { readonly name: 'lookUp'; readonly code: string };

/** `away`: no answer that can be understood came. Whether the box office did what was asked is then unknown; the same key may be used to ask again. */
export type CallOutcome<Answer, Refusal = never> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'away' };

/** The box office knows no such order, or payment of one: it was restored from an older copy. Asking again changes nothing. */
export interface UnknownOrder {
  readonly code: 'unknown-order';
}

export type CallAnswer =
  | { readonly name: 'holdSeats'; readonly outcome: CallOutcome<Hold, HoldRefusal> }
  | { readonly name: 'releaseHold'; readonly outcome: CallOutcome<{ readonly released: boolean }> }
  | { readonly name: 'createOrder'; readonly outcome: CallOutcome<Order, OrderRefusal> }
  | { readonly name: 'readOrder'; readonly outcome: CallOutcome<Order, UnknownOrder> }
  | { readonly name: 'cancelOrder'; readonly outcome: CallOutcome<Order> }
  | { readonly name: 'startPayment'; readonly outcome: CallOutcome<PaymentAttempt, PaymentRefusal> }
  | { readonly name: 'readPayment'; readonly attemptKey: IdempotencyKey; readonly outcome: CallOutcome<PaymentAttempt, UnknownOrder> }
  | { readonly name: 'readPaymentMethods'; readonly outcome: CallOutcome<PaymentMethods> }
  | { readonly name: 'readMember'; readonly outcome: CallOutcome<MemberBalance, MemberRefusal> }
  | { readonly name: 'reportTerminal'; readonly outcome: CallOutcome<PaymentAttempt, TerminalRefusal> }
  | { readonly name: 'reportTerminalReversal'; readonly outcome: CallOutcome<PaymentAttempt, TerminalRefusal> }
  | {
      readonly name: 'readTerminalDuties';
      readonly outcome: CallOutcome<{ readonly attempts: readonly PaymentAttempt[] }>;
      /** Keys of those that this machine's ledger has a booking of, ended ones too. */
      readonly known: ReadonlySet<string>;
    }
  | { readonly name: 'claimTickets'; readonly outcome: CallOutcome<Claim, ClaimRefusal | UnknownOrder> }
  | { readonly name: 'reprintTicket'; readonly outcome: CallOutcome<Claim, ReprintRefusal | UnknownOrder> }
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
      return call.request.attemptKey;
    case 'reportTerminal':
    case 'reportTerminalReversal':
      return call.attemptKey;
    case 'claimTickets':
    case 'reprintTicket':
      return call.request.claimKey;
    case 'readOrder':
    case 'readPayment':
    case 'readPaymentMethods':
    case 'readMember':
    case 'readTerminalDuties':
    case 'lookUp':
      return undefined;
  }
}
