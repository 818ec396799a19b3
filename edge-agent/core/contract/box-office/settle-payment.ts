import { z } from 'zod';
import { PaymentStatus } from './sales.ts';

/**
 * What a person found out about a payment at a card terminal that the machines have left to her.
 * - `booked`, `not-booked`: in the terminal's journal. `given-back`: the guest has the money back, or there was never any to give back.
 * - `guest-paid`, `let-go`: of a payment that the terminal took back while tickets were out.
 */
export const PaymentFinding = z.enum(['booked', 'not-booked', 'given-back', 'guest-paid', 'let-go']);
export type PaymentFinding = z.infer<typeof PaymentFinding>;

export const SettlePaymentRequest = z.strictObject({ found: PaymentFinding, by: z.string().min(1).max(64) });
export type SettlePaymentRequest = z.infer<typeof SettlePaymentRequest>;

/** Nothing of it is left to a person, or not this. */
export const SettlePaymentRefusal = z.strictObject({ code: z.literal('not-open'), status: PaymentStatus });
export type SettlePaymentRefusal = z.infer<typeof SettlePaymentRefusal>;
