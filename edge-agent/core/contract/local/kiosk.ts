import { z } from 'zod';
import { RefusalReason } from '../admission.ts';
import { TicketTypeId } from '../box-office/programme.ts';
import { LookupRefusal, OrderStatus, PaymentMethod, PrintState, ProviderId } from '../box-office/sales.ts';
import { OrderId, PickUpCode, SeatId, ShowId, TicketId } from '../identifiers.ts';
import { BothLanguages, IsoTime, MoneyAmount } from '../values.ts';

/**
 * One guest at one kiosk, as the agent sees it. Browsing (films, shows, seats) is the screen's own affair; from "confirm seats" on the agent's machine
 * decides and the screen draws `KioskSession`, so that a screen that crashed shows the truth again when it is back.
 */

/** The three fixed sentences about money. Every recovery screen shows exactly one of them. */
export const MoneySentence = z.enum(['not-charged', 'paid-seats-kept', 'checking']);
export type MoneySentence = z.infer<typeof MoneySentence>;

export const SessionOrder = z.strictObject({
  orderId: OrderId,
  status: OrderStatus,
  film: BothLanguages,
  screenName: BothLanguages,
  startsAt: IsoTime,
  showId: ShowId,
  lines: z.array(
    z.strictObject({
      seatId: SeatId,
      row: z.string(),
      number: z.string(),
      ticketType: TicketTypeId,
      price: MoneyAmount,
      fee: MoneyAmount,
      ticketId: TicketId.optional(),
      printState: PrintState.optional(),
    }),
  ),
  total: MoneyAmount,
  /** Before payment: until when it may begin, on this machine's clock. A screen counts down to a little before it. */
  holdUntil: IsoTime,
  pickUpCode: PickUpCode,
});
export type SessionOrder = z.infer<typeof SessionOrder>;

/** Why printing stopped, in words that guests understand. */
export const PrintStop = z.enum([
  'paper-out',
  'cover-open',
  'cutter-jam',
  'paper-jam',
  'not-taken',
  'printer-gone',
  'printer-error',
  'needs-staff',
  'elsewhere',
]);
export type PrintStop = z.infer<typeof PrintStop>;

/** One way to pay, as a tile. */
export const PaymentTile = z.strictObject({ method: PaymentMethod, provider: ProviderId.optional(), name: BothLanguages });
export type PaymentTile = z.infer<typeof PaymentTile>;

/** A member's card on its way to a payment. `card` has its last four digits alone; the PIN is nowhere. */
export const MemberPayment = z.discriminatedUnion('at', [
  z.strictObject({ at: z.literal('card'), problem: z.enum(['card-unknown', 'card-locked', 'away']).optional() }),
  z.strictObject({
    at: z.literal('pin'),
    card: z.string().max(8),
    problem: z.enum(['wrong-pin', 'away']).optional(),
    /** After a wrong PIN: how often it may be tried again. */ triesLeft: z.int().optional(),
  }),
  z.strictObject({ at: z.literal('checking'), card: z.string().max(8) }),
  z.strictObject({ at: z.literal('confirm'), card: z.string().max(8), balance: MoneyAmount, enough: z.boolean() }),
]);
export type MemberPayment = z.infer<typeof MemberPayment>;

/** A whole ticket aloud, in both languages: some twenty fields, none longer than 200 characters. */
export const SpokenTicket = z.strictObject({ zh: z.string().max(5_000), en: z.string().max(5_000) });

/** As `TerminalPrompt` of the port, for which screens have words. */
const TerminalPrompt = z.enum([
  'present-card',
  'watch-terminal',
  'confirm-amount',
  'wait',
  'remove-card',
  'approved',
  'books-back',
  'card-refused',
  'card-unreadable',
  'card-expired',
  'wrong-pin',
]);

/** A paper beside the tickets: the slip of what is owed, the receipt. */
export const SidePaper = z.enum(['none', 'printing', 'printed', 'failed']);
export type SidePaper = z.infer<typeof SidePaper>;

export const KioskSession = z.discriminatedUnion('phase', [
  /** Nobody, or somebody who is still looking around. */
  z.strictObject({ phase: z.literal('idle') }),
  /** K5: seats are held, the guest reviews. */
  z.strictObject({ phase: z.literal('review'), order: SessionOrder }),
  /** K6: the ways to pay. Empty while they are being read. */
  z.strictObject({ phase: z.literal('choose-payment'), order: SessionOrder, tiles: z.array(PaymentTile).max(32) }),
  /** K6: the guest holds the payment code of a phone under the scanner. */
  z.strictObject({ phase: z.literal('present-code'), order: SessionOrder }),
  /** K6: the guest pays from a member's balance. */
  z.strictObject({ phase: z.literal('member'), order: SessionOrder, member: MemberPayment }),
  /**
   * K6. With `qr` a code to scan: `codeUrl` is missing while the provider is being asked. With `card-terminal` the terminal's own text. `ending`: the guest
   * has cancelled, and what became of the money is being asked.
   */
  z.strictObject({
    phase: z.literal('paying'),
    order: SessionOrder,
    method: PaymentMethod,
    provider: ProviderId.optional(),
    terminalText: z.string().max(200).optional(),
    /** What it wants of the guest, for words in her language. */
    terminalPrompt: TerminalPrompt.optional(),
    ending: z.boolean(),
    codeUrl: z.string().optional(),
    expiresAt: IsoTime,
    /** The guest's phone has opened the page. */ userPaying: z.boolean(),
  }),
  /** The attempt ended without money. The guest may try again while the hold lasts. */
  z.strictObject({ phase: z.literal('payment-failed'), order: SessionOrder, reason: BothLanguages, money: z.literal('not-charged') }),
  /** K20: nobody can say whether money moved. `claimAt`: from then on the claim screen is shown and the guest may leave. */
  z.strictObject({
    phase: z.literal('payment-unknown'),
    order: SessionOrder,
    since: IsoTime,
    claimAt: IsoTime,
    mayLeave: z.boolean(),
    money: z.literal('checking'),
  }),
  /** K7: the money is here and the seats are being confirmed. `claimAt` and `mayLeave` as above. */
  z.strictObject({
    phase: z.literal('confirming'),
    order: SessionOrder,
    since: IsoTime,
    claimAt: IsoTime,
    mayLeave: z.boolean(),
    money: z.literal('paid-seats-kept'),
  }),
  /** K11: an order was found, nothing is printed yet. */
  z.strictObject({ phase: z.literal('collect'), order: SessionOrder }),
  /** K7 and K8: paid; tickets come out. `printed` of `count` are proven on paper; `current` is the one in the printer, from 1. */
  z.strictObject({
    phase: z.literal('printing'),
    order: SessionOrder,
    journey: z.enum(['buy', 'collect']),
    printed: z.int(),
    current: z.int(),
    count: z.int(),
    /** What is on the ticket in the printer, for guests who do not read it. */
    spoken: SpokenTicket.optional(),
  }),
  /** K21 and K22: paid and not all on paper. `canResume`: the printer is well again and pending tickets are left. */
  z.strictObject({
    phase: z.literal('print-stopped'),
    order: SessionOrder,
    journey: z.enum(['buy', 'collect']),
    printed: z.int(),
    uncertain: z.int(),
    count: z.int(),
    stop: PrintStop,
    canResume: z.boolean(),
    /** The claim slip, printed by itself where a printer is able to. */
    slip: SidePaper.optional(),
    /** The guest may ask for one: none came by itself, or it failed, and a printer is well. */
    slipOffered: z.boolean().optional(),
    /** What is on it, once it is out. */
    spokenSlip: SpokenTicket.optional(),
    money: z.literal('paid-seats-kept'),
  }),
  /** K9. */
  z.strictObject({
    phase: z.literal('done'),
    order: SessionOrder,
    journey: z.enum(['buy', 'collect']),
    printed: z.int(),
    receipt: SidePaper.optional(),
    spokenReceipt: SpokenTicket.optional(),
    /** What is on each ticket that came out. */
    spoken: z.array(SpokenTicket).max(32).optional(),
  }),
  /** Seats went before payment. */
  z.strictObject({ phase: z.literal('hold-expired'), money: z.literal('not-charged') }),
  /** Money came and seats could not be given: it goes back by itself. */
  z.strictObject({ phase: z.literal('refunding'), order: SessionOrder, reference: z.string().optional(), done: z.boolean() }),
]);
export type KioskSession = z.infer<typeof KioskSession>;

/** Which flows are left, and which lost part each missing one is owed to. Drives tiles, banners and the technician's page. */
export const FlowName = z.enum(['buy', 'collect', 'scan', 'pay-qr', 'pay-code', 'pay-card', 'print', 'receipt', 'check']);
export const LostPart = z.enum([
  'ticket-printer',
  'paper',
  'scanner',
  'payment-terminal',
  'box-office',
  'network',
  'gate-controller',
  'data',
  'store',
  'closed',
]);
export const Flow = z.strictObject({
  name: FlowName,
  available: z.boolean(),
  /** Empty when nothing is lost; a flow may be limited and still available (typing only). */ lost: z.array(LostPart).max(8),
});
export type Flow = z.infer<typeof Flow>;

/** A card that the kiosk's card reader met and that led nowhere. */
export const CardProblem = z.enum(['payment-card', 'unreadable', 'not-a-member-card']);
export type CardProblem = z.infer<typeof CardProblem>;

/** A code that the kiosk's scanner read and that led nowhere. Shown for a few seconds, never a dialog. */
export const ScanNotice = z.strictObject({
  at: IsoTime,
  problem: z.union([
    z.strictObject({ kind: z.literal('lookup'), refusal: LookupRefusal }),
    z.strictObject({ kind: z.literal('wrong-kind'), reason: RefusalReason }),
    /** A payment screen asked for one kind of code and was shown another. */
    z.strictObject({ kind: z.literal('wrong-for-payment'), wanted: z.enum(['payment-code', 'member-card']) }),
    z.strictObject({ kind: z.literal('card'), problem: CardProblem }),
    z.strictObject({ kind: z.literal('not-now') }),
    z.strictObject({ kind: z.literal('unavailable') }),
  ]),
});
export type ScanNotice = z.infer<typeof ScanNotice>;
