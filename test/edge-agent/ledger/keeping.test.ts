import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readHostIdentity, recogniseHost } from '#agent/ledger/host-identity.ts';
import { type Broken, keepChain } from '#agent/ledger/keep-chain.ts';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { createOutbox } from '#agent/ledger/outbox.ts';
import { pruneRecords } from '#agent/ledger/prune-records.ts';
import { createSaleJournal } from '#agent/ledger/sale-journal.ts';
import { createSidePapers } from '#agent/ledger/side-papers.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { LIMITS } from '#core/base/limits.ts';
import { days, instant, milliseconds, minus, plus } from '#core/base/time.ts';
import { OrderId } from '#core/contract/identifiers.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const NOW = instant(Date.UTC(2026, 9, 31, 12));
const OLD = minus(NOW, days(100));
const LIMIT = minus(NOW, days(90));

function setUp() {
  const time = createVirtualTime();
  const ledger = openLedger(':memory:', { clock: time.clock, random: systemRandom, boot: 'boot-1' });
  onTestFinished(() => ledger.close());
  return { time, ledger };
}
function append(ledger: Ledger, count: number): void {
  ledger.transaction(() => {
    for (let n = 0; n < count; n++) ledger.append({ t: 'sale', d: { saleId: `s${n}`, step: 'held' } });
  });
}

describe('the journals, read again while nothing else is to be done', () => {
  const { sliceRows, sliceEvery } = LIMITS.store.chain;
  const turns = (time: ReturnType<typeof createVirtualTime>, count: number) => time.advance(milliseconds(count * sliceEvery));

  test('are sound over all their rows, in slices', async () => {
    const { time, ledger } = setUp();
    append(ledger, 3 * sliceRows + 5);
    const broken: Broken[] = [];
    const keeper = keepChain(ledger, time.timers, (one) => broken.push(one));
    await turns(time, 3);
    expect(keeper.lastRound()).toBeUndefined();
    await turns(time, 6);
    expect(keeper.lastRound()).toEqual({ rows: 3 * sliceRows + 5 });
    expect(broken).toEqual([]);
    keeper.stop();
    expect(time.pendingTimers()).toBe(0);
  });

  test('tell once of a row that is not what was written, in whatever slice, and go on with the other journals', async () => {
    const { time, ledger } = setUp();
    append(ledger, 2 * sliceRows);
    ledger.transaction(() => ledger.append({ t: 'audit', d: { action: 'test-scan', by: 'test', detail: '' } }));
    ledger.database.exec(`UPDATE outbox SET at = at + 1 WHERE lane = 'p0' AND seq = ${sliceRows + 7}`);
    const broken: Broken[] = [];
    const keeper = keepChain(ledger, time.timers, (one) => broken.push(one));
    await turns(time, 10);
    await time.advance(LIMITS.store.chain.roundEvery);
    await turns(time, 10);
    expect(broken).toEqual([{ journal: 'p0', number: sliceRows + 7, why: 'changed' }]);
    expect(keeper.lastRound()).toEqual({ rows: 1 });
    keeper.stop();
  });
});

describe('what is old', () => {
  const sale = (id: string, stage: string, at: number): string =>
    `INSERT INTO sale (sale_id, machine, opened_at, changed_at, stage, ending, payment_open, expired, basket, scene, attempts, clock_ahead_ms)
     VALUES ('${id}', 'k1', ${at}, ${at}, '${stage}', ${stage === 'ended' ? "'done'" : 'NULL'}, 0, 0, '{}', '{}', 0, 0);`;

  test('goes: sales that ended, and the steps before the first that is young or still open', () => {
    const { ledger } = setUp();
    const journal = createSaleJournal(ledger);
    ledger.database.exec(sale('old', 'ended', OLD) + sale('open', 'unknown', OLD) + sale('young', 'ended', NOW));
    ledger.transaction(() => {
      for (const [owner, at] of [
        ['old', OLD],
        ['old', OLD],
        ['open', OLD],
        ['old', OLD],
        ['young', NOW],
      ] as const) {
        journal.note(owner, 'intent', 'holdSeats', 'key', at);
      }
    });
    expect(pruneRecords(ledger, LIMIT)).toBe(false);
    expect(ledger.database.prepare('SELECT sale_id FROM sale ORDER BY sale_id').pluck().all()).toEqual(['open', 'young']);
    expect(ledger.database.prepare('SELECT owner_id FROM journal_step ORDER BY position').pluck().all()).toEqual(['open', 'old', 'young']);
    expect(ledger.chain.ends('steps')).toMatchObject({ base: 2, head: 5 });
    expect(ledger.check('steps', 3, 10).kind).toBe('sound');
    pruneRecords(ledger, plus(NOW, days(1)));
    ledger.transaction(() => journal.note('new', 'intent', 'holdSeats', 'key', NOW));
    expect(ledger.check('steps', 3, 10).kind).toBe('sound');
  });

  test('goes: slips and receipts of long ago', () => {
    const { ledger } = setUp();
    const papers = createSidePapers(ledger);
    const order = OrderId.parse('261031-ABCDEFGH');
    const paper = { deliveryId: 'd1', orderId: order, kind: 'receipt', printer: 'printer' } as const;
    papers.start({ ...paper, earlier: 0 }, OLD);
    papers.start({ ...paper, earlier: 1 }, NOW);
    expect(() => papers.start({ ...paper, earlier: 1 }, NOW)).toThrow('begun meanwhile');
    expect(papers.earlier(order, 'receipt')).toBe(2);
    expect(pruneRecords(ledger, LIMIT)).toBe(false);
    expect(papers.earlier(order, 'receipt')).toBe(1);
  });

  test('goes from the outbox when it was acknowledged; however young, when there is too much of it', () => {
    const { ledger } = setUp();
    append(ledger, 30);
    const outbox = createOutbox(ledger);
    outbox.record('p0', 20, [], NOW);
    expect(outbox.prune(instant(0), 100)).toBe(0);
    expect(outbox.prune(instant(0), 100, 15)).toBe(5);
    expect(ledger.chain.ends('p0')).toMatchObject({ base: 5, head: 30 });
    expect(outbox.prune(instant(Number.MAX_SAFE_INTEGER), 100)).toBe(15);
    expect(outbox.read('p0', 21, { events: 200, bytes: 65_536 })).toMatchObject({ from: 21, to: 30 });
  });
});

describe('the computer', () => {
  test('is written down once; a ledger on another one begins a new epoch and says so', () => {
    const { ledger } = setUp();
    append(ledger, 3);
    const { epoch } = ledger;
    expect(recogniseHost(ledger, 'a'.repeat(32))).toBe('same');
    expect(recogniseHost(ledger, 'a'.repeat(32))).toBe('same');
    expect(recogniseHost(ledger, undefined)).toBe('same');
    expect(ledger.epoch).toBe(epoch);
    const ids = (): unknown[] => ledger.database.prepare(`SELECT event_id FROM outbox WHERE lane = 'p0' ORDER BY seq`).pluck().all();
    const before = ids();
    expect(recogniseHost(ledger, 'b'.repeat(32))).toBe('moved');
    expect(ledger.epoch).not.toBe(epoch);
    expect(ids()).toEqual(before);
    expect(ledger.database.prepare(`SELECT body FROM outbox WHERE lane = 'p1'`).pluck().get()).toContain('ledger-moved');
    expect(recogniseHost(ledger, 'b'.repeat(32))).toBe('same');
  });

  test('is known by a digest of its name, where it has one', () => {
    const file = join(scratchFolder(), 'machine-id');
    expect(readHostIdentity(file)).toBeUndefined();
    writeFileSync(file, '0123456789abcdef0123456789abcdef\n');
    expect(readHostIdentity(file)).toMatch(/^[0-9a-f]{32}$/);
    expect(readHostIdentity(file)).not.toContain('0123456789abcdef');
  });
});
