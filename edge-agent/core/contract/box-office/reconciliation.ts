import { z } from 'zod';
import { IdempotencyKey } from '../identifiers.ts';
import { BusinessDayText, CurrencyCode } from '../values.ts';
import { PaymentMethod, ProviderId } from './sales.ts';

/** A day's money. Amounts are minor units of the site's currency. */

export const ReconciliationDifference = z.strictObject({
  kind: z.enum([
    'money-without-order',
    'order-without-money',
    'paid-not-in-statement',
    'refunded-not-in-statement',
    'another-amount',
    'money-unknown-to-us',
  ]),
  merchantOrder: z.string().max(64),
  provider: ProviderId.optional(),
  ours: z.int(),
  theirs: z.int(),
});
export type ReconciliationDifference = z.infer<typeof ReconciliationDifference>;

export const Reconciliation = z.strictObject({
  day: BusinessDayText,
  currency: CurrencyCode,
  methods: z.array(
    z.strictObject({
      method: PaymentMethod,
      provider: ProviderId.optional(),
      taken: z.int(),
      takenCount: z.int(),
      givenBack: z.int(),
      givenBackCount: z.int(),
    }),
  ),
  /** Attempts of any day that are not at their end: the day is not closed while there are some. */
  open: z.array(IdempotencyKey),
  /** Providers whose statement was at hand. The others have to be compared with what they publish the day after. */
  compared: z.array(ProviderId),
  /** Empty when orders, attempts and statements say the same. */
  differences: z.array(ReconciliationDifference),
});
export type Reconciliation = z.infer<typeof Reconciliation>;
