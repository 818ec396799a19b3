import { z } from 'zod';
import { unreachable } from '#core/base/fault.ts';
import type { Money } from '#core/base/money.ts';
import { type Instant, instant } from '#core/base/time.ts';
import { TerminalReceipt, TerminalResult } from '#core/contract/box-office/sales.ts';
import { IdempotencyKey, OrderId } from '#core/contract/identifiers.ts';
import { MoneyAmount } from '#core/contract/values.ts';
import type { Booking, BookingEnding, BookingStage } from '#core/kiosk/booking.ts';
import type { Ledger } from './ledger.ts';

/** What is durable of the payments at a card terminal: enough to ask the terminal, after any power cut, what became of the money. */
export interface BookingJournal {
  /** Inside a transaction. */
  save(booking: Booking, at: Instant): void;
  /** Every booking that is not at its end, oldest first. */
  readOpen(): readonly Booking[];
  /** The newest booking that the terminal is known to have made. */
  readNewest(): TerminalReceipt | undefined;
  knows(attemptKey: string): boolean;
  /** What was to be paid at the terminal for an order. */
  amountOf(orderId: OrderId): Money | undefined;
  /** What was left to a person, with its order, and how it ended there; the first inside a transaction. */
  settle(attemptKey: IdempotencyKey, how: BookingEnding, at: Instant): void;
  readLeftToPerson(): ReadonlyMap<IdempotencyKey, OrderId>;
}

const BookingRow = z.strictObject({
  attempt_key: IdempotencyKey,
  order_id: OrderId,
  amount: z.int(),
  currency: MoneyAmount.shape.currency,
  opened_at: z.int(),
  changed_at: z.int(),
  started_at: z.int().nullable(),
  stage: z.enum(['opening', 'authorising', 'approved', 'asking', 'telling', 'reversing', 'telling-reversal']),
  wanted: z.int(),
  told_paid: z.int(),
  before: z.string().nullable(),
  receipt: z.string().nullable(),
  result: z.string().nullable(),
  reversal: z.string().nullable(),
});
type BookingRow = z.infer<typeof BookingRow>;

const SAVE = `
  INSERT INTO terminal_booking (attempt_key, order_id, amount, currency, opened_at, changed_at, started_at, stage, ending, wanted, told_paid, before, receipt,
    result, reversal)
  VALUES (:attempt_key, :order_id, :amount, :currency, :opened_at, :changed_at, :started_at, :stage, :ending, :wanted, :told_paid, :before, :receipt,
    :result, :reversal)
  ON CONFLICT (attempt_key) DO UPDATE SET changed_at = excluded.changed_at, started_at = excluded.started_at, stage = excluded.stage,
    ending = excluded.ending, wanted = excluded.wanted, told_paid = excluded.told_paid, receipt = coalesce(excluded.receipt, receipt),
    result = excluded.result, reversal = coalesce(excluded.reversal, reversal)`;

const READ_OPEN = `
  SELECT attempt_key, order_id, amount, currency, opened_at, changed_at, started_at, stage, wanted, told_paid, before, receipt, result, reversal
  FROM terminal_booking WHERE stage <> 'ended' ORDER BY opened_at, attempt_key`;

export function createBookingJournal(ledger: Pick<Ledger, 'database'>): BookingJournal {
  const { database } = ledger;
  const save = database.prepare(SAVE);
  const readOpen = database.prepare(READ_OPEN);
  // By the journal: one payment at a time is at the terminal, and times go back when a clock is set. Steps of long ago are forgotten, and with them what went before.
  const newestByStep = database
    .prepare<[], string>(
      `SELECT coalesce(reversal, receipt) FROM journal_step JOIN terminal_booking ON attempt_key = owner_id
       WHERE what = 'terminal authorise' AND receipt IS NOT NULL ORDER BY position DESC LIMIT 1`,
    )
    .pluck();
  const newest = database
    .prepare<[], string>(
      'SELECT coalesce(reversal, receipt) FROM terminal_booking WHERE receipt IS NOT NULL ORDER BY started_at DESC, changed_at DESC LIMIT 1',
    )
    .pluck();
  // Both without an index: an order is lost once in years.
  const amount = database.prepare<[string], Money>('SELECT amount AS minor, currency FROM terminal_booking WHERE order_id = ? LIMIT 1');
  const known = database.prepare<[string], number>('SELECT 1 FROM terminal_booking WHERE attempt_key = ?').pluck();
  const left = database.prepare<[], { attempt_key: string; order_id: string }>(
    "SELECT attempt_key, order_id FROM terminal_booking WHERE ending = 'person' ORDER BY opened_at, attempt_key",
  );
  // What the terminal is known to have booked back is none of its money, whatever became of the order.
  const settle = database.prepare<{ how: BookingEnding; at: Instant; key: string }>(
    `UPDATE terminal_booking SET ending = iif(@how = 'paid' AND reversal IS NOT NULL, 'reversed', @how), changed_at = @at
     WHERE attempt_key = @key AND ending = 'person'`,
  );
  return {
    save: (booking, at) => {
      save.run(rowOf(booking, at));
    },
    readOpen: () => readOpen.all().map((row) => bookingOf(BookingRow.parse(row))),
    readNewest: () => receiptOf(newestByStep.get() ?? newest.get() ?? null),
    amountOf: (orderId) => amount.get(orderId),
    knows: (attemptKey) => known.get(attemptKey) !== undefined,
    settle: (attemptKey, how, at) => {
      settle.run({ how, at, key: attemptKey });
    },
    readLeftToPerson: () => new Map(left.all().map((row) => [IdempotencyKey.parse(row.attempt_key), OrderId.parse(row.order_id)])),
  };
}

function rowOf(booking: Booking, at: Instant) {
  const { stage } = booking;
  const text = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  return {
    attempt_key: booking.attemptKey,
    order_id: booking.orderId,
    amount: booking.amount.minor,
    currency: booking.amount.currency,
    opened_at: booking.openedAt,
    changed_at: at,
    started_at: booking.startedAt ?? null,
    stage: stage.kind,
    ending: stage.kind === 'ended' ? stage.how : null,
    wanted: booking.wanted ? 1 : 0,
    told_paid: booking.toldPaid ? 1 : 0,
    before: text(booking.before),
    receipt: text(booking.receipt),
    result: text(stage.kind === 'telling' ? stage.result : undefined),
    reversal: text(stage.kind === 'telling-reversal' ? stage.reversal : undefined),
  };
}

const receiptOf = (text: string | null): TerminalReceipt | undefined => (text === null ? undefined : TerminalReceipt.parse(JSON.parse(text)));

function bookingOf(row: BookingRow): Booking {
  return {
    attemptKey: row.attempt_key,
    orderId: row.order_id,
    amount: { minor: row.amount, currency: row.currency },
    openedAt: instant(row.opened_at),
    startedAt: row.started_at === null ? undefined : instant(row.started_at),
    before: receiptOf(row.before),
    wanted: row.wanted === 1,
    receipt: receiptOf(row.receipt),
    toldPaid: row.told_paid === 1,
    stage: stageOf(row),
  };
}

/** Counters of questions begin anew. */
function stageOf(row: BookingRow): BookingStage {
  switch (row.stage) {
    case 'opening':
    case 'authorising':
      return { kind: row.stage };
    case 'approved':
      // The terminal's question about the goods did not outlive the program; whether the money stayed is asked.
      return { kind: 'approved', since: instant(row.changed_at), verdict: 'open', tries: 0 };
    case 'asking':
    case 'reversing':
      return { kind: row.stage, tries: 0 };
    case 'telling':
      return { kind: 'telling', result: TerminalResult.parse(JSON.parse(row.result ?? 'null')), tries: 0 };
    case 'telling-reversal': {
      const reversal = receiptOf(row.reversal);
      return reversal === undefined ? { kind: 'asking', tries: 0 } : { kind: 'telling-reversal', reversal, tries: 0 };
    }
    default:
      return unreachable(row.stage);
  }
}
