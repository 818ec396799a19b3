import { z } from 'zod';
import { IdempotencyKey, MachineId, OrderId, PickUpCode, SeatId, ShowId, TicketId } from '../identifiers.ts';
import { BothLanguages, IsoTime, MoneyAmount } from '../values.ts';
import { SeatPicture, TicketTypeId } from './programme.ts';

/** Holds, orders, payments, refunds. Every call that changes something carries a key chosen by the caller; repeating it repeats the answer. */

export const HoldRequest = z.strictObject({
  holdKey: IdempotencyKey,
  showId: ShowId,
  seats: z.array(SeatId).min(1).max(20),
  machine: MachineId,
});
export type HoldRequest = z.infer<typeof HoldRequest>;

export const Hold = z.strictObject({
  id: z.string().max(40),
  /** Rises with every hold of the site. A release with an older token never frees a newer hold. */
  token: z.int().min(1),
  showId: ShowId,
  seats: z.array(SeatId),
  until: IsoTime,
});
export type Hold = z.infer<typeof Hold>;

/** Why seats could not be held. `picture` is the state of the show at that moment, so that the map can be drawn anew without another call. */
export const HoldRefusal = z.discriminatedUnion('code', [
  z.strictObject({
    code: z.literal('seats-lost'),
    lost: z.array(SeatId),
    picture: SeatPicture,
    /** Nearest free set of the same size. */ offer: z.array(SeatId),
  }),
  z.strictObject({ code: z.literal('single-gap'), stranded: z.array(SeatId), picture: SeatPicture, offer: z.array(SeatId) }),
  z.strictObject({ code: z.literal('couple-split'), partners: z.array(SeatId), picture: SeatPicture, offer: z.array(SeatId) }),
  z.strictObject({ code: z.literal('sale-ended') }),
  z.strictObject({ code: z.literal('too-many-seats'), limit: z.int() }),
  z.strictObject({ code: z.literal('no-such-seat'), seats: z.array(z.string()) }),
]);
export type HoldRefusal = z.infer<typeof HoldRefusal>;

export const ReleaseHoldRequest = z.strictObject({ token: z.int().min(1) });

export const OrderRequest = z.strictObject({
  orderKey: IdempotencyKey,
  holdId: z.string().max(40),
  holdToken: z.int().min(1),
  lines: z
    .array(z.strictObject({ seatId: SeatId, ticketType: TicketTypeId }))
    .min(1)
    .max(20),
  /** What the guest was shown. Another total is a refusal, never a silent charge. */
  submitTotal: MoneyAmount,
  machine: MachineId,
});
export type OrderRequest = z.infer<typeof OrderRequest>;

export const OrderRefusal = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('price-changed'), total: MoneyAmount }),
  z.strictObject({ code: z.literal('hold-gone') }),
  z.strictObject({ code: z.literal('lines-differ-from-hold') }),
]);
export type OrderRefusal = z.infer<typeof OrderRefusal>;

export const PaymentStatus = z.enum(['submitted', 'user-paying', 'unknown', 'succeeded', 'failed', 'closed', 'refunding', 'refunded']);

/**
 * How money is taken. `qr`: the guest's phone scans the kiosk. `payment-code`: the kiosk scans the code on the guest's phone. `member`: the balance of a member's
 * card. `card-terminal`: a terminal that the kiosk drives, while the box office keeps the attempt.
 */
export const PaymentMethod = z.enum(['qr', 'payment-code', 'member', 'card-terminal']);
export type PaymentMethod = z.infer<typeof PaymentMethod>;

/** One of the providers that the box office is configured with: `simulated`, `wechat`, `alipay`. */
export const ProviderId = z.string().regex(/^[a-z][a-z0-9-]{1,31}$/, 'a provider is 2 to 32 of a-z, 0-9 and -');
export type ProviderId = z.infer<typeof ProviderId>;

/** The code on a member's card: opaque, so that it tells nothing about its owner. */
export const MemberCardCode = z.string().regex(/^MC\d{16}$/, "a member's card is MC and sixteen digits");
export type MemberCardCode = z.infer<typeof MemberCardCode>;

/**
 * - `qr`: without a provider the first that can do it is taken.
 * - `payment-code`: its form tells the provider. It is used for one call and neither kept nor logged; an attempt that was interrupted is asked about and undone,
 *   never sent again.
 * - `card-terminal`: `machine` is the one that has the terminal, and the only one that may report how it went.
 */
export const PaymentRequest = z.discriminatedUnion('method', [
  z.strictObject({ attemptKey: IdempotencyKey, method: z.literal('qr'), provider: ProviderId.optional() }),
  z.strictObject({
    attemptKey: IdempotencyKey,
    method: z.literal('payment-code'),
    code: z.string().regex(/^\d{16,30}$/, 'a payment code is digits'),
  }),
  z.strictObject({
    attemptKey: IdempotencyKey,
    method: z.literal('member'),
    card: MemberCardCode,
    pin: z.string().regex(/^\d{4,8}$/, 'a PIN is 4 to 8 digits'),
  }),
  z.strictObject({ attemptKey: IdempotencyKey, method: z.literal('card-terminal'), machine: MachineId }),
]);
export type PaymentRequest = z.infer<typeof PaymentRequest>;

/** Twelve digits in a row could be a card's number, which must never come this far. */
const receiptText = z
  .string()
  .max(40)
  .regex(/^[\x20-\x7e]*$/, 'plain text')
  .refine((text) => !/\d{12}/.test(text.replaceAll(/[ -]/g, '')), 'longer runs of digits could be the number of a card');

/** What a card terminal prints about one payment, without anything that identifies the card or its holder. */
export const TerminalReceipt = z.strictObject({
  terminalId: receiptText,
  /** The terminal's own number of the payment; a reversal names it. */
  trace: receiptText,
  receiptNumber: receiptText.optional(),
  /** Name of the card's scheme: `girocard`, `VISA`. */
  scheme: receiptText.optional(),
  at: IsoTime,
  amount: MoneyAmount,
});
export type TerminalReceipt = z.infer<typeof TerminalReceipt>;

/** Why no money moved, for a program; the words for the guest are in `reason`. */
export const PaymentFailure = z.enum([
  'declined',
  'code-invalid',
  'balance-too-low',
  'card-unknown',
  'wrong-pin',
  'card-locked',
  'refused-by-guest',
  'refused-by-provider',
]);
export type PaymentFailure = z.infer<typeof PaymentFailure>;

/** One attempt to pay one order. A second is refused until the first has ended. */
export const PaymentAttempt = z.strictObject({
  key: IdempotencyKey,
  orderId: OrderId,
  method: PaymentMethod,
  provider: ProviderId.optional(),
  status: PaymentStatus,
  amount: MoneyAmount,
  /** The address that the guest's phone opens from the QR code. */
  codeUrl: z.url().optional(),
  /** Neither side takes money after this; always before the end of the hold. */
  expiresAt: IsoTime,
  /** Why it failed, in words for the guest. */
  reason: BothLanguages.optional(),
  failure: PaymentFailure.optional(),
  /** After a wrong PIN: how often it may be tried again. */
  triesLeft: z.int().min(0).optional(),
  /** Of the card terminal that took the money. */
  receipt: TerminalReceipt.optional(),
  /** For the receipt, with stars for most of it: the provider's own number of the money, and the member whose balance paid. */
  providerNumber: z.string().max(40).optional(),
  member: z.string().max(40).optional(),
  /** The machines have come to their end: `unknown` or `refunding` until a person has asked the provider. Money that turns up is still seen. */
  needsPerson: z.literal(true).optional(),
});
export type PaymentAttempt = z.infer<typeof PaymentAttempt>;

export const PaymentRefusal = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('another-attempt-open'), attemptKey: IdempotencyKey }),
  z.strictObject({ code: z.literal('too-little-time') }),
  z.strictObject({ code: z.literal('not-payable'), status: z.string() }),
  /** No provider takes this method, or a payment code of this form. */
  z.strictObject({ code: z.literal('not-offered'), method: PaymentMethod }),
]);
export type PaymentRefusal = z.infer<typeof PaymentRefusal>;

/** What this site takes, in the order of its preference. A machine offers what its own devices can do. */
export const PaymentMethods = z.strictObject({
  methods: z.array(z.strictObject({ method: PaymentMethod, provider: ProviderId.optional(), name: BothLanguages })).max(32),
});
export type PaymentMethods = z.infer<typeof PaymentMethods>;

/** What a guest with a member's card is shown before anything is taken. A wrong PIN counts here as it does in a payment. */
export const MemberRequest = z.strictObject({ card: MemberCardCode, pin: z.string().regex(/^\d{4,8}$/, 'a PIN is 4 to 8 digits') });
export type MemberRequest = z.infer<typeof MemberRequest>;

export const MemberBalance = z.strictObject({ balance: MoneyAmount });
export type MemberBalance = z.infer<typeof MemberBalance>;

export const MemberRefusal = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('card-unknown') }),
  z.strictObject({ code: z.literal('wrong-pin'), triesLeft: z.int().min(0) }),
  z.strictObject({ code: z.literal('card-locked') }),
]);
export type MemberRefusal = z.infer<typeof MemberRefusal>;

/** How a payment at a card terminal went. May be repeated; `paid` and `failed` are final. `left-to-person`: the kiosk can do no more about it, nor about giving it back. */
export const TerminalResult = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('paid'), amount: MoneyAmount, receipt: TerminalReceipt }),
  z.strictObject({ outcome: z.literal('failed'), reason: BothLanguages.optional() }),
  z.strictObject({ outcome: z.literal('unknown') }),
  z.strictObject({ outcome: z.literal('left-to-person') }),
]);
export type TerminalResult = z.infer<typeof TerminalResult>;

/** The terminal has given the money back. */
export const TerminalReversed = z.strictObject({ receipt: TerminalReceipt });
export type TerminalReversed = z.infer<typeof TerminalReversed>;

export const TerminalRefusal = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('not-at-a-terminal') }),
  /** It contradicts what was reported before; or another attempt has this money, which `status` is of then, and `isOpen` when nobody knows of this one's. */
  z.strictObject({ code: z.literal('contradicts'), status: PaymentStatus, isOpen: z.boolean().optional() }),
]);
export type TerminalRefusal = z.infer<typeof TerminalRefusal>;

/** What the paper says, in the words of the authority: a kiosk invents nothing on a ticket. */
export const TicketFace = z.strictObject({
  siteId: z.string(),
  siteName: BothLanguages,
  filmTitle: BothLanguages,
  language: BothLanguages,
  format: z.array(z.string()),
  rating: z.string(),
  runningTime: z.int(),
  screenName: BothLanguages,
  row: z.string(),
  number: z.string(),
  zoneName: BothLanguages,
  ticketTypeName: BothLanguages,
  startsAt: IsoTime,
  endsAt: IsoTime,
  timeZone: z.string(),
  price: MoneyAmount,
  fee: MoneyAmount,
  paymentMethod: BothLanguages,
  soldAt: IsoTime,
  channel: BothLanguages,
  machine: z.string(),
  showId: z.string(),
  orderId: z.string(),
  /** 1 of 2. */
  position: z.int(),
  count: z.int(),
  /** Eight hexadecimal digits in two groups, derived from the ticket's signature. */
  antiForgery: z.string(),
  needsProof: z.boolean(),
});
export type TicketFace = z.infer<typeof TicketFace>;

/** pending → claimed by a machine → printed; `uncertain` when it may be on paper and a person must say. */
export const PrintState = z.enum(['pending', 'claimed', 'printed', 'uncertain']);
export type PrintState = z.infer<typeof PrintState>;

export const Ticket = z.strictObject({
  id: TicketId,
  seatId: SeatId,
  ticketType: TicketTypeId,
  status: z.enum(['valid', 'refunded', 'cancelled']),
  printState: PrintState,
  /** The machine that printed or holds it, and when. */
  printedBy: z.string().optional(),
  printedAt: IsoTime.optional(),
  face: TicketFace,
});
export type Ticket = z.infer<typeof Ticket>;

/**
 * unpaid → paying → paid → confirmed; `payment-unknown` while nobody can say whether money moved; `refunding` → `refunded`; `cancelled` without money.
 * Whether the tickets were collected is said by the tickets.
 */
export const OrderStatus = z.enum(['unpaid', 'paying', 'payment-unknown', 'confirmed', 'cancelled', 'refunding', 'refunded']);
export type OrderStatus = z.infer<typeof OrderStatus>;

export const Order = z.strictObject({
  id: OrderId,
  status: OrderStatus,
  showId: ShowId,
  lines: z.array(
    z.strictObject({ seatId: SeatId, row: z.string(), number: z.string(), ticketType: TicketTypeId, price: MoneyAmount, fee: MoneyAmount }),
  ),
  total: MoneyAmount,
  createdAt: IsoTime,
  /** Until when the seats are kept while unpaid. */
  holdUntil: IsoTime,
  /** Good as soon as the order is confirmed; shown before that only on a claim screen. */
  pickUpCode: PickUpCode,
  tickets: z.array(Ticket),
  payment: PaymentAttempt.optional(),
  /** Reference of the money that went back. */
  refundReference: z.string().optional(),
});
export type Order = z.infer<typeof Order>;

export const RefundRequest = z.strictObject({
  refundKey: IdempotencyKey,
  reason: z.enum(['wrong-show', 'quality', 'projection-failure', 'other', 'could-not-deliver']),
  /** Who asked, for the record. */
  by: z.string().min(1).max(64),
  /** A second person who agrees to a refund beyond the policy. */
  approvedBy: z.string().min(1).max(64).optional(),
});
export type RefundRequest = z.infer<typeof RefundRequest>;

export const RefundRefusal = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('already-printed') }),
  /** A machine has a ticket, or it may be on paper: that is settled first. */
  z.strictObject({ code: z.literal('print-open') }),
  z.strictObject({ code: z.literal('already-used') }),
  z.strictObject({ code: z.literal('too-late') }),
  /** Beyond the policy: somebody else than the one who asks has to agree. */
  z.strictObject({ code: z.literal('needs-approval'), because: z.enum(['already-printed', 'already-used', 'print-open', 'too-late']) }),
  z.strictObject({ code: z.literal('not-refundable'), status: z.string() }),
]);
export type RefundRefusal = z.infer<typeof RefundRefusal>;

export const LookupRequest = z.strictObject({
  /** As typed or scanned: pick-up code, or a ticket's or order's number. */ code: z.string().min(1).max(256),
});

export const LookupRefusal = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('not-found') }),
  z.strictObject({ code: z.literal('other-site'), name: BothLanguages.optional() }),
  z.strictObject({ code: z.literal('too-early'), from: IsoTime }),
  z.strictObject({ code: z.literal('expired'), endedAt: IsoTime }),
  z.strictObject({ code: z.literal('all-collected'), at: IsoTime.optional(), machine: z.string().optional() }),
  z.strictObject({ code: z.literal('refunded') }),
  z.strictObject({ code: z.literal('not-confirmed'), status: OrderStatus }),
]);
export type LookupRefusal = z.infer<typeof LookupRefusal>;

export const FindOrderRefusal = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('not-found') }),
  z.strictObject({ code: z.literal('other-site') }),
]);
export type FindOrderRefusal = z.infer<typeof FindOrderRefusal>;

/** Takes pending tickets for one machine, so that no other prints them meanwhile. What was claimed is settled by `print` events alone. */
export const ClaimRequest = z.strictObject({
  claimKey: IdempotencyKey,
  orderId: OrderId,
  ticketIds: z.array(TicketId).min(1).max(20),
  machine: MachineId,
  /** Names the start of the machine that asks: a lease of an earlier one is no longer its own, because its disk may be an older copy. */
  boot: z.string().min(1).max(64).optional(),
});
export type ClaimRequest = z.infer<typeof ClaimRequest>;

export const Claim = z.strictObject({
  leaseId: z.string().max(64),
  until: IsoTime,
  /** Number of the reprint, which stands on the paper; missing on a first print. */
  reprint: z.int().min(1).max(99).optional(),
  /** With the signed text for the bar code, which is handed out nowhere else. */
  tickets: z.array(z.strictObject({ ticket: Ticket, code: z.string().max(256) })),
});
export type Claim = z.infer<typeof Claim>;

export const ClaimRefusal = z.discriminatedUnion('code', [
  z.strictObject({
    code: z.literal('not-pending'),
    tickets: z.array(z.strictObject({ id: TicketId, printState: PrintState, machine: z.string().optional() })),
  }),
  z.strictObject({ code: z.literal('not-confirmed'), status: OrderStatus }),
]);
export type ClaimRefusal = z.infer<typeof ClaimRefusal>;

/** Why somebody wants a ticket again. */
export const ReprintReason = z.enum(['damaged', 'unreadable', 'lost', 'not-taken', 'uncertain', 'other']);
export type ReprintReason = z.infer<typeof ReprintReason>;

/** One printed ticket once more, marked as such. Whoever may ask for it is a matter of the rights at the machine that asks; the box office keeps the name. */
export const ReprintRequest = z.strictObject({
  claimKey: IdempotencyKey,
  machine: MachineId,
  by: z.string().min(1).max(64),
  reason: ReprintReason,
});
export type ReprintRequest = z.infer<typeof ReprintRequest>;

export const ReprintRefusal = z.discriminatedUnion('code', [
  /** A first print is claimed, not reprinted; and an uncertain one is resolved by a person first. */
  z.strictObject({ code: z.literal('not-printed'), printState: PrintState }),
  z.strictObject({ code: z.literal('not-valid'), status: z.string() }),
  z.strictObject({ code: z.literal('already-used') }),
  z.strictObject({ code: z.literal('show-over'), endedAt: IsoTime }),
  /** Another machine is at it. */
  z.strictObject({ code: z.literal('under-way'), machine: z.string() }),
  z.strictObject({ code: z.literal('too-many'), count: z.int() }),
]);
export type ReprintRefusal = z.infer<typeof ReprintRefusal>;

/** What a person found in the output, in the hand of the guest, or not at all. */
export const ResolvePrintRequest = z.strictObject({
  outcome: z.enum(['printed', 'not-printed']),
  by: z.string().min(1).max(64),
  reason: z.string().min(1).max(200),
});
export type ResolvePrintRequest = z.infer<typeof ResolvePrintRequest>;

export const ResolvePrintRefusal = z.strictObject({ code: z.literal('not-uncertain'), printState: PrintState });
export type ResolvePrintRefusal = z.infer<typeof ResolvePrintRefusal>;
