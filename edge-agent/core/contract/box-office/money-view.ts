import { z } from 'zod';
import { IdempotencyKey, MachineId, OrderId, TicketId } from '../identifiers.ts';
import { IsoTime, MoneyAmount } from '../values.ts';
import { PaymentFinding } from './settle-payment.ts';

/** What of the site's money and paper is open: for the duty manager, who wants to know what goes on by itself and what waits for a person. */

/**
 * - `payment-unknown`: nobody can say yet whether money moved; it is asked again by itself.
 * - `payment-needs-person`: the machines have come to their end; asking goes on, slowly.
 * - `refund-in-flight`: money is on its way back. `refund-needs-person`: whoever holds it refuses.
 * - `terminal-reversal`: the card terminal of `machine` has to book a payment back.
 * - `taken-back`: the card terminal of `machine` has booked a payment back by itself, and tickets of it are out: a person has to ask the guest for the money.
 * - `order-unknown`: `machine` had tickets of an order that this box office does not know any more; what was paid has to be looked for.
 * - `paid-not-printed`: nobody has it in hand. `print-claimed`: `machine` has it. `print-uncertain`: it may be on paper, and a person has to say.
 */
export const MoneyItemKind = z.enum([
  'payment-unknown',
  'payment-needs-person',
  'refund-in-flight',
  'refund-needs-person',
  'terminal-reversal',
  'taken-back',
  'order-unknown',
  'paid-not-printed',
  'print-claimed',
  'print-uncertain',
]);
export type MoneyItemKind = z.infer<typeof MoneyItemKind>;

/** What happens next without anybody's doing, or who has to do it. */
export const MoneyStep = z.enum([
  'provider-is-asked',
  'payment-is-closed',
  'payment-is-undone',
  'refund-is-asked',
  'terminal-is-asked',
  'terminal-books-back',
  'machine-prints',
  'machine-reports',
  'guest-collects',
  'person-decides',
]);
export type MoneyStep = z.infer<typeof MoneyStep>;

/** What staff with the right may do about it. `refund-approved`: beyond the policy, so that a second person has to agree. */
export const MoneyAction = z.enum(['resolve-print', 'resume', 'refund', 'refund-approved']);
export type MoneyAction = z.infer<typeof MoneyAction>;

export const MoneyItem = z.strictObject({
  kind: MoneyItemKind,
  orderId: OrderId,
  ticketId: TicketId.optional(),
  /** Of a payment, and what a person may say of it; empty while the machines go on by themselves. */
  payment: z.strictObject({ key: IdempotencyKey, findings: z.array(PaymentFinding).max(5) }).optional(),
  /** Row and seat, as on the paper: `5-8`. */
  seat: z.string().max(16).optional(),
  /** The machine that has the ticket, the terminal, or sold the order. */
  machine: MachineId,
  amount: MoneyAmount.optional(),
  since: IsoTime,
  /** What the provider's support, or a colleague, asks for: a merchant order or a ticket's number. */
  reference: z.string().max(80),
  /** `at`: when, as far as it is known. */
  next: z.strictObject({ step: MoneyStep, at: IsoTime.optional() }),
  actions: z.array(MoneyAction).max(4),
});
export type MoneyItem = z.infer<typeof MoneyItem>;

export const MoneyView = z.strictObject({
  at: IsoTime,
  /** Worst first, then the oldest. */
  items: z.array(MoneyItem).max(200),
  /** There is more than is shown. */
  more: z.boolean(),
});
export type MoneyView = z.infer<typeof MoneyView>;
