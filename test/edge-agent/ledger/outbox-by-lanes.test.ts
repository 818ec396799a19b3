import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { createOutbox } from '#agent/ledger/outbox.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { instant } from '#core/base/time.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { asOfOneTable } from './version-before.ts';

const LIMITS = { events: 200, bytes: 65_536 };
const open: Ledger[] = [];
afterEach(() => {
  for (const ledger of open.splice(0)) ledger.close();
});
function opened(path: string): Ledger {
  const ledger = openLedger(path, { clock: createVirtualTime().clock, random: systemRandom, boot: 'boot-1' });
  open.push(ledger);
  return ledger;
}

/** Seven events in one lane and three in the other, two of them acknowledged; closed. */
function filled(): { readonly path: string; readonly events: unknown[] } {
  const path = join(scratchFolder(), 'ledger.db');
  const ledger = opened(path);
  for (let n = 1; n <= 10; n++) {
    const body = n % 3 === 0 ? ({ t: 'audit', d: { action: 'session-cleared', by: 'test', detail: `${n}` } } as const) : undefined;
    ledger.transaction(() => ledger.append(body ?? { t: 'sale', d: { saleId: `sale-${n}`, step: 'held' } }));
  }
  createOutbox(ledger).record('p0', 2, [], instant(0));
  const events = eventsOf(ledger);
  ledger.close();
  open.pop();
  return { path, events };
}

/** Everything that could be sent, each row proven by the chain. */
function eventsOf(ledger: Ledger): unknown[] {
  const outbox = createOutbox(ledger);
  return [outbox.positions(), outbox.read('p0', 1, LIMITS), outbox.read('p1', 1, LIMITS)];
}

test('a ledger of the version before gives its events to the lanes, each at its number', () => {
  const { path, events } = filled();
  asOfOneTable(path);
  const ledger = opened(path);
  expect(ledger.salvaged).toBeUndefined();
  expect(eventsOf(ledger)).toEqual(events);
  expect(ledger.database.prepare('SELECT count(*) FROM outbox_p0').pluck().get()).toBe(7);
  ledger.transaction(() => ledger.append({ t: 'sale', d: { saleId: 'sale-11', step: 'held' } }));
  expect(ledger.database.prepare('SELECT max(seq) FROM outbox_p0').pluck().get()).toBe(8);
});

test('the version before writes, moves and takes away as it did, and what it wrote is sound', () => {
  const { path, events } = filled();
  const before = new Sqlite(path);
  const rows = before.prepare<[], Record<string, unknown>>('SELECT * FROM outbox').all();
  before.prepare('DELETE FROM outbox WHERE lane = ? AND seq <= ?').run('p0', 7);
  before.prepare('DELETE FROM outbox WHERE lane = ? AND seq = ?').run('p1', 3);
  expect(before.prepare('SELECT lane, seq FROM outbox').raw().all()).toEqual([
    ['p1', 1],
    ['p1', 2],
  ]);
  const insert = before.prepare(
    'INSERT INTO outbox (lane, seq, event_id, type, at, mono, boot, body, mac) VALUES (:lane, :seq, :event_id, :type, :at, :mono, :boot, :body, :mac)',
  );
  for (const row of rows.filter(({ lane, seq }) => lane === 'p0' || seq === 3)) insert.run(row);
  before.prepare('UPDATE outbox SET seq = -seq WHERE lane = ?').run('p1');
  for (const seq of [1, 2, 3]) {
    const mac = before.prepare('SELECT mac FROM outbox WHERE lane = ? AND seq = ?').pluck().get('p1', -seq);
    before.prepare('UPDATE outbox SET seq = ?, mac = ? WHERE lane = ? AND seq = ?').run(seq, mac, 'p1', -seq);
  }
  before.close();
  expect(eventsOf(opened(path))).toEqual(events);
});

test.each([
  'SELECT seq, body FROM outbox WHERE lane = :lane AND seq >= :from ORDER BY seq LIMIT :limit',
  'SELECT body FROM outbox WHERE lane = :lane AND seq = :from',
])('the version before finds a number without looking through the lane: %s', (sql) => {
  const database = opened(filled().path).database;
  const plan = database
    .prepare<[object], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all({ lane: 'p0', from: 1, limit: 10 })
    .map(({ detail }) => detail)
    .join('\n');
  expect(plan).toMatch(/SEARCH outbox_p0 USING INTEGER PRIMARY KEY/);
  expect(plan).not.toMatch(/SCAN outbox_p|TEMP B-TREE/);
});
