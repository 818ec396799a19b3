import { describe, expect, it, onTestFinished } from 'vitest';
import { createTerminalDay } from '#agent/kiosk/terminal-day.ts';
import { createBookingJournal } from '#agent/ledger/booking-journal.ts';
import { openLedger } from '#agent/ledger/ledger.ts';
import { pruneRecords } from '#agent/ledger/prune-records.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { LIMITS } from '#core/base/limits.ts';
import { days, hours, instant, minus, minutes, plus, seconds } from '#core/base/time.ts';
import { IdempotencyKey, OrderId } from '#core/contract/identifiers.ts';
import type { BookingStage } from '#core/kiosk/booking.ts';
import type { DayEndOutcome } from '#core/ports/payment-terminal.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const receipt = { terminalId: 'T1', trace: '000001', at: '2026-10-31T11:00:00.000Z', amount: { minor: 4_800, currency: 'CNY' } } as const;

function setUp() {
  const time = createVirtualTime(instant(Date.UTC(2026, 9, 31, 11)));
  const ledger = openLedger(':memory:', { clock: time.clock, random: systemRandom, boot: 'boot-1' });
  onTestFinished(() => ledger.close());
  const journal = createBookingJournal(ledger);
  const answer: { next: DayEndOutcome } = { next: { kind: 'ended', total: { minor: 0, currency: 'CNY' } } };
  let asked = 0;
  const day = createTerminalDay({
    ledger,
    clock: time.clock,
    terminal: {
      endDay: async () => {
        asked += 1;
        return answer.next;
      },
    },
  });
  let count = 0;
  const book = (stage: BookingStage, minor = 4_800): void => {
    const startedAt = plus(time.clock.wall(), seconds(++count));
    ledger.transaction(() =>
      journal.save(
        {
          attemptKey: IdempotencyKey.parse(`01JB0000000000000000000000-p${count}`),
          orderId: OrderId.parse('K01-261031-00001'),
          amount: { minor, currency: 'CNY' },
          openedAt: startedAt,
          startedAt,
          before: undefined,
          wanted: true,
          receipt,
          toldPaid: false,
          stage,
        },
        startedAt,
      ),
    );
  };
  const said = () =>
    ledger.database.prepare<[], string>("SELECT json_extract(body, '$.detail') FROM outbox WHERE type = 'audit' ORDER BY lane, seq").pluck().all();
  return { time, ledger, day, answer, book, said, asked: () => asked };
}

const ends = (minor: number | undefined): DayEndOutcome => ({ kind: 'ended', total: minor === undefined ? undefined : { minor, currency: 'CNY' } });

describe('the end of a card terminal’s day', () => {
  it('counts the money that the terminal has, and not what it gave back or never took', async () => {
    const { day, answer, book, said } = setUp();
    book({ kind: 'ended', how: 'paid' }, 4_800);
    book({ kind: 'ended', how: 'paid' }, 9_600);
    book({ kind: 'ended', how: 'reversed' });
    book({ kind: 'ended', how: 'no-money' });
    book({ kind: 'telling', result: { outcome: 'paid', amount: receipt.amount, receipt }, tries: 3 }, 100);
    book({ kind: 'telling', result: { outcome: 'failed' }, tries: 0 });
    book({ kind: 'reversing', tries: 1 }, 10);
    answer.next = ends(14_510);
    expect(await day.end('Li')).toEqual({
      kind: 'ended',
      ours: { minor: 14_510, currency: 'CNY' },
      oursCount: 4,
      theirs: { minor: 14_510, currency: 'CNY' },
    });
    expect(said()).toEqual(['asked', 'ended: 4 payments of ours, CNY 145.10; the terminal says CNY 145.10']);
  });

  it('begins the next one empty, and keeps a difference visible', async () => {
    const { day, answer, book, time, said } = setUp();
    book({ kind: 'ended', how: 'paid' });
    await time.advance(minutes(5));
    answer.next = ends(4_900);
    expect(await day.end('Li')).toMatchObject({ ours: { minor: 4_800 }, theirs: { minor: 4_900 } });
    book({ kind: 'ended', how: 'paid' }, 300);
    await time.advance(minutes(5));
    answer.next = ends(undefined);
    expect(await day.end('Li')).toMatchObject({ ours: { minor: 300 }, oursCount: 1, theirs: undefined });
    expect(said().at(-1)).toContain('the terminal says nothing');
  });

  it('loses no payment of the next one when the clock is set back after it, and counts none twice', async () => {
    const { day, answer, book, time } = setUp();
    book({ kind: 'ended', how: 'paid' });
    await time.advance(minutes(5));
    answer.next = ends(4_800);
    expect(await day.end('Li')).toMatchObject({ ours: { minor: 4_800 } });
    time.jumpWall(hours(-2));
    book({ kind: 'ended', how: 'paid' }, 300);
    answer.next = ends(300);
    expect(await day.end('Li')).toMatchObject({ ours: { minor: 300 }, oursCount: 1 });
    await time.advance(minutes(1));
    expect(await day.end('Li')).toMatchObject({ ours: { minor: 0 }, oursCount: 0 });
  });

  it('that the version before has ended is known by its time', async () => {
    const { day, answer, book, time, ledger } = setUp();
    book({ kind: 'ended', how: 'paid' });
    await time.advance(minutes(5));
    ledger.database.prepare('INSERT INTO terminal_day (ended_at, theirs, ours) VALUES (?, ?, ?)').run(time.clock.wall(), 4_800, 4_800);
    await time.advance(minutes(5));
    book({ kind: 'ended', how: 'paid' }, 300);
    answer.next = ends(300);
    expect(await day.end('Li')).toMatchObject({ ours: { minor: 300 }, oursCount: 1 });
  });

  it.each(['authorising', 'asking'] as const)('waits while a payment is %s', async (kind) => {
    const { day, book, asked, said } = setUp();
    book(kind === 'asking' ? { kind, tries: 0 } : { kind });
    expect(await day.end('Li')).toEqual({ kind: 'busy' });
    expect(asked()).toBe(0);
    expect(said()).toEqual([]);
  });

  it('that was refused, or of which nobody heard, has not ended: the payments stay to be counted', async () => {
    const { day, answer, book, time } = setUp();
    book({ kind: 'ended', how: 'paid' });
    await time.advance(minutes(1));
    const fault = { code: 'E-TRM-NO-ANSWER', owner: 'device', message: 'silence' } as const;
    for (const kind of ['refused', 'unknown'] as const) {
      answer.next = { kind, fault };
      expect(await day.end('Li')).toEqual({ kind, fault });
    }
    answer.next = ends(4_800);
    expect(await day.end('Li')).toMatchObject({ ours: { minor: 4_800 } });
  });

  it('is overdue two days after the oldest payment that waits for it, and not while there is none', async () => {
    const { day, answer, book, time } = setUp();
    await time.advance(hours(72));
    expect(day.isOverdue()).toBe(false);
    book({ kind: 'ended', how: 'reversed' });
    book({ kind: 'ended', how: 'paid' });
    await time.advance(hours(48));
    expect(day.isOverdue()).toBe(false);
    await time.advance(minutes(1));
    expect(day.isOverdue()).toBe(true);
    answer.next = ends(4_800);
    await day.end('Li');
    expect(day.isOverdue()).toBe(false);
  });

  it('that comes years late has the right sum, though the payments are not kept one by one', async () => {
    const { day, answer, book, time, ledger } = setUp();
    for (const minor of [4_800, 200, 100]) book({ kind: 'ended', how: 'paid' }, minor);
    book({ kind: 'asking', tries: 0 });
    const old = time.clock.wall();
    await time.advance(days(500));
    book({ kind: 'ended', how: 'paid' }, 7);
    const { keepSales, uncountedLonger } = LIMITS.records;
    pruneRecords(ledger, plus(old, uncountedLonger));
    const kept = () => ledger.database.prepare('SELECT amount FROM terminal_booking ORDER BY started_at').pluck().all();
    expect(kept()).toEqual([4_800, 200, 100, 4_800, 7]);
    pruneRecords(ledger, minus(time.clock.wall(), keepSales));
    expect(kept()).toEqual([4_800, 7]);
    ledger.database.exec("UPDATE terminal_booking SET stage = 'ended', ending = 'no-money' WHERE stage = 'asking'");
    answer.next = ends(5_107);
    expect(await day.end('Li')).toMatchObject({ ours: { minor: 5_107 }, oursCount: 4 });
    await time.advance(minutes(1));
    expect(await day.end('Li')).toMatchObject({ ours: { minor: 0 }, oursCount: 0 });
  });

  it('that never comes leaves no more single payments than the limit, the oldest go into the sum', async () => {
    const { day, book, time, ledger } = setUp();
    book({ kind: 'ended', how: 'paid' }, 1);
    const { uncountedMax, pruneRows } = LIMITS.records;
    ledger.database.exec(`WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${uncountedMax + pruneRows})
      INSERT INTO terminal_booking SELECT attempt_key || '-' || n, order_id, amount, currency, opened_at + n, changed_at + n, started_at + n, stage, ending, wanted,
        told_paid, before, receipt, result, reversal, counted FROM terminal_booking, n`);
    await time.advance(days(1));
    while (pruneRecords(ledger, time.clock.wall()));
    expect(ledger.database.prepare('SELECT count(*) FROM terminal_booking').pluck().get()).toBe(uncountedMax);
    expect(await day.end('Li')).toMatchObject({ ours: { minor: uncountedMax + pruneRows + 1 }, oursCount: uncountedMax + pruneRows + 1 });
  });
});
