import type { z } from 'zod';
import type { Fault } from '../base/fault.ts';
import type { Duration, Instant } from '../base/time.ts';
import type { Order, ReprintReason, ReprintRefusal, Ticket } from '../contract/box-office/sales.ts';
import type { MachineId, OrderId, TicketId } from '../contract/identifiers.ts';
import type { PrintStop } from '../contract/local/kiosk.ts';
import type { SidePaper, SidePaperContent } from '../paper/side-paper.ts';
import type { PrintOutcome } from '../ports/ticket-printer.ts';
import type { BoxOfficeCall, CallAnswer } from './calls.ts';
import type { PrinterView } from './printers.ts';
import type { SaleLimits } from './sale.ts';

/** Bringing the tickets of one paid order onto paper on this machine: claimed from the box office under a lease, printed one by one, each proven. */
export interface Delivery {
  /** A ULID: the sale's for a purchase, its own for a collection. Claims and jobs take their keys from it. */
  readonly id: string;
  readonly machine: MachineId;
  /** `reprint`: staff want one ticket again; nobody waits at the screen. */
  readonly journey: 'buy' | 'collect' | 'reprint';
  readonly openedAt: Instant;
  readonly orderId: OrderId;
  /** Missing after a restart until it was read again. */
  readonly order: Order | undefined;
  readonly tickets: readonly DeliveryTicket[];
  /** Claims made, the present one included. */
  readonly claims: number;
  /** The present claim was asked for and not answered: the box office may have given us the tickets. The same key asks again. */
  readonly claimOpen: boolean;
  readonly claimedAt: Instant;
  readonly stage: DeliveryStage;
  readonly attended: boolean;
  /** Who wants the ticket again and why. Only of a reprint. */
  readonly reprint: ReprintWish | undefined;
  /** Printers that failed since printing was last begun or resumed: the next ticket goes to another one while one is well. */
  readonly avoid: readonly string[];
  /** Of the last paper that did not come out as it should. */
  readonly faultCode: string | undefined;
  readonly papers: Readonly<Record<SidePaper, PaperProgress>>;
}

export interface ReprintWish {
  readonly by: string;
  readonly reason: ReprintReason;
}

export type PaperProgress = 'none' | 'printing' | 'printed' | 'failed';

/** How a reprint ended. */
export type ReprintResult =
  | { readonly kind: 'printed'; readonly number: number }
  /** It may be on paper. */
  | { readonly kind: 'uncertain'; readonly number: number; readonly fault: Fault }
  | { readonly kind: 'not-printed'; readonly fault: Fault | undefined }
  | { readonly kind: 'refused'; readonly refusal: ReprintRefusal }
  /** The box office gave no answer; nothing was printed. */
  | { readonly kind: 'away' };

/**
 * - `wanted`: to be claimed. - `claimed`: ours under the lease, nothing of it on paper. - `in-printer`. - `printed`: proven. - `uncertain`: a person must say.
 * - `elsewhere`: another machine has it.
 */
export type DeliveryTicketState = 'wanted' | 'claimed' | 'in-printer' | 'printed' | 'uncertain' | 'elsewhere';

export interface DeliveryTicket {
  readonly id: TicketId;
  readonly state: DeliveryTicketState;
  /** What is to be printed; known while the ticket is claimed. */
  readonly claimed: ClaimedTicket | undefined;
  /** That it is in. */
  readonly printer: string | undefined;
  /** It failed before its first dot and was tried once more by itself. */
  readonly triedAgain: boolean;
}

export interface ClaimedTicket {
  readonly jobId: string;
  readonly ticket: Ticket;
  readonly code: string;
  /** The number of the reprint; undefined for a first print. */
  readonly reprint: number | undefined;
}

export type PrintStopReason = z.infer<typeof PrintStop>;

export type DeliveryStage =
  | { readonly kind: 'claiming'; readonly tries: number }
  /** `leaseEnding`: what is left has to be claimed anew before it is printed. */
  | { readonly kind: 'printing'; readonly leaseEnding: boolean }
  | { readonly kind: 'stopped'; readonly stop: PrintStopReason }
  | { readonly kind: 'done' }
  /** An old claim is asked for again only to give its tickets back; without one, whether the box office still knows the order. `recent`: after a restart, and the guest may still be there. */
  | { readonly kind: 'settling'; readonly recent: boolean }
  /** After a restart within the guest's patience: the order is read so that the stop can be shown again. */
  | { readonly kind: 'restoring'; readonly tries: number }
  | { readonly kind: 'closed' };

/** What a delivery sees of the world when it decides. */
export interface DeliveryContext {
  readonly printer: PrinterView;
  readonly limits: SaleLimits;
  readonly receipts: ReceiptHabit;
}

/** `asked`: a guest who wants a receipt says so. `always`: each purchase gets one by itself. */
export type ReceiptHabit = 'asked' | 'always';

export type DeliveryInput =
  | { readonly kind: 'answered'; readonly at: Instant; readonly answer: CallAnswer }
  | { readonly kind: 'job-ended'; readonly at: Instant; readonly jobId: string; readonly outcome: PrintOutcome }
  | { readonly kind: 'elapsed'; readonly at: Instant; readonly timer: DeliveryTimer }
  | { readonly kind: 'resume'; readonly at: Instant }
  | { readonly kind: 'guest-left'; readonly at: Instant }
  | { readonly kind: 'printer-changed'; readonly at: Instant }
  | { readonly kind: 'slip-wanted'; readonly at: Instant }
  | { readonly kind: 'receipt-wanted'; readonly at: Instant }
  | { readonly kind: 'paper-ended'; readonly at: Instant; readonly paper: SidePaper; readonly isPrinted: boolean }
  | { readonly kind: 'restarted'; readonly at: Instant; readonly recent: boolean };

/** `retry`: ask again. `lease`: it is about to end. */
export type DeliveryTimer = 'retry' | 'lease';

export type DeliveryEffect =
  | { readonly kind: 'call'; readonly call: BoxOfficeCall }
  | { readonly kind: 'wait'; readonly timer: DeliveryTimer; readonly after: Duration }
  | { readonly kind: 'stop-waiting'; readonly timer: DeliveryTimer }
  /** Into the print ledger, before anything is sent. */
  | {
      readonly kind: 'queue-job';
      readonly jobId: string;
      readonly leaseId: string;
      readonly ticketId: TicketId;
      readonly reprint: number | undefined;
    }
  | { readonly kind: 'print'; readonly printer: string; readonly claimed: ClaimedTicket }
  | { readonly kind: 'print-paper'; readonly printer: string; readonly paper: SidePaperContent }
  | { readonly kind: 'reprint-ended'; readonly result: ReprintResult }
  /** Into the print ledger, with its event when the outcome is final. */
  | { readonly kind: 'keep-outcome'; readonly jobId: string; readonly outcome: PrintOutcome }
  /** The job's ticket goes back to the box office unprinted. */
  | { readonly kind: 'give-back'; readonly jobId: string }
  /** Into the audit: the box office does not know the order any more, and a person has to look for its money. */
  | { readonly kind: 'order-unknown' }
  | { readonly kind: 'tell'; readonly news: 'done' | 'closed' | 'restored' };

export interface DeliveryStep {
  readonly delivery: Delivery;
  readonly effects: readonly DeliveryEffect[];
}

export const ticketsIn = (delivery: Delivery, ...states: readonly DeliveryTicketState[]): readonly DeliveryTicket[] =>
  delivery.tickets.filter((ticket) => states.includes(ticket.state));

/** Paid and not proven on paper here; what another machine works on is not ours to promise. */
export const owedTickets = (delivery: Delivery): readonly DeliveryTicket[] => ticketsIn(delivery, 'wanted', 'claimed', 'in-printer', 'uncertain');

/** The printer is well again and there is something that may be printed without a person's word. */
export function canResume(delivery: Delivery, printer: PrinterView): boolean {
  return delivery.stage.kind === 'stopped' && printer.isWell && ticketsIn(delivery, 'wanted', 'claimed').length > 0;
}
