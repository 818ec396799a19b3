import { z } from 'zod';
import { MoneyItem, MoneyItemKind, MoneyView } from '../box-office/money-view.ts';
import { CommandStage } from '../box-office/people.ts';
import {
  LookupRefusal,
  LookupRequest,
  OrderStatus,
  PrintState,
  RefundRefusal,
  RefundRequest,
  ReprintReason,
  ReprintRefusal,
} from '../box-office/sales.ts';
import { PaymentFinding } from '../box-office/settle-payment.ts';
import { DeviceId, IdempotencyKey, MachineId, OrderId, TicketId } from '../identifiers.ts';
import { BothLanguages, IsoTime, MoneyAmount } from '../values.ts';
import { Pin, StaffMember } from './usher.ts';

/** The staff's page of a kiosk (K12) and of the box office's machine: what is open of money and paper, and what a named person may do about it. */

/**
 * `money.view`: what is open on this machine; `money.site`: on every machine. `print.resolve` is of this machine's tickets, or with `money.site` of all.
 * `machine.command`: at the box office's HTTP interface, and on the staff's page of its machine. `refund.approve`: may be one of the two who agree to a refund beyond the policy.
 */
export const StaffRight = z.enum([
  'ticket.check',
  'money.view',
  'money.site',
  'print.resolve',
  'order.resume',
  'ticket.reprint',
  'order.refund',
  'refund.approve',
  'device.service',
  'machine.close',
  'machine.command',
]);
export type StaffRight = z.infer<typeof StaffRight>;

/** What somebody found who went to look, which says at once whether the ticket counts as printed. */
export const ResolveWhy = z.enum(['guest-has-it', 'found-in-output', 'nothing-came-out', 'destroyed']);
export type ResolveWhy = z.infer<typeof ResolveWhy>;

/** What somebody found who looked for the money of an order that the box office has lost. */
export const SettleWhy = z.enum(['money-returned', 'guest-was-served', 'nothing-paid']);
export type SettleWhy = z.infer<typeof SettleWhy>;

/** A person's word about such an order. */
export const NotedOrder = z.strictObject({ orderId: OrderId, why: SettleWhy, by: z.string().max(64), at: IsoTime });
export type NotedOrder = z.infer<typeof NotedOrder>;

export const CloseWhy = z.enum(['repair', 'paper', 'cleaning', 'money', 'other']);
export type CloseWhy = z.infer<typeof CloseWhy>;

/** The machine takes no guest until somebody opens it again. */
export const Closed = z.strictObject({ since: IsoTime, by: z.string().max(64), why: CloseWhy });
export type Closed = z.infer<typeof Closed>;

export const StaffPrinter = z.strictObject({
  device: DeviceId,
  state: z.enum(['absent', 'connecting', 'ready', 'degraded', 'blocked', 'faulted']),
  reasons: z.array(z.string().max(32)).max(16),
  /** It may hold what is left of an interrupted print, until somebody says that it was switched off and on. */
  needsPowerCycle: z.boolean(),
});
export type StaffPrinter = z.infer<typeof StaffPrinter>;

/** A reprint and its end. */
export const ReprintTask = z.strictObject({
  ticketId: TicketId,
  outcome: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('under-way') }),
    z.strictObject({ kind: z.literal('printed'), number: z.int() }),
    z.strictObject({ kind: z.literal('uncertain'), number: z.int() }),
    z.strictObject({ kind: z.literal('not-printed') }),
    z.strictObject({ kind: z.literal('refused'), refusal: ReprintRefusal }),
    z.strictObject({ kind: z.literal('away') }),
    z.strictObject({ kind: z.literal('busy') }),
  ]),
});
export type ReprintTask = z.infer<typeof ReprintTask>;

/** An order as staff may see it: nothing by which a ticket could be collected or shown. */
export const StaffOrder = z.strictObject({
  orderId: OrderId,
  status: OrderStatus,
  total: MoneyAmount,
  film: BothLanguages.optional(),
  startsAt: IsoTime.optional(),
  tickets: z
    .array(
      z.strictObject({
        id: TicketId,
        row: z.string(),
        number: z.string(),
        status: z.string(),
        printState: PrintState,
        printedBy: z.string().optional(),
        printedAt: IsoTime.optional(),
      }),
    )
    .max(20),
});
export type StaffOrder = z.infer<typeof StaffOrder>;

export const StaffRefusal = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('not-signed-in') }),
  z.strictObject({ code: z.literal('no-right') }),
  z.strictObject({ code: z.literal('wrong-pin'), triesLeft: z.int() }),
  z.strictObject({ code: z.literal('locked'), until: IsoTime }),
  /** The second person has to be another one, and one of the two a duty manager. */
  z.strictObject({ code: z.literal('not-two-people') }),
  /** A guest is being served; or the machine is no kiosk. */
  z.strictObject({ code: z.literal('kiosk-busy') }),
  z.strictObject({ code: z.literal('no-kiosk') }),
  z.strictObject({ code: z.literal('unknown') }),
  /** A search: nothing of this cinema has such a number, or it is another cinema's. */
  z.strictObject({ code: z.literal('no-such-order') }),
  z.strictObject({ code: z.literal('other-cinema') }),
  /** The ticket is another machine's. */
  z.strictObject({ code: z.literal('other-machine'), machine: z.string() }),
  z.strictObject({ code: z.literal('not-uncertain'), printState: PrintState }),
  /** The box office shows no such order as unknown, or such a payment as left to a person; or somebody has just said so. */
  z.strictObject({ code: z.literal('not-open') }),
  z.strictObject({ code: z.literal('not-refunded'), refusal: RefundRefusal }),
  z.strictObject({ code: z.literal('not-found'), refusal: LookupRefusal }),
  /** The box office cannot be reached. Whether it has acted is not known: look again. */
  z.strictObject({ code: z.literal('unavailable') }),
  /** The audit could not be written; nothing was done. */
  z.strictObject({ code: z.literal('not-written') }),
]);
export type StaffRefusal = z.infer<typeof StaffRefusal>;

/** `waiting`: the next code that the kiosk's scanner reads until then is looked for, and does nothing on the guests' screen. */
export const ScanSearch = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('waiting'), until: IsoTime }),
  z.strictObject({ kind: z.literal('looking') }),
  z.strictObject({ kind: z.literal('found'), order: StaffOrder }),
  z.strictObject({ kind: z.literal('refused'), refusal: StaffRefusal }),
]);
export type ScanSearch = z.infer<typeof ScanSearch>;

/** Of locks after wrong PINs, at one machine: who asked last, and what is known of it. */
export const LockRelease = z.strictObject({ machine: MachineId, by: z.string().max(64), stage: CommandStage });
export type LockRelease = z.infer<typeof LockRelease>;

export const StaffState = z.strictObject({
  machine: MachineId,
  /** Null for a page that nobody is signed in on, which tells nothing else. */
  staff: StaffMember.nullable(),
  rights: z.array(StaffRight).max(16),
  /** Until when the session lasts without another touch. */
  until: IsoTime.nullable(),
  at: IsoTime,
  /** Null on a machine that is no kiosk. */
  kiosk: z
    .strictObject({
      /** What the guest's screen shows. */
      phase: z.string().max(32),
      closed: Closed.nullable(),
      printers: z.array(StaffPrinter).max(8),
      reprint: ReprintTask.nullable(),
      /** A search by the kiosk's scanner of whoever is signed in here. */
      search: ScanSearch.nullable(),
      /** Orders that were last printed on this machine, newest first. */
      recent: z.array(z.strictObject({ orderId: OrderId, at: IsoTime })).max(8),
    })
    .nullable(),
  /** As last read; null while it never was. `stale`: the box office did not answer when it was last asked. */
  money: z.strictObject({ view: MoneyView, stale: z.boolean() }).nullable(),
  /** What was said here of orders that the box office has lost, and has not yet shown to have arrived there: newest first. */
  noted: z.array(NotedOrder).max(50),
  /** Machines whose locks may be taken back from here. Null elsewhere than at the box office's machine, and for whoever may not command machines. */
  locks: z.strictObject({ machines: z.array(MachineId).max(201), last: LockRelease.nullable() }).nullable(),
  timeZone: z.string().optional(),
});
export type StaffState = z.infer<typeof StaffState>;

export const StaffSignIn = z.strictObject({ pin: Pin });
export const FindStaffOrder = z.strictObject({ code: LookupRequest.shape.code });
export const ResolveOrder = z.strictObject({ why: ResolveWhy });
export const SettleOrder = z.strictObject({ why: SettleWhy });
export const SettlePayment = z.strictObject({ found: PaymentFinding });
export const ReprintOrder = z.strictObject({ ticketId: TicketId, reason: ReprintReason });
export const StaffRefund = z.strictObject({
  refundKey: IdempotencyKey,
  reason: RefundRequest.shape.reason.exclude(['could-not-deliver']),
  /** Of the second person. */
  approval: Pin.optional(),
});
export type StaffRefund = z.infer<typeof StaffRefund>;
export const ReleaseLocks = z.strictObject({ key: IdempotencyKey });
/** `why` counts only when it is closed. */
export const CloseOrder = z.strictObject({ closed: z.boolean(), why: CloseWhy });

/** For the technician's page, which nobody signs in on: no order, no ticket, no amount. */
export const MoneySummary = z.strictObject({
  at: IsoTime,
  stale: z.boolean(),
  items: z
    .array(z.strictObject({ kind: MoneyItemKind, machine: MachineId, since: IsoTime, next: MoneyItem.shape.next, needsPerson: z.boolean() }))
    .max(50),
  count: z.int(),
});
export type MoneySummary = z.infer<typeof MoneySummary>;
