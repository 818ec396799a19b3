import type { Money } from '../base/money.ts';
import type { Instant } from '../base/time.ts';
import type { TicketTypeId } from '../contract/box-office/programme.ts';
import type { OrderStatus, PaymentMethod, ProviderId, RefundRequest, TicketFace } from '../contract/box-office/sales.ts';
import type { SettlePaymentRequest } from '../contract/box-office/settle-payment.ts';
import type { IdempotencyKey, MachineId, OrderId, PickUpCode, SeatId, ShowId, TicketId } from '../contract/identifiers.ts';
import type { MemberId } from './member-account.ts';
import type { AttemptState } from './payment-attempt.ts';
import type { CodeScheme } from './payment-schedule.ts';
import type { PrintRecord } from './print-record.ts';
import type { PlannedShow } from './programme-source.ts';

/** What the box office keeps, as its rules see it. Instants instead of texts; nothing here is sent as it is. */

export interface ShowRecord {
  readonly show: PlannedShow;
  /** Rises with every change of any seat. */
  readonly pictureVersion: number;
}

/** H held, S sold, R reserved by the house, X out of use. A seat without a record is free. */
export type TakenState = 'H' | 'S' | 'R' | 'X';

export interface TakenSeat {
  readonly showId: ShowId;
  readonly seatId: SeatId;
  readonly state: TakenState;
  /** The hold that took the seat; none for seats that were withheld from the beginning. */
  readonly holdId?: string;
}

/** held → ordered (from here on its order decides) → sold; or released by somebody, or expired. The last three are final. */
export type HoldStatus = 'held' | 'ordered' | 'sold' | 'released' | 'expired';

export interface HoldRecord {
  readonly id: string;
  readonly key: IdempotencyKey;
  /** Hash of the request, so that one key is never used for two different wishes. */
  readonly digest: string;
  readonly token: number;
  readonly showId: ShowId;
  readonly seats: readonly SeatId[];
  readonly machine: MachineId;
  readonly until: Instant;
  readonly status: HoldStatus;
  /** What it was turned into; missing in what was kept before this was written down. */
  readonly orderId?: OrderId;
}

export interface OrderLine {
  readonly seatId: SeatId;
  readonly seatIndex: number;
  readonly row: string;
  readonly number: string;
  readonly zone: string;
  readonly ticketType: TicketTypeId;
  readonly price: Money;
  readonly fee: Money;
}

export interface OrderRecord {
  readonly id: OrderId;
  readonly key: IdempotencyKey;
  readonly digest: string;
  readonly holdId: string;
  readonly showId: ShowId;
  readonly machine: MachineId;
  readonly status: OrderStatus;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly createdAt: Instant;
  readonly holdUntil: Instant;
  readonly pickUpCode: PickUpCode;
  /** The guest gave up while nobody could say whether money had moved: money that turns up now goes back. */
  readonly givenUp: boolean;
  /** The attempt that paid. */
  readonly paidBy?: IdempotencyKey;
  readonly soldAt?: Instant;
  readonly refund?: RefundRequest & { readonly at: Instant };
  readonly refundReference?: string;
}

export interface AttemptRecord {
  readonly key: IdempotencyKey;
  readonly orderId: OrderId;
  readonly method: PaymentMethod;
  /** Which of the configured providers; none for a member's balance and a card terminal. */
  readonly provider?: ProviderId;
  /** Of a payment code. The code itself is kept nowhere. */
  readonly scheme?: CodeScheme;
  /** The machine that has the card terminal. */
  readonly machine?: MachineId;
  readonly memberId?: MemberId;
  /** For the receipt; the card's code itself stands in the member's record alone. */
  readonly maskedMember?: string;
  /** Under which the provider knows it. */
  readonly merchantOrder: string;
  readonly amount: Money;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly state: AttemptState;
  /** When the box office learnt of the money, and of its return. */
  readonly paidAt?: Instant;
  readonly refundedAt?: Instant;
  /** The card terminal took the money back by itself, while tickets of it were on paper or used: only a person can ask the guest for it. */
  readonly takenBackAt?: Instant;
  /** What a person said of a payment that was left to her, as last said. */
  readonly settled?: SettlePaymentRequest & { readonly at: Instant };
}

export interface TicketRecord {
  readonly id: TicketId;
  readonly orderId: OrderId;
  readonly showId: ShowId;
  readonly seatId: SeatId;
  readonly seatIndex: number;
  readonly ticketType: TicketTypeId;
  readonly status: 'valid' | 'refunded' | 'cancelled';
  /** When `status` was given. */
  readonly since: Instant;
  readonly print: PrintRecord;
  readonly face: TicketFace;
  /** The signed text of the bar code. A secret: it is handed out with a claim and nowhere else, and never logged. */
  readonly code: string;
}

export interface ClaimRecord {
  readonly key: IdempotencyKey;
  readonly digest: string;
  readonly leaseId: string;
  readonly orderId: OrderId;
  readonly ticketIds: readonly TicketId[];
  readonly machine: MachineId;
  readonly boot?: string;
  readonly until: Instant;
}
