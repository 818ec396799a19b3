import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createLedger, type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { createOutbox } from '#agent/ledger/outbox.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { FaultError, InvariantError } from '#core/base/fault.ts';
import { instant } from '#core/base/time.ts';
import type { EventBody } from '#core/contract/wire/events.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const open: Ledger[] = [];
function newLedger(): Ledger {
  const ledger = openLedger(':memory:', { clock: createVirtualTime().clock, random: systemRandom, boot: 'boot-1' });
  open.push(ledger);
  return ledger;
}
afterEach(() => {
  for (const ledger of open.splice(0)) ledger.close();
});

function audit(detail: string): EventBody {
  return { t: 'audit', d: { action: 'session-cleared', by: 'test', detail } };
}
function sale(saleId: string): EventBody {
  return { t: 'sale', d: { saleId, step: 'held' } };
}
const rows = (ledger: Ledger): unknown[] => ledger.database.prepare('SELECT lane, seq, type, body FROM outbox ORDER BY lane, seq').all();

describe('append', () => {
  test('numbers each lane from 1 without a gap', () => {
    const ledger = newLedger();
    ledger.transaction(() => {
      ledger.append(sale('a'));
      ledger.append(audit('b'));
      ledger.append(sale('c'));
    });
    expect(rows(ledger)).toEqual([
      { lane: 'p0', seq: 1, type: 'sale', body: '{"saleId":"a","step":"held"}' },
      { lane: 'p0', seq: 2, type: 'sale', body: '{"saleId":"c","step":"held"}' },
      { lane: 'p1', seq: 1, type: 'audit', body: '{"action":"session-cleared","by":"test","detail":"b"}' },
    ]);
  });

  test('is refused outside a transaction and writes nothing', () => {
    const ledger = newLedger();
    expect(() => ledger.append(sale('a'))).toThrow(InvariantError);
    expect(rows(ledger)).toEqual([]);
  });

  test('a transaction that throws leaves no event, no gap and no announcement', async () => {
    const ledger = newLedger();
    const heard = vi.fn();
    ledger.onAppended(heard);
    expect(() =>
      ledger.transaction(() => {
        ledger.append(sale('lost'));
        throw new RangeError('the fact was refused');
      }),
    ).toThrow(RangeError);
    await Promise.resolve();
    expect(heard).not.toHaveBeenCalled();
    ledger.transaction(() => ledger.append(sale('kept')));
    expect(rows(ledger)).toEqual([{ lane: 'p0', seq: 1, type: 'sale', body: '{"saleId":"kept","step":"held"}' }]);
  });

  test('an event that no batch could carry is refused', () => {
    const ledger = newLedger();
    expect(() => ledger.transaction(() => ledger.append(audit('x'.repeat(20_000))))).toThrow(/too large/);
    expect(rows(ledger)).toEqual([]);
  });
});

describe('transaction', () => {
  test('listeners hear of a commit after the caller has acted on it', async () => {
    const ledger = newLedger();
    const order: string[] = [];
    ledger.onAppended(() => order.push('pump'));
    ledger.transaction(() => ledger.append(sale('a')));
    order.push('gate');
    await Promise.resolve();
    expect(order).toEqual(['gate', 'pump']);
  });

  test('does not nest and does not await', () => {
    const ledger = newLedger();
    expect(() => ledger.transaction(() => ledger.transaction(() => 1))).toThrow(/do not nest/);
    expect(() => ledger.transaction(() => Promise.resolve(1))).toThrow(/does not await/);
    expect(ledger.transaction(() => 'still works')).toBe('still works');
  });

  test('a full disk is a known outcome: nothing was written, and the ledger goes on when there is room', () => {
    const ledger = newLedger();
    const pages = ledger.database.pragma('page_count', { simple: true });
    ledger.database.pragma(`max_page_count = ${Number(pages)}`);
    const fill = () =>
      ledger.transaction(() => {
        for (let i = 0; i < 200; i++) ledger.append(audit('x'.repeat(200)));
      });
    expect(fill).toThrow(FaultError);
    expect(fill).toThrow(/disk is full/);
    expect(rows(ledger)).toEqual([]);
    ledger.database.pragma('max_page_count = 100000');
    fill();
    expect(rows(ledger)).toHaveLength(200);
  });
});

describe('a rehearsal', () => {
  test('writes nothing, tells nobody and leaves no gap, whatever happens in it', async () => {
    const ledger = newLedger();
    const heard = vi.fn();
    ledger.onAppended(heard);
    let seen: unknown[] = [];
    ledger.rehearse(() => {
      ledger.append(sale('rehearsed'));
      seen = rows(ledger);
    });
    expect(seen, 'it goes the whole way').toHaveLength(1);
    expect(() =>
      ledger.rehearse(() => {
        ledger.append(sale('rehearsed'));
        throw new RangeError('a mistake of the program');
      }),
    ).toThrow(RangeError);
    await Promise.resolve();
    expect(heard).not.toHaveBeenCalled();
    expect(rows(ledger)).toEqual([]);
    ledger.transaction(() => ledger.append(sale('kept')));
    expect(rows(ledger)).toEqual([{ lane: 'p0', seq: 1, type: 'sale', body: '{"saleId":"kept","step":"held"}' }]);
    expect(ledger.check('p0', 1, 10)).toMatchObject({ kind: 'sound' });
  });

  test('does not enter a transaction that is open', () => {
    const ledger = newLedger();
    const work = vi.fn();
    ledger.transaction(() => {
      ledger.append(sale('kept'));
      ledger.rehearse(work);
    });
    expect(work).not.toHaveBeenCalled();
    expect(ledger.check('p0', 1, 10)).toMatchObject({ kind: 'sound' });
    expect(rows(ledger)).toHaveLength(1);
  });

  test("that a full disk refuses is nobody's fault yet", () => {
    const ledger = newLedger();
    const isFull = vi.fn();
    ledger.onFull(isFull);
    ledger.database.pragma(`max_page_count = ${Number(ledger.database.pragma('page_count', { simple: true }))}`);
    const fill = (): void => {
      for (let i = 0; i < 200; i++) ledger.append(audit('x'.repeat(200)));
    };
    ledger.rehearse(fill);
    expect(isFull).not.toHaveBeenCalled();
    expect(() => ledger.transaction(fill), 'the same in earnest').toThrow(/disk is full/);
    expect(isFull).toHaveBeenCalled();
  });
});

describe('epoch', () => {
  test('two ledgers have two', () => {
    const one = newLedger();
    expect(one.epoch).toMatch(/^[0-9a-f]{16}$/);
    expect(newLedger().epoch).not.toBe(one.epoch);
  });

  test('a renewed one numbers what was not acknowledged again from 1, in order', () => {
    const ledger = newLedger();
    const before = ledger.epoch;
    for (const name of ['a', 'b', 'c', 'd', 'e']) ledger.transaction(() => ledger.append(sale(name)));
    ledger.database.exec(`UPDATE outbox_lane SET next = 6, through = 2 WHERE lane = 'p0'`);
    ledger.renewEpoch();
    expect(ledger.epoch).not.toBe(before);
    expect(rows(ledger)).toMatchObject([
      { seq: 1, body: '{"saleId":"c","step":"held"}' },
      { seq: 2, body: '{"saleId":"d","step":"held"}' },
      { seq: 3, body: '{"saleId":"e","step":"held"}' },
    ]);
    ledger.transaction(() => ledger.append(sale('f')));
    expect(rows(ledger)).toHaveLength(4);
    expect(rows(ledger)[3]).toMatchObject({ seq: 4 });
  });
});

describe('the numbers of the lanes', () => {
  const lane = fc.constantFrom('p0', 'p1');
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('append'), lanes: fc.array(lane, { maxLength: 4 }), fails: fc.boolean() }) },
    fc.record({ kind: fc.constant('acknowledge'), lane, share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ kind: fc.constant('prune') }),
    fc.record({ kind: fc.constant('start-again') }),
    fc.record({ kind: fc.constant('renew-epoch') }),
  );

  test('have no gap and are given once, whatever fails, goes or starts again in between', { timeout: 180_000 }, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let ledger = newLedger();
        let outbox = createOutbox(ledger);
        const expected = { p0: { next: 1, through: 0 }, p1: { next: 1, through: 0 } };
        for (const each of steps) {
          switch (each.kind) {
            case 'append': {
              const work = () =>
                ledger.transaction(() => {
                  for (const to of each.lanes) ledger.append(to === 'p0' ? sale('s') : audit('a'));
                  if (each.fails) throw new RangeError('refused');
                });
              if (each.fails) expect(work).toThrow(RangeError);
              else work();
              if (!each.fails) for (const to of each.lanes) expected[to].next += 1;
              break;
            }
            case 'acknowledge': {
              const { next, through } = expected[each.lane];
              const newThrough = through + Math.floor((next - 1 - through) * each.share);
              outbox.record(each.lane, newThrough, [], instant(0));
              expected[each.lane].through = newThrough;
              break;
            }
            case 'prune':
              outbox.prune(instant(Number.MAX_SAFE_INTEGER), 1_000);
              break;
            case 'start-again':
              ledger = createLedger(ledger.database, { clock: createVirtualTime().clock, random: systemRandom, boot: 'boot-2' });
              outbox = createOutbox(ledger);
              break;
            case 'renew-epoch':
              ledger.renewEpoch();
              for (const each of Object.values(expected)) Object.assign(each, { next: each.next - each.through, through: 0 });
              break;
          }
          expect(outbox.positions()).toEqual(expected);
          for (const name of ['p0', 'p1'] as const) {
            const { next, through } = expected[name];
            const waiting = ledger.database.prepare('SELECT seq FROM outbox WHERE lane = ? AND seq > ? ORDER BY seq').pluck().all(name, through);
            expect(waiting).toEqual(Array.from({ length: next - 1 - through }, (_, at) => through + 1 + at));
          }
        }
        for (const each of open.splice(0)) each.close();
      }),
      { numRuns: 40 },
    );
  });
});
