import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { createLedger, type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { ForeignKey, JOURNALS, type JournalName, LedgerDamage } from '#agent/ledger/ledger-chain.ts';
import { ledgerStore } from '#agent/ledger/ledger-store.ts';
import { createOutbox } from '#agent/ledger/outbox.ts';
import { createSaleJournal } from '#agent/ledger/sale-journal.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { type Database, openStore } from '#agent/store/database.ts';
import { StoreUnknownError } from '#agent/store/transactor.ts';
import { FaultError } from '#core/base/fault.ts';
import { instant } from '#core/base/time.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const NOW = instant(Date.UTC(2026, 9, 31, 12));
const open: Ledger[] = [];
afterEach(() => {
  for (const ledger of open.splice(0)) ledger.close();
});

function surroundings(boot = 'boot-1') {
  return { clock: createVirtualTime().clock, random: systemRandom, boot };
}
function opened(path = ':memory:', boot = 'boot-1'): Ledger {
  const ledger = openLedger(path, surroundings(boot));
  open.push(ledger);
  return ledger;
}
function closeAll(): void {
  for (const ledger of open.splice(0)) ledger.close();
}
/** Rows of all three journals, some acknowledged. */
function fill(ledger: Ledger, rows: number): void {
  const journal = createSaleJournal(ledger);
  for (let n = 1; n <= rows; n++) {
    ledger.transaction(() => {
      ledger.append({ t: 'sale', d: { saleId: `sale-${n}`, step: 'held' } });
      ledger.append({ t: 'audit', d: { action: 'test-scan', by: 'test', detail: `row ${n} 影票` } });
      journal.note(`sale-${n}`, 'intent', 'holdSeats', `key-${n}`, NOW);
    });
  }
}
/** What a look at everything finds. */
function lookAt(database: Database): 'sound' | 'damaged' {
  try {
    const ledger = createLedger(database, surroundings('boot-2'));
    for (const journal of JOURNALS) {
      const { base, head } = ledger.chain.ends(journal);
      if (head > base && ledger.check(journal, base + 1, head - base).kind === 'broken') return 'damaged';
    }
    return 'sound';
  } catch (cause) {
    if (cause instanceof LedgerDamage) return 'damaged';
    throw cause;
  }
}
function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (cause) {
    if (cause instanceof FaultError) return cause.fault.code;
    throw cause;
  }
  return 'no fault';
}

const OUTBOX_COLUMNS = ['event_id', 'type', 'at', 'mono', 'boot', 'body', 'mac'] as const;
const STEP_COLUMNS = ['owner_id', 'at', 'kind', 'what', 'detail', 'mac'] as const;
const ROWS = 12;
const rowNumber = fc.integer({ min: 1, max: ROWS });
const journalName = fc.constantFrom<JournalName>('p0', 'p1', 'steps');
const where = (journal: JournalName, n: number): string => (journal === 'steps' ? `position = ${n}` : `lane = '${journal}' AND seq = ${n}`);
const tableOf = (journal: JournalName): string => (journal === 'steps' ? 'journal_step' : 'outbox');

/** One thing that somebody with the file, and without the key, does to it. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('change'), journal: journalName, n: rowNumber, column: fc.nat(6), bit: fc.nat(7), byte: fc.nat(200) }),
  fc.record({ kind: fc.constant('delete'), journal: journalName, n: rowNumber, count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('swap'), journal: journalName, n: rowNumber, other: rowNumber }),
  fc.record({ kind: fc.constant('copy'), journal: journalName, n: rowNumber, to: fc.integer({ min: ROWS + 1, max: ROWS + 3 }) }),
  fc.record({
    kind: fc.constant('ends'),
    journal: journalName,
    column: fc.constantFrom('base', 'head', 'base_mac', 'head_mac', 'seal'),
    by: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ kind: fc.constant('through'), journal: fc.constantFrom<JournalName>('p0', 'p1'), by: fc.constantFrom(-2, -1, 1, 2) }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

/** @returns whether anything is different afterwards */
function mutate(database: Database, m: Mutation): boolean {
  const image = (): string =>
    JSON.stringify(['outbox', 'journal_step', 'journal_chain', 'outbox_lane'].map((t) => database.prepare(`SELECT * FROM ${t}`).all()));
  const before = image();
  database.exec('DROP TRIGGER IF EXISTS journal_step_is_written_once');
  database.pragma('ignore_check_constraints = ON');
  const table = tableOf(m.journal);
  switch (m.kind) {
    case 'change': {
      const columns = m.journal === 'steps' ? STEP_COLUMNS : OUTBOX_COLUMNS;
      const column = columns[m.column % columns.length] ?? 'mac';
      const value: unknown = database
        .prepare(`SELECT ${column} FROM ${table} WHERE ${where(m.journal, m.n)}`)
        .pluck()
        .get();
      database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${where(m.journal, m.n)}`).run(flipped(value, m.byte, m.bit));
      break;
    }
    case 'delete':
      for (let n = m.n; n < m.n + m.count; n++) database.exec(`DELETE FROM ${table} WHERE ${where(m.journal, n)}`);
      break;
    case 'swap': {
      const number = m.journal === 'steps' ? 'position' : 'seq';
      database.exec(`UPDATE ${table} SET ${number} = -1 WHERE ${where(m.journal, m.n)}`);
      database.exec(`UPDATE ${table} SET ${number} = ${m.n} WHERE ${where(m.journal, m.other)}`);
      database.exec(`UPDATE ${table} SET ${number} = ${m.other} WHERE ${where(m.journal, -1)}`);
      break;
    }
    case 'copy':
      if (m.journal === 'steps') {
        database.exec(`INSERT INTO journal_step SELECT ${m.to}, owner_id, at, kind, what, detail, mac FROM journal_step WHERE position = ${m.n}`);
      } else {
        database.exec(
          `INSERT INTO outbox SELECT lane, ${m.to}, event_id || 'x', type, at, mono, boot, body, mac FROM outbox WHERE ${where(m.journal, m.n)}`,
        );
      }
      break;
    case 'ends':
      if (m.column === 'base' || m.column === 'head') {
        const by = m.column === 'base' ? `base + ${m.by}` : `max(base, head - ${m.by})`;
        database.exec(`UPDATE journal_chain SET ${m.column} = ${by} WHERE journal = '${m.journal}'`);
      } else database.exec(`UPDATE journal_chain SET ${m.column} = x'00010203040506070809101112131415' WHERE journal = '${m.journal}'`);
      break;
    case 'through':
      database.exec(`UPDATE outbox_lane SET through = max(0, through + ${m.by}) WHERE lane = '${m.journal}'`);
      break;
  }
  return image() !== before;
}
function flipped(value: unknown, byte: number, bit: number): unknown {
  if (typeof value === 'number') return value ^ (1 << bit);
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from(value instanceof Uint8Array ? value : []);
  const at = byte % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  return typeof value === 'string' ? bytes.toString('latin1') : bytes;
}

describe('the chain of the journals', () => {
  test('holds over appending, acknowledging, burying, pruning, failing and starting again', () => {
    const ledger = opened();
    const outbox = createOutbox(ledger);
    fill(ledger, 20);
    outbox.record('p0', 12, [{ seq: 5, code: 'no' }], NOW);
    outbox.record('p0', 12, [{ seq: 15, code: 'no' }], NOW);
    expect(() =>
      ledger.transaction(() => {
        ledger.append({ t: 'sale', d: { saleId: 'never', step: 'held' } });
        throw new RangeError('refused');
      }),
    ).toThrow(RangeError);
    expect(outbox.prune(instant(Number.MAX_SAFE_INTEGER), 8)).toBeGreaterThan(5);
    fill(ledger, 3);
    expect(lookAt(ledger.database)).toBe('sound');
    expect(outbox.read('p0', 13, { events: 200, bytes: 65_536 }).to).toBe(23);
  });

  test('shows any change, deletion, move or copy of a row, and any change of its ends', { timeout: 180_000 }, () => {
    const ledger = opened();
    fill(ledger, ROWS);
    createOutbox(ledger).record('p0', 4, [], NOW);
    const image = ledger.database.serialize();
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(mutation, (m) => {
        const database = new Sqlite(image);
        try {
          const isDifferent = mutate(database, m);
          expect(lookAt(database)).toBe(isDifferent ? 'damaged' : 'sound');
          if (isDifferent) kinds.set(m.kind, (kinds.get(m.kind) ?? 0) + 1);
        } finally {
          database.close();
        }
      }),
      { numRuns: 250 },
    );
    expect([...kinds.keys()].sort()).toEqual(['change', 'copy', 'delete', 'ends', 'swap', 'through']);
  });

  test('begins behind what an older ledger holds, which is sent all the same', () => {
    const path = join(scratchFolder(), 'ledger.db');
    const old = openStore(path, {
      ...ledgerStore,
      migrations: ledgerStore.migrations.slice(
        0,
        ledgerStore.migrations.findIndex(({ name }) => name === 'row chain'),
      ),
    });
    old.exec(`INSERT INTO meta VALUES ('epoch', '0123456789abcdef');
      INSERT INTO outbox VALUES ('p0', 1, 'event-1', 'sale', 1, 1, 'old', '{"saleId":"a","step":"held"}'), ('p0', 2, 'event-2', 'sale', 1, 1, 'old', '{"saleId":"b","step":"held"}');
      INSERT INTO journal_step (owner_id, at, kind, what, detail) VALUES ('a', 1, 'intent', 'holdSeats', 'key')`);
    old.close();
    const ledger = opened(path);
    fill(ledger, 3);
    expect(ledger.chain.ends('p0')).toMatchObject({ base: 2, head: 5 });
    expect(ledger.chain.ends('steps')).toMatchObject({ base: 1, head: 4 });
    const outbox = createOutbox(ledger);
    expect(outbox.read('p0', 1, { events: 200, bytes: 65_536 })).toMatchObject({ from: 1, to: 2, boot: 'old' });
    expect(outbox.read('p0', 3, { events: 200, bytes: 65_536 })).toMatchObject({ from: 3, to: 5 });
    ledger.renewEpoch();
    expect(ledger.chain.ends('p0')).toMatchObject({ base: 0, head: 5 });
    expect(statSync(join(dirname(path), 'ledger.key')).mode & 0o777).toBe(0o600);
    closeAll();
    expect(opened(path).chain.ends('p0')).toMatchObject({ base: 0, head: 5 });
  });

  test('is begun anew by a new epoch, but never over a row that was changed', () => {
    const ledger = opened();
    fill(ledger, 5);
    ledger.database.exec(`UPDATE outbox SET body = replace(body, 'held', 'paid') WHERE lane = 'p0' AND seq = 3`);
    const before = ledger.epoch;
    expect(() => ledger.renewEpoch()).toThrow(LedgerDamage);
    expect(ledger.epoch).toBe(before);
    expect(ledger.chain.ends('p0')).toMatchObject({ base: 0, head: 5 });
  });
});

describe('the key', () => {
  test('is made once; without it, or with another, the ledger is refused and not touched', () => {
    const path = join(scratchFolder(), 'ledger.db');
    const key = join(dirname(path), 'ledger.key');
    fill(opened(path), 3);
    closeAll();
    const kept = readFileSync(key);
    rmSync(key);
    expect(codeOf(() => opened(path))).toBe('E-STO-KEY');
    expect(existsSync(key)).toBe(false);
    writeFileSync(key, `${'ab'.repeat(32)}\n`);
    expect(codeOf(() => opened(path))).toBe('E-STO-KEY');
    writeFileSync(key, 'rubbish');
    expect(codeOf(() => opened(path))).toBe('E-STO-KEY');
    writeFileSync(key, kept);
    expect(opened(path).chain.ends('p0').head).toBe(3);
  });
});

describe('bits that the disk forgets', () => {
  const FLIPS = 100;
  const events = Array.from({ length: 150 }, (_, n) => `{"saleId":"sale-${n + 1}","step":"held"}`);

  /** What would be sent of such a file; undefined when it was refused, by SQLite or by the chain. */
  function read(bytes: Buffer): unknown {
    let database: Database | undefined;
    try {
      database = new Sqlite(bytes);
      createLedger(database, surroundings('boot-2'));
      return database.prepare(`SELECT body FROM outbox WHERE lane = 'p0' ORDER BY seq`).pluck().all();
    } catch (cause) {
      if (cause instanceof LedgerDamage || cause instanceof Sqlite.SqliteError || cause instanceof StoreUnknownError || cause instanceof ForeignKey)
        return undefined;
      throw cause;
    } finally {
      database?.close();
    }
  }

  // Some flips pass every check of SQLite's own and give back wrong rows: 17 of 600, measured.
  test('are never taken for what was written', { timeout: 180_000 }, () => {
    const ledger = opened();
    fill(ledger, 150);
    const whole = ledger.database.serialize();
    let seed = 7;
    const chance = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const outcomes = { refused: 0, harmless: 0 };
    for (let flip = 0; flip < FLIPS; flip++) {
      const bytes = Buffer.from(whole);
      const at = chance(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << chance(8));
      const found = read(bytes);
      if (found === undefined) outcomes.refused += 1;
      else {
        expect(found).toEqual(events);
        outcomes.harmless += 1;
      }
    }
    expect(outcomes.refused).toBeGreaterThan(FLIPS / 10);
    expect(outcomes.harmless).toBeGreaterThan(FLIPS / 10);
  });
});
