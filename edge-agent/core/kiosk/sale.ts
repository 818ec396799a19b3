import type { LIMITS } from '../base/limits.ts';
import type { Money } from '../base/money.ts';
import type { Duration, Instant } from '../base/time.ts';
import type { TicketTypeId } from '../contract/box-office/programme.ts';
import type { HoldRefusal, MemberCardCode, Order, OrderRefusal, PaymentAttempt } from '../contract/box-office/sales.ts';
import type { IdempotencyKey, MachineId, OrderId, SeatId, ShowId } from '../contract/identifiers.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { EventBody } from '../contract/wire/events.ts';
import type { BoxOfficeCall, CallAnswer } from './calls.ts';
import type { PaymentChoice, PaymentOffer } from './payment-offers.ts';

/**
 * One sale, from the guest's "these seats" to an end that needs nobody any more. It outlives the guest: a payment that nobody can tell about is asked for
 * until somebody can. What is durable of it is in `SaleRecord`; the rest is learnt again from the box office.
 */
export interface Sale {
  /** A ULID. Every key that the sale uses is made from it, so the key exists before the call does. */
  readonly id: string;
  readonly machine: MachineId;
  readonly openedAt: Instant;
  readonly basket: Basket;
  readonly scene: Scene;
  readonly stage: SaleStage;
  /** The guest stands before the machine and looks at this sale. */
  readonly attended: boolean;
  readonly hold: { readonly id: string; readonly token: number } | undefined;
  readonly orderId: OrderId | undefined;
  /** As last learnt; missing after a restart until it was read again. */
  readonly order: Order | undefined;
  /** How the guest has chosen to pay; the present attempt is of this method. */
  readonly choice: PaymentChoice | undefined;
  /** What a call needs and nothing may keep: in no journal, on no screen, gone with a restart and with the first answer. */
  readonly secret: PaymentSecret | undefined;
  /** Attempts to pay that were begun, the open one included. */
  readonly attempts: number;
  readonly attemptKey: IdempotencyKey | undefined;
  readonly attempt: PaymentAttempt | undefined;
  /** How far the box office's clock is ahead of ours, measured when the order was made: its times are shown on our clock. */
  readonly clockAhead: Duration;
  /** Enough of the hold is left to begin a payment. */
  readonly payable: boolean;
}

export type PaymentSecret =
  | { readonly kind: 'payment-code'; readonly code: string }
  | { readonly kind: 'member'; readonly card: MemberCardCode; readonly pin: string };

/** A member's card on its way to a payment: read, its PIN asked about, its balance before the guest's eyes. */
export type MemberStep =
  | { readonly at: 'card'; readonly problem: 'card-unknown' | 'card-locked' | 'away' | undefined }
  | { readonly at: 'pin'; readonly card: MemberCardCode; readonly problem: MemberPinProblem | undefined }
  | { readonly at: 'checking'; readonly card: MemberCardCode }
  | { readonly at: 'confirm'; readonly card: MemberCardCode; readonly balance: Money };

export type MemberPinProblem = { readonly kind: 'wrong-pin'; readonly triesLeft: number } | { readonly kind: 'away' };

export interface Basket {
  readonly showId: ShowId;
  readonly lines: readonly { readonly seatId: SeatId; readonly ticketType: TicketTypeId }[];
  readonly submitTotal: Money;
}

/** What the screen says about the show while there are no tickets to read it from. */
export interface Scene {
  readonly film: BothLanguages;
  readonly screenName: BothLanguages;
  readonly startsAt: string;
}

/** `tries` counts questions in a row that stayed without an answer (or without news) and sets the pause before the next. */
export type SaleStage =
  | { readonly kind: 'holding' }
  | { readonly kind: 'ordering'; readonly sentAt: Instant }
  | { readonly kind: 'review' }
  /** The guest chooses how to pay. `offers` is missing while they are being read. */
  | { readonly kind: 'choosing'; readonly offers: readonly PaymentOffer[] | undefined; readonly tries: number }
  /** The guest is asked to hold the payment code of her phone under the scanner. */
  | { readonly kind: 'presenting' }
  | { readonly kind: 'member'; readonly step: MemberStep }
  /** The box office is being asked to begin. With `qr` no code was shown yet, so nobody can have paid; with every other method money may have moved. */
  | { readonly kind: 'starting'; readonly tries: number }
  | { readonly kind: 'paying'; readonly tries: number }
  | { readonly kind: 'unknown'; readonly since: Instant; readonly mayLeave: boolean; readonly tries: number }
  /** The money is here and the order has not said so yet. */
  | { readonly kind: 'confirming'; readonly since: Instant; readonly mayLeave: boolean; readonly tries: number }
  | { readonly kind: 'failed'; readonly reason: BothLanguages }
  /** `paymentOpen`: a code has been shown, so the money may have moved. */
  | { readonly kind: 'cancelling'; readonly paymentOpen: boolean; readonly expired: boolean; readonly tries: number }
  /** Seats may be held although nobody wants them: they are given back. */
  | { readonly kind: 'withdrawing'; readonly tries: number }
  | { readonly kind: 'refunding'; readonly done: boolean; readonly tries: number }
  | { readonly kind: 'ended'; readonly how: SaleEnding };

/** `unresolved`: asked for a whole day without an answer; a person has to look. */
export type SaleEnding = 'refused' | 'cancelled' | 'expired' | 'paid' | 'refunded' | 'unresolved';

export type SaleInput =
  /** `offers`: what this machine can do at this moment, as far as it was read. */
  | { readonly kind: 'pay'; readonly at: Instant; readonly offers: readonly PaymentOffer[] | undefined }
  | { readonly kind: 'offers'; readonly at: Instant; readonly offers: readonly PaymentOffer[] | undefined }
  | { readonly kind: 'choose'; readonly at: Instant; readonly choice: PaymentChoice }
  /** From a way to pay back to the choice, from the choice back to the review. */
  | { readonly kind: 'back'; readonly at: Instant; readonly offers: readonly PaymentOffer[] | undefined }
  | { readonly kind: 'payment-code'; readonly at: Instant; readonly code: string }
  | { readonly kind: 'member-card'; readonly at: Instant; readonly card: MemberCardCode }
  | { readonly kind: 'member-pin'; readonly at: Instant; readonly pin: string }
  | { readonly kind: 'member-confirm'; readonly at: Instant }
  | { readonly kind: 'cancel'; readonly at: Instant }
  | { readonly kind: 'guest-left'; readonly at: Instant }
  | { readonly kind: 'answered'; readonly at: Instant; readonly answer: CallAnswer }
  | { readonly kind: 'elapsed'; readonly at: Instant; readonly timer: SaleTimer }
  /** The agent came back; the record is all that is known. `recent`: short enough ago that the guest may still stand there. */
  | { readonly kind: 'restarted'; readonly at: Instant; readonly recent: boolean };

/** `poll`: ask (again). `deadline`: the hold is now too short to begin a payment. `claim`: a payment has been unknown, or unconfirmed, for long enough. */
export type SaleTimer = 'poll' | 'deadline' | 'claim';

/** What the sale tells the machine around it, because something there depends on it. */
export type SaleNews =
  | { readonly kind: 'ordered' }
  | { readonly kind: 'refused'; readonly refusal: HoldRefusal | OrderRefusal }
  | { readonly kind: 'away' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'paid'; readonly order: Order };

export type SaleEventStep = Extract<EventBody, { t: 'sale' }>['d']['step'];

export type SaleEffect =
  | { readonly kind: 'call'; readonly call: BoxOfficeCall }
  /** Setting a timer again replaces it. */
  | { readonly kind: 'wait'; readonly timer: SaleTimer; readonly after: Duration }
  | { readonly kind: 'stop-waiting'; readonly timer: SaleTimer }
  | { readonly kind: 'event'; readonly step: SaleEventStep }
  | { readonly kind: 'tell'; readonly news: SaleNews };

export interface SaleStep {
  readonly sale: Sale;
  readonly effects: readonly SaleEffect[];
}

/** The durations that the sale obeys; a test or a site may shorten them. */
export type SaleLimits = { readonly [Name in keyof typeof LIMITS.sale]: (typeof LIMITS.sale)[Name] extends Duration ? Duration : number };
