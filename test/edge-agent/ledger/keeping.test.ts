import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAuditedCommands } from '#agent/ledger/audited-commands.ts';
import { readHostIdentity, recogniseHost } from '#agent/ledger/host-identity.ts';
import { type Broken, keepChain } from '#agent/ledger/keep-chain.ts';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { createMachineBoot, nameOfStart } from '#agent/ledger/machine-boot.ts';
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

  test("goes: bookings of the card terminal whose money is nobody's any more", () => {
    const { ledger } = setUp();
    const booking = (key: string, stage: string, ending: string | null, counted: number, more: { at?: number; receipt?: string } = {}) => {
      const { at = OLD, receipt = null } = more;
      ledger.database
        .prepare(
          `INSERT INTO terminal_booking (attempt_key, order_id, amount, currency, opened_at, changed_at, started_at, stage, ending, wanted, told_paid, receipt, counted)
           VALUES (?, 'o', 100, 'CNY', ?, ?, ?, ?, ?, 1, 1, ?, ?)`,
        )
        .run(key, at, at, at, stage, ending, receipt, counted);
    };
    booking('counted', 'ended', 'paid', 1, { receipt: '{}' });
    booking('nothing', 'ended', 'failed', 0);
    booking('not counted', 'ended', 'paid', 0, { receipt: '{}' });
    booking('left to a person', 'ended', 'person', 0);
    booking('open', 'asking', null, 0);
    booking('newest of the terminal', 'ended', 'paid', 1, { at: plus(OLD, days(1)), receipt: '{}' });
    booking('with steps', 'ended', 'failed', 0);
    booking('young', 'ended', 'failed', 0, { at: NOW });
    const journal = createSaleJournal(ledger);
    ledger.transaction(() => {
      for (const owner of ['open', 'with steps']) journal.note(owner, 'intent', 'terminal authorise', owner, OLD);
    });
    const keys = () => ledger.database.prepare('SELECT attempt_key FROM terminal_booking ORDER BY attempt_key').pluck().all();
    expect(pruneRecords(ledger, LIMIT)).toBe(false);
    const left = ['left to a person', 'newest of the terminal', 'not counted', 'open', 'with steps', 'young'];
    expect(keys()).toEqual(left);
    expect(ledger.database.prepare('SELECT owner_id FROM journal_step').pluck().all()).toEqual(['open', 'with steps']);
    ledger.database.exec(`UPDATE terminal_booking SET stage = 'ended', ending = 'failed' WHERE attempt_key = 'open'`);
    pruneRecords(ledger, LIMIT);
    pruneRecords(ledger, LIMIT);
    expect(keys()).toEqual(['left to a person', 'newest of the terminal', 'not counted', 'young']);
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

  test('was off when it is another start of it, until that is written down', () => {
    const { ledger } = setUp();
    const boot = createMachineBoot(ledger);
    expect(boot.wasOff('one')).toBe(true);
    expect(() =>
      ledger.transaction(() => {
        boot.keep('one');
        throw new Error('the disk is full');
      }),
    ).toThrow('full');
    expect(boot.wasOff('one')).toBe(true);
    ledger.transaction(() => boot.keep('one'));
    expect([boot.wasOff('one'), boot.wasOff('two')]).toEqual([false, true]);
    ledger.transaction(() => boot.keep('two'));
    expect([boot.wasOff('one'), boot.wasOff('two')]).toEqual([true, false]);
  });

  test('has a name for each start; the start of the program stands for it where there is none, and where the ledger was salvaged', () => {
    const start = { read: () => ({ boot: 'of-the-machine', uptime: milliseconds(5) }) };
    const salvaged: NonNullable<Ledger['salvaged']> = { at: '', why: 'torn', quarantine: '', epoch: '', proven: true, journals: [], tables: [] };
    expect(nameOfStart({ boot: 'of-the-program' }, start)).toBe('of-the-machine');
    expect(nameOfStart({ boot: 'of-the-program' }, { read: () => undefined })).toBe('of-the-program');
    expect(nameOfStart({ boot: 'of-the-program', salvaged }, start)).toBe('of-the-program');
  });

  test('is known by a digest of its name, where it has one', () => {
    const file = join(scratchFolder(), 'machine-id');
    expect(readHostIdentity(file)).toBeUndefined();
    writeFileSync(file, '0123456789abcdef0123456789abcdef\n');
    expect(readHostIdentity(file)).toMatch(/^[0-9a-f]{32}$/);
    expect(readHostIdentity(file)).not.toContain('0123456789abcdef');
  });
});

describe('the audit of commands', () => {
  test('tells each wish once, whatever was interrupted, and forgets those of long ago', () => {
    const { ledger } = setUp();
    const { tell } = createAuditedCommands(ledger);
    const told = () => ledger.database.prepare(`SELECT body FROM outbox WHERE lane = 'p1' ORDER BY seq`).pluck().all();
    expect(() => ledger.transaction(() => tell('a', 'Mei', 'gate-1 report-health'))).toThrow();
    expect(told()).toEqual([]);
    for (const wish of ['a', 'a', 'b', 'a']) tell(wish, 'Mei', `gate-1 report-health: ${wish}`);
    createAuditedCommands(ledger).tell('b', 'Mei', 'gate-1 report-health: b');
    expect(told()).toEqual(['a', 'b'].map((wish) => JSON.stringify({ action: 'command-sent', by: 'Mei', detail: `gate-1 report-health: ${wish}` })));
    for (let n = 0; n < LIMITS.uplink.commandsKept; n++) tell(`${n}`, 'Mei', 'x');
    expect(ledger.database.prepare('SELECT count(*) FROM audited_command').pluck().get()).toBe(LIMITS.uplink.commandsKept);
  });
});
