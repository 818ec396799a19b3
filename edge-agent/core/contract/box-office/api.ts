import { z } from 'zod';
import { LIMITS } from '../../base/limits.ts';
import { endpoint } from '../endpoint.ts';
import { IdempotencyKey, MachineId, OrderId, ShowId, TicketId } from '../identifiers.ts';
import { BusinessDayText, IsoTime } from '../values.ts';
import { Conflict } from '../wire/events.ts';
import { RotatingCode, RotatingCodeRefusal } from './gate-secrets.ts';
import { MoneyView } from './money-view.ts';
import { Programme, ShowSeats, Site } from './programme.ts';
import { Reconciliation } from './reconciliation.ts';
import {
  Claim,
  ClaimRefusal,
  ClaimRequest,
  FindOrderRefusal,
  Hold,
  HoldRefusal,
  HoldRequest,
  LookupRefusal,
  LookupRequest,
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
  RefundRefusal,
  RefundRequest,
  ReleaseHoldRequest,
  ReprintRefusal,
  ReprintRequest,
  ResolvePrintRefusal,
  ResolvePrintRequest,
  TerminalRefusal,
  TerminalResult,
  TerminalReversed,
  Ticket,
} from './sales.ts';
import { SettlePaymentRefusal, SettlePaymentRequest } from './settle-payment.ts';
import { TimeNonce } from './time.ts';
import { DeltaRange, Signed } from './validity.ts';

/**
 * The box office as a kiosk, a gate or a chain's own system sees it. Whoever implements this table over HTTP, and acknowledges events over MQTT, is a box
 * office. Every call carries `Authorization: Bearer <the machine's token>`.
 */
export const boxOfficeApi = {
  readSite: endpoint({ method: 'GET', path: '/v1/site', summary: 'The site', answers: { 200: Site } }),
  readProgramme: endpoint({
    method: 'GET',
    path: '/v1/programme',
    summary: 'Films and shows of the days that can be chosen',
    answers: { 200: Programme },
  }),
  readShowSeats: endpoint({
    method: 'GET',
    path: '/v1/shows/:showId/seats',
    summary: 'Plan, prices and state of every seat of one show',
    params: z.strictObject({ showId: ShowId }),
    answers: { 200: ShowSeats },
  }),
  holdSeats: endpoint({
    method: 'POST',
    path: '/v1/holds',
    summary: 'Keep seats for one guest: all of them or none',
    body: HoldRequest,
    answers: { 200: Hold, 409: HoldRefusal },
  }),
  releaseHold: endpoint({
    method: 'POST',
    path: '/v1/holds/:holdId/release',
    summary:
      'Give seats back, with the order that they became if nobody has begun to pay it. An unknown, ended or newer hold is left alone, which is an answer too',
    params: z.strictObject({ holdId: z.string().max(40) }),
    body: ReleaseHoldRequest,
    answers: { 200: z.strictObject({ released: z.boolean() }) },
  }),
  createOrder: endpoint({
    method: 'POST',
    path: '/v1/orders',
    summary: 'Turn a hold into an order at the price that was shown',
    body: OrderRequest,
    answers: { 200: Order, 409: OrderRefusal },
  }),
  readOrder: endpoint({
    method: 'GET',
    path: '/v1/orders/:orderId',
    summary: 'One order as it stands',
    params: z.strictObject({ orderId: OrderId }),
    answers: { 200: Order },
  }),
  findOrder: endpoint({
    method: 'POST',
    path: '/v1/orders/find',
    summary: 'For staff: one order as it stands, old or open, by its number, a ticket number or its pick-up code',
    body: LookupRequest,
    answers: { 200: Order, 409: FindOrderRefusal },
  }),
  cancelOrder: endpoint({
    method: 'POST',
    path: '/v1/orders/:orderId/cancel',
    summary: 'Give an unpaid order up; an open payment is closed first, and if the money had moved after all the order is confirmed instead',
    params: z.strictObject({ orderId: OrderId }),
    answers: { 200: Order },
  }),
  readPaymentMethods: endpoint({
    method: 'GET',
    path: '/v1/payment-methods',
    summary: 'How this site takes money',
    answers: { 200: PaymentMethods },
  }),
  readMember: endpoint({
    method: 'POST',
    path: '/v1/members/balance',
    summary: "A member's balance, for a guest who is about to pay with it",
    body: MemberRequest,
    answers: { 200: MemberBalance, 409: MemberRefusal },
  }),
  startPayment: endpoint({
    method: 'POST',
    path: '/v1/orders/:orderId/payments',
    summary: 'Begin one attempt to pay; the attempt key is the merchant order number, written down before the provider is asked',
    params: z.strictObject({ orderId: OrderId }),
    body: PaymentRequest,
    answers: { 200: PaymentAttempt, 409: PaymentRefusal },
  }),
  readPayment: endpoint({
    method: 'GET',
    path: '/v1/payments/:attemptKey',
    summary: 'How an attempt stands, as last learnt from the provider',
    params: z.strictObject({ attemptKey: IdempotencyKey }),
    answers: { 200: PaymentAttempt },
  }),
  reportTerminal: endpoint({
    method: 'POST',
    path: '/v1/payments/:attemptKey/terminal-result',
    summary:
      'How a payment at a card terminal went. Money of an order that was given up makes the attempt `refunding`: the terminal has to reverse it',
    params: z.strictObject({ attemptKey: IdempotencyKey }),
    body: TerminalResult,
    answers: { 200: PaymentAttempt, 409: TerminalRefusal },
  }),
  reportTerminalReversal: endpoint({
    method: 'POST',
    path: '/v1/payments/:attemptKey/terminal-reversed',
    summary: 'The terminal has given the money of an attempt back',
    params: z.strictObject({ attemptKey: IdempotencyKey }),
    body: TerminalReversed,
    answers: { 200: PaymentAttempt, 409: TerminalRefusal },
  }),
  readTerminalDuties: endpoint({
    method: 'GET',
    path: '/v1/terminal-duties',
    summary: "Payments of this machine's card terminal that are to be asked about (`unknown`) or reversed (`refunding`)",
    answers: { 200: z.strictObject({ attempts: z.array(PaymentAttempt).max(LIMITS.payment.terminalDutiesMax) }) },
  }),
  readReconciliation: endpoint({
    method: 'GET',
    path: '/v1/reconciliation',
    summary: 'The money of one business day: taken and given back by each method, and where orders and statements of providers differ',
    query: z.strictObject({ day: BusinessDayText }),
    answers: { 200: Reconciliation },
  }),
  readMoneyView: endpoint({
    method: 'GET',
    path: '/v1/money-view',
    summary: 'Payments, refunds and tickets of the site that are open, worst first: what happens next by itself, and what a person may do',
    answers: { 200: MoneyView },
  }),
  settlePayment: endpoint({
    method: 'POST',
    path: '/v1/payments/:attemptKey/settle',
    summary: 'What a person found out about a payment at a card terminal that was left to her; the order follows at once',
    params: z.strictObject({ attemptKey: IdempotencyKey }),
    body: SettlePaymentRequest,
    answers: { 200: PaymentAttempt, 409: SettlePaymentRefusal },
  }),
  refundOrder: endpoint({
    method: 'POST',
    path: '/v1/orders/:orderId/refund',
    summary: 'Give the money back and the seats free. Beyond the policy a second person has to agree',
    params: z.strictObject({ orderId: OrderId }),
    body: RefundRequest,
    answers: { 200: Order, 409: RefundRefusal },
  }),
  lookUp: endpoint({
    method: 'POST',
    path: '/v1/collections/lookup',
    summary: 'The order that a guest came to collect',
    body: LookupRequest,
    answers: { 200: Order, 409: LookupRefusal },
  }),
  claimTickets: endpoint({
    method: 'POST',
    path: '/v1/collections/claims',
    summary: 'Take tickets for printing on one machine, under a lease',
    body: ClaimRequest,
    answers: { 200: Claim, 409: ClaimRefusal },
  }),
  reprintTicket: endpoint({
    method: 'POST',
    path: '/v1/tickets/:ticketId/reprint',
    summary: 'Take one printed ticket for printing again, marked with its number',
    params: z.strictObject({ ticketId: TicketId }),
    body: ReprintRequest,
    answers: { 200: Claim, 409: ReprintRefusal },
  }),
  resolvePrint: endpoint({
    method: 'POST',
    path: '/v1/tickets/:ticketId/resolve-print',
    summary: 'A person says whether a ticket that may be on paper is',
    params: z.strictObject({ ticketId: TicketId }),
    body: ResolvePrintRequest,
    answers: { 200: Ticket, 409: ResolvePrintRefusal },
  }),
  readValidityHead: endpoint({ method: 'GET', path: '/v1/validity/head', summary: 'Newest version of the validity data', answers: { 200: Signed } }),
  readValidityManifest: endpoint({
    method: 'GET',
    path: '/v1/validity/manifest',
    summary: 'All validity data of one version, as a list of shards; not older than `least` when the data are of that epoch',
    query: z.strictObject({ epoch: z.string().max(16).optional(), least: z.coerce.number().int().min(0).optional() }),
    answers: { 200: Signed },
  }),
  readValidityDeltas: endpoint({
    method: 'GET',
    path: '/v1/validity/deltas',
    summary: 'Changes after a version, oldest first',
    query: z.strictObject({ epoch: z.string().max(16), after: z.coerce.number().int().min(0) }),
    answers: { 200: DeltaRange },
  }),
  readGateSecrets: endpoint({
    method: 'GET',
    path: '/v1/gate-secrets',
    summary: 'What gates need besides the validity data, and nobody else may know; changes when `secretsHash` of the head does',
    answers: { 200: Signed },
  }),
  readRotatingCode: endpoint({
    method: 'GET',
    path: '/v1/tickets/:ticketId/rotating-code',
    summary: 'The changing code that a phone shows for a ticket now',
    params: z.strictObject({ ticketId: TicketId }),
    answers: { 200: RotatingCode, 409: RotatingCodeRefusal },
  }),
  readReceivedEvents: endpoint({
    method: 'GET',
    path: '/v1/received-events',
    summary: "What this machine has sent and the box office has kept, for comparison with the machine's ledger",
    query: z.strictObject({ after: z.coerce.number().int().min(0).default(0) }),
    answers: {
      200: z.strictObject({
        events: z
          .array(z.strictObject({ position: z.int(), epoch: z.string(), lane: z.string(), seq: z.int(), id: z.string(), type: z.string() }))
          .max(1_000),
        complete: z.boolean(),
      }),
    },
  }),
  readConflicts: endpoint({
    method: 'GET',
    path: '/v1/conflicts',
    summary: 'Tickets that let in more bodies than they admit, at gates that could not ask each other; the newest change first',
    answers: {
      200: z.strictObject({
        conflicts: z
          .array(
            z.strictObject({
              conflict: Conflict,
              foundAt: IsoTime,
              changedAt: IsoTime,
              /** The machines that have told of it; none when the box office alone has found it. */
              toldBy: z.array(MachineId).max(32),
            }),
          )
          .max(200),
      }),
    },
  }),
  readTime: endpoint({
    method: 'GET',
    path: '/v1/time',
    summary: "The box office's clock, signed together with the question",
    query: z.strictObject({ nonce: TimeNonce }),
    answers: { 200: Signed },
  }),
} as const;
