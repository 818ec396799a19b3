import type { Currency } from '#core/base/money.ts';
import type { Instant } from '#core/base/time.ts';
import type { Ledger } from './ledger.ts';

/** What this machine's card terminal has booked for it, from one end of the terminal's day to the next. */
export interface TerminalDays {
  /** Something is or may be open at the terminal. */
  isPaymentOpen(): boolean;
  /** Since when the oldest of what the terminal has waits for an end of its day; undefined when nothing does. */
  waitsSince(): Instant | undefined;
  bookedSinceLastEnd(): { readonly count: number; readonly minor: number; readonly currency: Currency };
  /** Inside a transaction. */
  keepEnd(at: Instant, theirs: number | undefined, ours: number): void;
}

/** Money that the terminal has, since its last end: also what is still to be told, or to be booked back. */
const WAITS = 'counted = 0 AND started_at > coalesce((SELECT max(ended_at) FROM terminal_day WHERE marked = 0), 0)';
const SINCE = `
  ${WAITS}
    AND (ending = 'paid' OR stage = 'reversing' OR (stage = 'telling' AND json_extract(result, '$.outcome') = 'paid'))`;

export function createTerminalDays({ database }: Pick<Ledger, 'database'>): TerminalDays {
  const open = database
    .prepare<[], number>("SELECT count(*) FROM terminal_booking WHERE stage IN ('opening', 'authorising', 'approved', 'asking')")
    .pluck();
  const booked = database.prepare<[], { count: number; minor: number; currency: Currency }>(
    `SELECT coalesce(sum(bookings), 0) AS count, coalesce(sum(minor), 0) AS minor, coalesce(max(currency), 'CNY') AS currency FROM (
       SELECT 1 AS bookings, amount AS minor, currency FROM terminal_booking WHERE ${SINCE} UNION ALL SELECT bookings, minor, currency FROM terminal_carried)`,
  );
  const oldest = database
    .prepare<[], Instant | null>(
      `SELECT min(started_at) FROM terminal_booking INDEXED BY terminal_booking_uncounted WHERE ${WAITS} AND ending = 'paid'`,
    )
    .pluck();
  const carried = database.prepare('DELETE FROM terminal_carried');
  const mark = database.prepare(`UPDATE terminal_booking SET counted = 1 WHERE ${SINCE}`);
  const keep = database.prepare<[number, number | null, number]>('INSERT INTO terminal_day (ended_at, theirs, ours, marked) VALUES (?, ?, ?, 1)');
  return {
    isPaymentOpen: () => (open.get() ?? 0) > 0,
    waitsSince: () => oldest.get() ?? undefined,
    bookedSinceLastEnd: () => booked.get() ?? { count: 0, minor: 0, currency: 'CNY' },
    keepEnd: (at, theirs, ours) => {
      mark.run();
      carried.run();
      keep.run(at, theirs ?? null, ours);
    },
  };
}

/** Inside a transaction: of these bookings what waits for an end of the day is kept as a sum, so that it is right however late that comes. */
export function carryBookings({ database }: Pick<Ledger, 'database'>, attemptKeys: string): void {
  database
    .prepare<[string]>(
      `INSERT INTO terminal_carried (currency, bookings, minor)
       SELECT currency, count(*), sum(amount) FROM terminal_booking WHERE ${WAITS} AND ending = 'paid' AND attempt_key IN (SELECT value FROM json_each(?))
       GROUP BY currency ON CONFLICT (currency) DO UPDATE SET bookings = bookings + excluded.bookings, minor = minor + excluded.minor`,
    )
    .run(attemptKeys);
}
