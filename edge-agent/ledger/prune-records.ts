import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Duration } from '#core/base/time.ts';
import { type Instant, minus } from '#core/base/time.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import type { Ledger } from './ledger.ts';
import { LedgerDamage } from './ledger-chain.ts';
import { carryBookings } from './terminal-days.ts';

/** Takes away what a machine need not remember: sales and papers that came to their end long ago, with their steps. Nothing that is still open ever goes. */

/**
 * Without what is open; the newest booking, by which the terminal's own newest is recognised; and all that is left to a person. Money that no end of the
 * terminal's day has counted stays longer, one by one as long as it is not too much, and then as a sum.
 */
const OLD_BOOKINGS = `
  SELECT attempt_key FROM terminal_booking WHERE stage = 'ended' AND ending <> 'person' AND changed_at < @before
    AND (ending <> 'paid' OR counted = 1 OR changed_at < @uncountedBefore OR started_at <= (
      SELECT started_at FROM terminal_booking INDEXED BY terminal_booking_uncounted WHERE counted = 0 AND ending = 'paid'
      ORDER BY started_at DESC LIMIT 1 OFFSET @uncountedMax))
    AND NOT EXISTS (SELECT 1 FROM journal_step WHERE owner_id = attempt_key)
    AND attempt_key <> (SELECT attempt_key FROM terminal_booking ORDER BY receipt IS NOT NULL DESC, started_at DESC, changed_at DESC LIMIT 1)
  ORDER BY attempt_key LIMIT +@limit`;

/** @returns whether there may be more */
export function pruneRecords(ledger: Pick<Ledger, 'database' | 'chain' | 'rows' | 'transaction'>, before: Instant): boolean {
  const { database, chain, rows } = ledger;
  const limit = LIMITS.records.pruneRows;
  return ledger.transaction(() => {
    const sales = database
      .prepare(`DELETE FROM sale WHERE sale_id IN (SELECT sale_id FROM sale WHERE stage = 'ended' AND changed_at < ? LIMIT +?)`)
      .run(before, limit).changes;
    const old = `SELECT delivery_id FROM delivery WHERE stage = 'closed' AND changed_at < ?
      AND NOT EXISTS (SELECT 1 FROM print_job WHERE print_job.delivery_id = delivery.delivery_id AND settled = 0) ORDER BY delivery_id LIMIT +?`;
    database.prepare(`DELETE FROM print_job WHERE delivery_id IN (${old})`).run(before, limit);
    const deliveries = database.prepare(`DELETE FROM delivery WHERE delivery_id IN (${old})`).run(before, limit).changes;
    const papers = database
      .prepare(`DELETE FROM side_paper WHERE paper_id IN (SELECT paper_id FROM side_paper WHERE changed_at < ? ORDER BY paper_id LIMIT +?)`)
      .run(before, limit).changes;
    const bookings = pruneBookings({ database }, before, limit);
    // The chain loses its beginning only: the steps of something that is still open keep those behind them.
    const steps = database
      .prepare<[number], { position: number; at: number; mac: Buffer | null; open: number }>(
        `SELECT position, at, mac, (EXISTS (SELECT 1 FROM sale WHERE sale_id = owner_id AND stage <> 'ended')
           OR EXISTS (SELECT 1 FROM delivery WHERE delivery_id = owner_id AND stage <> 'closed')
           OR EXISTS (SELECT 1 FROM terminal_booking WHERE attempt_key = owner_id AND stage <> 'ended')) AS open
         FROM journal_step ORDER BY position LIMIT +?`,
      )
      .all(limit);
    const end = steps.findIndex(({ at, open }) => at >= before || open === 1);
    const last = steps.at(end === -1 ? steps.length - 1 : end - 1);
    const isSome = end !== 0 && last !== undefined;
    if (isSome) {
      if (last.position > chain.ends('steps').base) {
        if (last.mac === null) throw new LedgerDamage(`journal steps: row ${last.position} has no digest`);
        chain.moveBase('steps', last.position, last.mac);
      }
      database.prepare('DELETE FROM journal_step WHERE position <= ?').run(last.position);
    }
    const isFull = [sales, deliveries, papers, bookings].includes(limit);
    return isFull || (isSome && end === -1 && steps.length === limit && rows.last('steps') > 0);
  });
}

function pruneBookings({ database }: Pick<Ledger, 'database'>, before: Instant, limit: number): number {
  const { uncountedLonger, uncountedMax } = LIMITS.records;
  const old = database
    .prepare<{ before: number; uncountedBefore: number; uncountedMax: number; limit: number }, string>(OLD_BOOKINGS)
    .pluck()
    .all({ before, uncountedBefore: minus(before, uncountedLonger), uncountedMax, limit });
  const keys = JSON.stringify(old);
  carryBookings({ database }, keys);
  return database.prepare('DELETE FROM terminal_booking WHERE attempt_key IN (SELECT value FROM json_each(?))').run(keys).changes;
}

/** Does it every hour, in small steps. */
export function keepPruned(
  ledger: Pick<Ledger, 'database' | 'chain' | 'rows' | 'transaction'>,
  { clock, timers, keep }: { readonly clock: Clock; readonly timers: Timers; readonly keep: Duration },
): { stop(): void } {
  const { pruneEvery, prunePause } = LIMITS.records;
  let next: Timer;
  const turn = (): void => {
    next = timers.after(attempt() ? prunePause : pruneEvery, turn);
  };
  /** On a full disk it has to wait. */
  const attempt = (): boolean => {
    try {
      return pruneRecords(ledger, minus(clock.wall(), keep));
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause;
      return false;
    }
  };
  next = timers.after(prunePause, turn);
  return { stop: () => next.cancel() };
}
