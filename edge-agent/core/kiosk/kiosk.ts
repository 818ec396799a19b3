import type { z } from 'zod';
import type { Money } from '../base/money.ts';
import type { Duration, Instant } from '../base/time.ts';
import type { RefusalReason } from '../contract/admission.ts';
import type { HoldRefusal, LookupRefusal, MemberCardCode, Order, OrderRefusal } from '../contract/box-office/sales.ts';
import type { IdempotencyKey, MachineId, OrderId, TicketId } from '../contract/identifiers.ts';
import type { CardProblem, ScanNotice } from '../contract/local/kiosk.ts';
import type { SidePaper, SidePaperContent } from '../paper/side-paper.ts';
import type { TerminalPrompt, TerminalReceipt } from '../ports/payment-terminal.ts';
import type { PrintOutcome } from '../ports/ticket-printer.ts';
import type { Booking, BookingEnding, BookingTimer, TerminalAnswer, TerminalRequest } from './booking.ts';
import type { BoxOfficeCall, CallAnswer } from './calls.ts';
import type { ClaimedTicket, Delivery, DeliveryTimer, ReceiptHabit, ReprintResult, ReprintWish } from './delivery.ts';
import type { PaymentChoice, PaymentOffer } from './payment-offers.ts';
import { type PrinterView, viewOfPrinters } from './printers.ts';
import type { Basket, Sale, SaleEventStep, SaleLimits, SaleTimer, Scene } from './sale.ts';

/**
 * The whole kiosk as one machine: the screen with at most one guest before it, every sale that is not at its end, every delivery. Sales and deliveries are
 * machines of their own; this one joins them, so that a guest who leaves takes nothing with her and finds nothing of the guest before.
 */
export interface KioskState {
  readonly machine: MachineId;
  readonly limits: SaleLimits;
  readonly screen: Screen;
  readonly sales: ReadonlyMap<string, Sale>;
  readonly deliveries: ReadonlyMap<string, Delivery>;
  readonly printer: PrinterView;
  /** Payments at the card terminal that are not at their end, by the key of their attempt. */
  readonly bookings: ReadonlyMap<string, Booking>;
  readonly terminal: TerminalView;
  /** The scanner reads. */
  readonly scanner: boolean;
  /** What the site takes, as last read. */
  readonly offers: readonly PaymentOffer[] | undefined;
  readonly receipts: ReceiptHabit;
  /** Commands whose answer waits for the box office. */
  readonly asked: readonly Asked[];
}

export interface TerminalView {
  /** There is one, and it answers. */
  readonly isWell: boolean;
  /** What the terminal waits for before a booking stands: the box office's word, or the tickets on paper. */
  readonly goods: 'confirmed' | 'printed';
  /** What it shows to the guest, and what that means. */
  readonly text: string | undefined;
  readonly prompt: TerminalPrompt | undefined;
  /** The newest booking that is known of it. */
  readonly newest: TerminalReceipt | undefined;
  /** Attempts that were left to a person, with their orders, until the box office has heard her. The terminal is asked nothing about them. */
  readonly leftToPerson: ReadonlyMap<IdempotencyKey, OrderId>;
}

/** What the guest looks at. The phase that is drawn follows from it and from the sale or delivery that it names. */
export type Screen =
  | { readonly kind: 'idle' }
  /** `restored`: the agent was restarted meanwhile and nobody has been seen since; nothing is printed until somebody touches the screen. */
  | { readonly kind: 'sale'; readonly saleId: string; readonly restored: boolean }
  | { readonly kind: 'hold-expired' }
  | { readonly kind: 'collect'; readonly visitId: string; readonly journey: 'buy' | 'collect'; readonly order: Order }
  | { readonly kind: 'delivery'; readonly deliveryId: string };

export type Asked =
  | { readonly for: 'seats'; readonly saleId: string; readonly request: string }
  | { readonly for: 'cancel'; readonly saleId: string; readonly request: string }
  /** `request` is missing when the scanner asks: the answer is then a notice. */
  | { readonly for: 'order'; readonly visitId: string; readonly request: string | undefined };

export type Owner =
  | { readonly kind: 'sale'; readonly id: string }
  | { readonly kind: 'delivery'; readonly id: string }
  | { readonly kind: 'visit'; readonly id: string }
  /** `id` is the attempt's key. */
  | { readonly kind: 'booking'; readonly id: string }
  | { readonly kind: 'terminal'; readonly id: 'terminal' };

export type KioskTimer = SaleTimer | DeliveryTimer | BookingTimer | 'duties';

/** What a scanned code is good for at a kiosk. The digits of a payment code are read only while the screen asks for them. */
export type KioskScan =
  | { readonly kind: 'lookup'; readonly code: string }
  | { readonly kind: 'payment-code'; readonly code: string }
  | { readonly kind: 'member-card'; readonly card: MemberCardCode }
  /** Of a card reader; of a payment card nothing is known but that it was one. */
  | { readonly kind: 'no-card'; readonly problem: CardProblem }
  | { readonly kind: 'wrong-kind'; readonly reason: RefusalReason };

export type KioskCommand =
  /** `saleId` and `visitId` are fresh ULIDs. */
  | { readonly kind: 'confirm-seats'; readonly saleId: string; readonly basket: Basket; readonly scene: Scene }
  | { readonly kind: 'pay' }
  | { readonly kind: 'choose-payment'; readonly choice: PaymentChoice }
  /** From a way to pay back to the choice, from the choice back to the review. */
  | { readonly kind: 'back' }
  | { readonly kind: 'member-card'; readonly card: MemberCardCode }
  | { readonly kind: 'member-pin'; readonly pin: string }
  | { readonly kind: 'member-confirm' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'look-up'; readonly visitId: string; readonly code: string }
  | { readonly kind: 'print'; readonly ticketIds: readonly TicketId[] | undefined }
  | { readonly kind: 'resume' }
  | { readonly kind: 'claim-slip' }
  | { readonly kind: 'receipt' }
  /** Of staff. `deliveryId` is a fresh ULID; what became of it is told by `reprint-ended`. */
  | { readonly kind: 'reprint'; readonly deliveryId: string; readonly wish: ReprintWish & { readonly orderId: OrderId; readonly ticketId: TicketId } }
  | { readonly kind: 'leave' };

export type KioskInput =
  | { readonly kind: 'command'; readonly at: Instant; readonly request: string; readonly command: KioskCommand }
  | { readonly kind: 'scanned'; readonly at: Instant; readonly visitId: string; readonly scan: KioskScan }
  | { readonly kind: 'answered'; readonly at: Instant; readonly owner: Owner; readonly answer: CallAnswer }
  | { readonly kind: 'elapsed'; readonly at: Instant; readonly owner: Owner; readonly timer: KioskTimer }
  | { readonly kind: 'job-ended'; readonly at: Instant; readonly deliveryId: string; readonly jobId: string; readonly outcome: PrintOutcome }
  /** `paperId` is missing when not a byte of it was sent. */
  | {
      readonly kind: 'paper-ended';
      readonly at: Instant;
      readonly deliveryId: string;
      readonly paperId: number | undefined;
      readonly paper: SidePaper;
      readonly outcome: PrintOutcome;
    }
  | { readonly kind: 'printer'; readonly at: Instant; readonly printer: PrinterView }
  | { readonly kind: 'scanner'; readonly at: Instant; readonly isWell: boolean }
  | { readonly kind: 'terminal-state'; readonly at: Instant; readonly isWell: boolean }
  | {
      readonly kind: 'terminal-text';
      readonly at: Instant;
      readonly attemptKey: string;
      readonly text: string;
      readonly prompt: TerminalPrompt | undefined;
    }
  | { readonly kind: 'terminal-approved'; readonly at: Instant; readonly attemptKey: string; readonly receipt: TerminalReceipt }
  | { readonly kind: 'terminal-answered'; readonly at: Instant; readonly attemptKey: string; readonly answer: TerminalAnswer }
  /** From the journal, once, before anything else. `recent` names what was touched a short while ago, newest first. */
  | {
      readonly kind: 'restarted';
      readonly at: Instant;
      readonly sales: readonly Sale[];
      readonly deliveries: readonly Delivery[];
      readonly bookings: readonly Booking[];
      readonly terminal: Pick<TerminalView, 'newest' | 'leftToPerson'>;
      readonly recent: ReadonlySet<string>;
    };

/** The answer to a command; the session as it then is goes with it. */
export type CommandReply =
  | { readonly kind: 'session' }
  | { readonly kind: 'not-now' }
  | { readonly kind: 'unavailable'; readonly lost: string }
  | { readonly kind: 'refused'; readonly refusal: HoldRefusal | OrderRefusal | LookupRefusal };

/** Durable ones first: the shell commits them in one transaction before it does any of the others. */
export type KioskEffect = DurableEffect | WorldEffect;

export type DurableEffect =
  | { readonly kind: 'save-sale'; readonly sale: Sale }
  | { readonly kind: 'save-delivery'; readonly delivery: Delivery }
  | { readonly kind: 'save-booking'; readonly booking: Booking }
  | { readonly kind: 'booking-settled'; readonly attemptKey: IdempotencyKey; readonly how: BookingEnding }
  | { readonly kind: 'sale-event'; readonly saleId: string; readonly orderId: OrderId | undefined; readonly step: SaleEventStep }
  | {
      readonly kind: 'queue-job';
      readonly deliveryId: string;
      readonly orderId: OrderId;
      readonly jobId: string;
      readonly leaseId: string;
      readonly ticketId: TicketId;
      readonly reprint: number | undefined;
    }
  | { readonly kind: 'keep-outcome'; readonly jobId: string; readonly outcome: PrintOutcome }
  | { readonly kind: 'give-back'; readonly jobId: string }
  /** `amount`: as far as it is known here; the journals may know it. */
  | { readonly kind: 'order-unknown'; readonly orderId: OrderId; readonly amount: Money | undefined }
  | { readonly kind: 'keep-paper'; readonly paperId: number; readonly outcome: PrintOutcome };

export type WorldEffect =
  | { readonly kind: 'call'; readonly owner: Owner; readonly call: BoxOfficeCall }
  | { readonly kind: 'wait'; readonly owner: Owner; readonly timer: KioskTimer; readonly after: Duration }
  | { readonly kind: 'stop-waiting'; readonly owner: Owner; readonly timer: KioskTimer }
  | { readonly kind: 'terminal'; readonly booking: Booking; readonly request: TerminalRequest }
  | { readonly kind: 'print'; readonly deliveryId: string; readonly printer: string; readonly claimed: ClaimedTicket }
  | {
      readonly kind: 'print-paper';
      readonly deliveryId: string;
      readonly orderId: OrderId;
      readonly printer: string;
      readonly paper: SidePaperContent;
    }
  | { readonly kind: 'reprint-ended'; readonly deliveryId: string; readonly result: ReprintResult }
  | { readonly kind: 'reply'; readonly request: string; readonly reply: CommandReply }
  | { readonly kind: 'notice'; readonly problem: z.infer<typeof ScanNotice>['problem'] };

export interface KioskStep {
  readonly state: KioskState;
  readonly effects: readonly KioskEffect[];
}

export function newKiosk(
  machine: MachineId,
  limits: SaleLimits,
  { goods, receipts }: { readonly goods: TerminalView['goods']; readonly receipts: ReceiptHabit },
): KioskState {
  return {
    machine,
    limits,
    screen: { kind: 'idle' },
    sales: new Map(),
    deliveries: new Map(),
    printer: viewOfPrinters([]),
    bookings: new Map(),
    terminal: { isWell: false, goods, text: undefined, prompt: undefined, newest: undefined, leftToPerson: new Map() },
    scanner: false,
    offers: undefined,
    receipts,
    asked: [],
  };
}
