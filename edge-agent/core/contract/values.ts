import { z } from 'zod';

/** The small values that most messages share. */

export const CurrencyCode = z.enum(['CNY', 'EUR', 'GBP', 'USD', 'HKD']);

/** Minor units (fen, pence, cents) and their currency. */
export const MoneyAmount = z.strictObject({ minor: z.int().min(-1_000_000_00).max(1_000_000_00), currency: CurrencyCode });

/** ISO 8601 in UTC with milliseconds. */
export const IsoTime = z.iso.datetime({ precision: 3 });

/** `YYYY-MM-DD`, from 06:00 to 06:00 in the site's time zone. */
export const BusinessDayText = z.iso.date();

/** The same words in both languages of every screen. */
export const BothLanguages = z.strictObject({ zh: z.string().max(200), en: z.string().max(200) });
export type BothLanguages = z.infer<typeof BothLanguages>;

export const Language = z.enum(['zh', 'en']);
export type Language = z.infer<typeof Language>;
