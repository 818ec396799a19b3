import { describe, expect, onTestFinished, test } from 'vitest';
import { createLedger, type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { LedgerDamage } from '#agent/ledger/ledger-chain.ts';
import { createOutbox, type Outbox } from '#agent/ledger/outbox.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { InvariantError } from '#core/base/fault.ts';
import { days, instant, minutes, plus } from '#core/base/time.ts';
import { type EventBody, WireEvent } from '#core/contract/wire/events.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const NOW = instant(Date.UTC(2026, 9, 31, 12));
const MANY = { events: 200, bytes: 65_536 };

function setUp(boot = 'boot-1'): { ledger: Ledger; outbox: Outbox; append: (...bodies: EventBody[]) => void; advance: () => Promise<void> } {
  const time = createVirtualTime();
  const ledger = openLedger(':memory:', { clock: time.clock, random: systemRandom, boot });
  onTestFinished(() => ledger.close());
  return {
    ledger,
    outbox: createOutbox(ledger),
    append: (...bodies) => ledger.transaction(() => bodies.map(ledger.append)),
    advance: () => time.advance(minutes(1)),
  };
}
const sale = (saleId: string): EventBody => ({ t: 'sale', d: { saleId, step: 'held' } });
const audit = (detail: string): EventBody => ({ t: 'audit', d: { action: 'test-scan', by: 'test', detail } });
const sales = (count: number): EventBody[] => Array.from({ length: count }, (_, i) => sale(`sale-${i + 1}`));

describe('a batch', () => {
  test('holds what was appended, each as the box office will parse it', () => {
    const { outbox, append } = setUp();
    append(sale('a "quoted" name'), audit('a\nline'), sale('影票'));
    const batch = outbox.read('p0', 1, MANY);
    expect(batch).toMatchObject({ from: 1, to: 2, boot: 'boot-1' });
    expect(batch.events.map((text) => WireEvent.parse(JSON.parse(text)).d)).toEqual([
      { saleId: 'a "quoted" name', step: 'held' },
      { saleId: '影票', step: 'held' },
    ]);
  });

  test('ends at the number of events and at their bytes, but never before the first', () => {
    const { outbox, append } = setUp();
    append(...sales(250));
    expect(outbox.read('p0', 1, MANY).to).toBe(200);
    expect(outbox.read('p0', 201, MANY).to).toBe(250);
    const one = Buffer.byteLength(outbox.read('p0', 1, { events: 1, bytes: 1 }).events[0] ?? '');
    expect(outbox.read('p0', 1, { events: 200, bytes: 3 * (one + 1) }).to).toBe(3);
    expect(outbox.read('p0', 1, { events: 200, bytes: 1 }).to).toBe(1);
  });

  test('does not mix two boots, whose monotonic times cannot be compared', () => {
    const { ledger, append } = setUp('boot-0');
    append(...sales(2));
    const later = createLedger(ledger.database, { clock: createVirtualTime().clock, random: systemRandom, boot: 'boot-1' });
    later.transaction(() => later.append(sale('sale-3')));
    const outbox = createOutbox(later);
    expect(outbox.read('p0', 1, MANY)).toMatchObject({ from: 1, to: 2, boot: 'boot-0' });
    expect(outbox.read('p0', 3, MANY)).toMatchObject({ from: 3, to: 3, boot: 'boot-1' });
  });

  test('that is empty is our own bug', () => {
    const { outbox, append } = setUp();
    append(...sales(3));
    expect(() => outbox.read('p0', 4, MANY)).toThrow(InvariantError);
  });

  test.each([
    ['was changed', `UPDATE outbox SET body = '{"saleId":"sale-2","step":"paid"}' WHERE seq = 2`, 1],
    ['is missing', 'DELETE FROM outbox WHERE seq = 2', 1],
    ['is missing at the end', 'DELETE FROM outbox WHERE seq = 3', 3],
    ['lost its digest', 'UPDATE outbox SET mac = NULL WHERE seq = 3', 3],
  ])('with a row that %s never leaves', (_, sql, from) => {
    const { ledger, outbox, append } = setUp();
    append(...sales(3));
    ledger.database.exec(sql);
    expect(() => outbox.read('p0', from, MANY)).toThrow(LedgerDamage);
  });

  test('carries a dead letter of its epoch in its place, so that there is never a hole', () => {
    const { outbox, append } = setUp();
    append(...sales(4));
    outbox.record('p0', 0, [{ seq: 2, code: 'E-BOX-UNREADABLE' }], NOW);
    expect(outbox.read('p0', 1, MANY)).toMatchObject({ from: 1, to: 4 });
    expect(outbox.read('p0', 3, MANY)).toMatchObject({ from: 3, to: 4 });
  });
});

describe('an acknowledgement', () => {
  test('moves the lane on and never back', () => {
    const { outbox, append } = setUp();
    append(...sales(5));
    outbox.record('p0', 3, [], NOW);
    outbox.record('p0', 2, [], NOW);
    expect(outbox.positions()).toEqual({ p0: { next: 6, through: 3 }, p1: { next: 1, through: 0 } });
    expect(outbox.lanes()[0]).toMatchObject({ lane: 'p0', waiting: 2, through: 3, dead: 0 });
  });

  test('with a rejection makes a dead letter, once, and says so to the box office', () => {
    const { ledger, outbox, append } = setUp();
    append(...sales(3));
    const rejected = [{ seq: 2, code: 'E-BOX-UNREADABLE' }];
    expect(outbox.record('p0', 3, rejected, NOW)).toBe(1);
    expect(outbox.record('p0', 3, rejected, NOW)).toBe(0);
    expect(ledger.database.prepare('SELECT lane, seq, type, code, body FROM dead_letter').all()).toEqual([
      { lane: 'p0', seq: 2, type: 'sale', code: 'E-BOX-UNREADABLE', body: '{"saleId":"sale-2","step":"held"}' },
    ]);
    expect(JSON.parse(outbox.read('p1', 1, MANY).events[0] ?? '')).toMatchObject({
      t: 'audit',
      d: { action: 'outbox-dead-letter', detail: 'sale p0/2: E-BOX-UNREADABLE' },
    });
    expect(outbox.lanes()).toMatchObject([
      { lane: 'p0', dead: 1 },
      { lane: 'p1', waiting: 1 },
    ]);
  });

  test('that rejects a record of rejections does not make another one', () => {
    const { outbox, append } = setUp();
    append(audit('unwanted'));
    expect(outbox.record('p1', 1, [{ seq: 1, code: 'no' }], NOW)).toBe(1);
    expect(outbox.positions().p1.next).toBe(2);
  });
});

test('recent events are the newest of both lanes and the dead letters, with their state', async () => {
  const { outbox, append, advance } = setUp();
  append(sale('first'));
  await advance();
  append(audit('second'));
  await advance();
  append(sale('third'));
  await advance();
  outbox.record('p0', 1, [{ seq: 1, code: 'no' }], NOW);
  expect(outbox.recent(10).map(({ type, acknowledged }) => `${type} ${acknowledged}`)).toEqual([
    'audit false',
    'sale false',
    'audit false',
    'sale false',
  ]);
  outbox.record('p0', 2, [], NOW);
  expect(outbox.recent(2).map(({ type, acknowledged }) => `${type} ${acknowledged}`)).toEqual(['audit false', 'sale true']);
});

test('pruning takes what is both old and acknowledged, in slices, and leaves the rest', () => {
  const { ledger, outbox, append } = setUp();
  append(...sales(10));
  outbox.record('p0', 6, [], NOW);
  const later = plus(NOW, days(31));
  expect(outbox.prune(instant(0), 100)).toBe(0);
  expect(outbox.prune(later, 4)).toBe(4);
  expect(outbox.prune(later, 4)).toBe(2);
  expect(outbox.prune(later, 4)).toBe(0);
  expect(ledger.database.prepare('SELECT seq FROM outbox').pluck().all()).toEqual([7, 8, 9, 10]);
});
