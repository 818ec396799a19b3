import type { z } from 'zod';
import type { Duration, Instant } from '../base/time.ts';
import type { RefusalReason } from '../contract/admission.ts';
import type { HoldRefusal, LookupRefusal, Order, OrderRefusal, Ticket } from '../contract/box-office/sales.ts';
import type { MachineId, OrderId, TicketId } from '../contract/identifiers.ts';
import type { ScanNotice } from '../contract/local/kiosk.ts';
import type { PrintOutcome } from '../ports/ticket-printer.ts';
import type { BoxOfficeCall, CallAnswer } from './calls.ts';
import type { Delivery, DeliveryTimer, PrinterView } from './delivery.ts';
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
  /** Commands whose answer waits for the box office. */
  readonly asked: readonly Asked[];
}

/** What the guest looks at. The phase that is drawn follows from it and from the sale or delivery that it names. */
export type Screen =
  | { readonly kind: 'idle' }
  /** `restored`: the agent was restarted meanwhile and nobody has been seen since; nothing is printed until somebody touches the screen. */
  | { readonly kind: 'sale'; readonly saleId: string; readonly restored: boolean }
  | { readonly kind: 'hold-expired' }
  | { readonly kind: 'collect'; readonly visitId: string; readonly journey: Delivery['journey']; readonly order: Order }
  | { readonly kind: 'delivery'; readonly deliveryId: string };

export type Asked =
  | { readonly for: 'seats'; readonly saleId: string; readonly request: string }
  | { readonly for: 'cancel'; readonly saleId: string; readonly request: string }
  /** `request` is missing when the scanner asks: the answer is then a notice. */
  | { readonly for: 'order'; readonly visitId: string; readonly request: string | undefined };

export type Owner =
  | { readonly kind: 'sale'; readonly id: string }
  | { readonly kind: 'delivery'; readonly id: string }
  | { readonly kind: 'visit'; readonly id: string };

/** What a scanned code is good for at a kiosk. */
export type KioskScan = { readonly kind: 'lookup'; readonly code: string } | { readonly kind: 'wrong-kind'; readonly reason: RefusalReason };

export type KioskCommand =
  /** `saleId` and `visitId` are fresh ULIDs. */
  | { readonly kind: 'confirm-seats'; readonly saleId: string; readonly basket: Basket; readonly scene: Scene }
  | { readonly kind: 'pay' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'look-up'; readonly visitId: string; readonly code: string }
  | { readonly kind: 'print'; readonly ticketIds: readonly TicketId[] | undefined }
  | { readonly kind: 'resume' }
  | { readonly kind: 'leave' };

export type KioskInput =
  | { readonly kind: 'command'; readonly at: Instant; readonly request: string; readonly command: KioskCommand }
  | { readonly kind: 'scanned'; readonly at: Instant; readonly visitId: string; readonly scan: KioskScan }
  | { readonly kind: 'answered'; readonly at: Instant; readonly owner: Owner; readonly answer: CallAnswer }
  | { readonly kind: 'elapsed'; readonly at: Instant; readonly owner: Owner; readonly timer: SaleTimer | DeliveryTimer }
  | { readonly kind: 'job-ended'; readonly at: Instant; readonly deliveryId: string; readonly jobId: string; readonly outcome: PrintOutcome }
  | { readonly kind: 'printer'; readonly at: Instant; readonly printer: PrinterView }
  /** From the journal, once, before anything else. `recent` names what was touched a short while ago, newest first. */
  | {
      readonly kind: 'restarted';
      readonly at: Instant;
      readonly sales: readonly Sale[];
      readonly deliveries: readonly Delivery[];
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
  | { readonly kind: 'sale-event'; readonly saleId: string; readonly orderId: OrderId | undefined; readonly step: SaleEventStep }
  | {
      readonly kind: 'queue-job';
      readonly deliveryId: string;
      readonly orderId: OrderId;
      readonly jobId: string;
      readonly leaseId: string;
      readonly ticketId: TicketId;
    }
  | { readonly kind: 'keep-outcome'; readonly jobId: string; readonly outcome: PrintOutcome }
  | { readonly kind: 'give-back'; readonly jobId: string };

export type WorldEffect =
  | { readonly kind: 'call'; readonly owner: Owner; readonly call: BoxOfficeCall }
  | { readonly kind: 'wait'; readonly owner: Owner; readonly timer: SaleTimer | DeliveryTimer; readonly after: Duration }
  | { readonly kind: 'stop-waiting'; readonly owner: Owner; readonly timer: SaleTimer | DeliveryTimer }
  | { readonly kind: 'print'; readonly deliveryId: string; readonly jobId: string; readonly ticket: Ticket; readonly code: string }
  | { readonly kind: 'reply'; readonly request: string; readonly reply: CommandReply }
  | { readonly kind: 'notice'; readonly problem: z.infer<typeof ScanNotice>['problem'] };

export interface KioskStep {
  readonly state: KioskState;
  readonly effects: readonly KioskEffect[];
}

export function newKiosk(machine: MachineId, limits: SaleLimits): KioskState {
  return {
    machine,
    limits,
    screen: { kind: 'idle' },
    sales: new Map(),
    deliveries: new Map(),
    printer: { isWell: false, isAbsent: true, reasons: [] },
    asked: [],
  };
}
