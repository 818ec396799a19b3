import type { Currency } from '#core/base/money.ts';
import type { Instant } from '#core/base/time.ts';
import type { Ledger } from './ledger.ts';

/** What this machine's card terminal has booked for it, from one end of the terminal's day to the next. */
export interface TerminalDays {
  /** Something is or may be open at the terminal. */
  isPaymentOpen(): boolean;
  bookedSinceLastEnd(): { readonly count: number; readonly minor: number; readonly currency: Currency };
  /** Inside a transaction. */
  keepEnd(at: Instant, theirs: number | undefined, ours: number): void;
}

/** Money that the terminal has, since its last end: also what is still to be told, or to be booked back. */
const SINCE = `
  counted = 0 AND started_at > coalesce((SELECT max(ended_at) FROM terminal_day WHERE marked = 0), 0)
    AND (ending = 'paid' OR stage = 'reversing' OR (stage = 'telling' AND json_extract(result, '$.outcome') = 'paid'))`;

export function createTerminalDays({ database }: Pick<Ledger, 'database'>): TerminalDays {
  const open = database
    .prepare<[], number>("SELECT count(*) FROM terminal_booking WHERE stage IN ('opening', 'authorising', 'approved', 'asking')")
    .pluck();
  const booked = database.prepare<[], { count: number; minor: number; currency: Currency }>(
    `SELECT count(*) AS count, coalesce(sum(amount), 0) AS minor, coalesce(max(currency), 'CNY') AS currency FROM terminal_booking WHERE ${SINCE}`,
  );
  const mark = database.prepare(`UPDATE terminal_booking SET counted = 1 WHERE ${SINCE}`);
  const keep = database.prepare<[number, number | null, number]>('INSERT INTO terminal_day (ended_at, theirs, ours, marked) VALUES (?, ?, ?, 1)');
  return {
    isPaymentOpen: () => (open.get() ?? 0) > 0,
    bookedSinceLastEnd: () => booked.get() ?? { count: 0, minor: 0, currency: 'CNY' },
    keepEnd: (at, theirs, ours) => {
      mark.run();
      keep.run(at, theirs ?? null, ours);
    },
  };
}
