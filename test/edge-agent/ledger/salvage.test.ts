import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { JOURNALS } from '#agent/ledger/ledger-chain.ts';
import { createOutbox } from '#agent/ledger/outbox.ts';
import type { SalvageReport } from '#agent/ledger/recover-ledger.ts';
import { createSaleJournal } from '#agent/ledger/sale-journal.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { raiseSuspicion } from '#agent/store/quarantine.ts';
import { instant } from '#core/base/time.ts';
import { WireEvent } from '#core/contract/wire/events.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { asOfOneTable } from './version-before.ts';

const NOW = instant(Date.UTC(2026, 9, 31, 12));
const open: Ledger[] = [];
afterEach(closeAll);
function closeAll(): void {
  for (const ledger of open.splice(0)) ledger.close();
}
function opened(path: string, isSuspected = false): Ledger {
  if (isSuspected) raiseSuspicion(dirname(path), 'a test says so');
  const ledger = openLedger(path, { clock: createVirtualTime().clock, random: systemRandom, boot: 'boot-1' });
  open.push(ledger);
  return ledger;
}

/** A closed ledger of 20 sales, of which the first five were acknowledged; and one clock row, which has no chain. */
function filled(): string {
  const path = join(scratchFolder(), 'ledger.db');
  const ledger = opened(path);
  const journal = createSaleJournal(ledger);
  for (let n = 1; n <= 20; n++) {
    ledger.transaction(() => {
      ledger.append({ t: 'sale', d: { saleId: `sale-${n}`, step: 'held' } });
      journal.note(`sale-${n}`, 'intent', 'holdSeats', `key-${n}`, NOW);
    });
  }
  createOutbox(ledger).record('p0', 5, [], NOW);
  ledger.database.exec(`INSERT INTO clock (id, earliest) VALUES (1, ${NOW})`);
  closeAll();
  return path;
}
function withFile(path: string, change: (database: Sqlite.Database) => void): void {
  const database = new Sqlite(path);
  database.exec('DROP TRIGGER journal_step_is_written_once');
  change(database);
  database.close();
}
const idsOf = (path: string): unknown[] => {
  const database = new Sqlite(path, { readonly: true });
  const ids = database.prepare(`SELECT event_id FROM outbox WHERE lane = 'p0' ORDER BY seq`).pluck().all();
  database.close();
  return ids;
};
const waiting = (ledger: Ledger): string[] => {
  const { next, through } = createOutbox(ledger).positions().p0;
  if (next - 1 === through) return [];
  return createOutbox(ledger)
    .read('p0', through + 1, { events: 200, bytes: 65_536 })
    .events.map((text) => WireEvent.parse(JSON.parse(text)).id);
};
const reportOf = (ledger: Ledger): SalvageReport => {
  if (ledger.salvaged === undefined) throw new Error('nothing was salvaged');
  return ledger.salvaged;
};
const lostOf = (report: SalvageReport, journal: string) => report.journals.find((one) => one.journal === journal)?.lost;

describe('a ledger with one row changed', () => {
  test('is put aside, and everything else that was not acknowledged goes on under a new epoch with the ids that it had', () => {
    const path = filled();
    const ids = idsOf(path);
    withFile(path, (database) => database.exec(`UPDATE outbox SET body = replace(body, 'held', 'paid') WHERE lane = 'p0' AND seq = 9`));
    const before = new Sqlite(path, { readonly: true });
    const epoch = before.prepare(`SELECT value FROM meta WHERE name = 'epoch'`).pluck().get();
    before.close();

    const ledger = opened(path);
    const report = reportOf(ledger);
    expect(report).toMatchObject({ why: 'journal p0: row 9 is changed', proven: true, epoch: ledger.epoch });
    expect(ledger.epoch).not.toBe(epoch);
    expect(lostOf(report, 'p0')).toEqual([[9, 9]]);
    expect(waiting(ledger)).toEqual(ids.filter((_, at) => at >= 5 && at !== 8));
    expect(ledger.database.prepare('SELECT count(*) FROM journal_step').pluck().get()).toBe(20);
    expect(ledger.database.prepare('SELECT earliest FROM clock').pluck().get()).toBe(NOW);
    const told = ledger.database.prepare<[], string>(`SELECT body FROM outbox WHERE lane = 'p1' ORDER BY seq DESC`).pluck().get() ?? '';
    expect(JSON.parse(told)).toMatchObject({ action: 'ledger-salvaged', detail: '34 rows carried over; lost: p0/9' });

    expect(readdirSync(report.quarantine)).toEqual(expect.arrayContaining(['ledger.db', 'report.json']));
    expect(JSON.parse(readFileSync(join(report.quarantine, 'report.json'), 'utf8'))).toEqual(report);
    closeAll();
    const again = opened(path);
    expect(again.salvaged).toBeUndefined();
    for (const journal of JOURNALS) {
      const { base, head } = again.chain.ends(journal);
      expect(again.check(journal, base + 1, head - base).kind).toBe('sound');
    }
  });

  test('loses no event when it was the digest', () => {
    const path = filled();
    withFile(path, (database) => database.exec(`UPDATE outbox SET mac = zeroblob(16) WHERE lane = 'p0' AND seq IN (9, 20)`));
    const ledger = opened(path);
    expect(lostOf(reportOf(ledger), 'p0')).toEqual([]);
    expect(waiting(ledger)).toHaveLength(15);
  });

  test.each([
    ['the first that waits', 6, [[6, 7]], 13],
    ['one in the middle', 12, [[12, 13]], 13],
    ['the last', 20, [[20, 20]], 14],
  ])('or missing: %s. The row after a gap cannot be proven', (_, seq, lost, left) => {
    const path = filled();
    withFile(path, (database) => database.exec(`DELETE FROM outbox WHERE lane = 'p0' AND seq = ${seq}`));
    const ledger = opened(path);
    expect(lostOf(reportOf(ledger), 'p0')).toEqual(lost);
    expect(waiting(ledger)).toHaveLength(left);
  });

  test('sends everything again when it is the mark of what was acknowledged: the box office drops what it knows', () => {
    const path = filled();
    const ids = idsOf(path);
    withFile(path, (database) => database.exec(`UPDATE outbox_lane SET through = 19 WHERE lane = 'p0'`));
    const ledger = opened(path);
    expect(reportOf(ledger).journals[0]).toMatchObject({ journal: 'p0', endsKnown: false });
    expect(waiting(ledger)).toEqual(ids);
  });
});

test('a torn index of the version before loses no event: the table itself is read', () => {
  const path = filled();
  const ids = idsOf(path);
  asOfOneTable(path);
  const database = new Sqlite(path, { readonly: true });
  const page = Number(database.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'outbox_place'`).pluck().get());
  database.close();
  const bytes = readFileSync(path);
  bytes.fill(0xff, (page - 1) * 4_096, page * 4_096);
  writeFileSync(path, bytes);
  const ledger = opened(path, true);
  expect(lostOf(reportOf(ledger), 'p0')).toEqual([]);
  expect(waiting(ledger)).toEqual(ids.slice(5));
});

describe('a file that cannot be read', () => {
  test('page after page: what is left of it is kept', () => {
    const path = filled();
    const whole = readFileSync(path);
    let salvaged = 0;
    for (let page = 1; page < whole.length / 4_096; page += 3) {
      const bytes = Buffer.from(whole);
      bytes.fill(0xff, page * 4_096, page * 4_096 + 2_048);
      writeFileSync(path, bytes);
      const ledger = opened(path, true);
      if (ledger.salvaged !== undefined) salvaged += 1;
      // Nothing that was not written is ever there.
      for (const id of waiting(ledger)) expect(id).toMatch(/^[0-9A-Z]{26}$/);
      ledger.transaction(() => ledger.append({ t: 'sale', d: { saleId: 'after', step: 'held' } }));
      closeAll();
      rmSync(path);
    }
    expect(salvaged).toBeGreaterThan(3);
  }, 180_000);

  test('at all: a new ledger begins, and says that nothing is known of the old one', () => {
    const path = filled();
    const bytes = readFileSync(path);
    bytes.fill(0, 0, 100);
    writeFileSync(path, bytes);
    const ledger = opened(path);
    expect(reportOf(ledger).journals.map(({ carried, endsKnown }) => ({ carried, endsKnown }))).toEqual(
      Array(3).fill({ carried: 0, endsKnown: false }),
    );
    expect(waiting(ledger)).toEqual([]);
    expect(readFileSync(join(reportOf(ledger).quarantine, 'ledger.db')).equals(bytes)).toBe(true);
  });

  test('is left alone where there never was a ledger', () => {
    const path = join(scratchFolder(), 'ledger.db');
    writeFileSync(path, 'Dear diary, today we sold popcorn.\n'.repeat(100));
    expect(() => opened(path)).toThrow(/is not a Foyer ledger/);
    expect(existsSync(join(dirname(path), 'quarantine'))).toBe(false);
  });
});

test('damage that only SQLite sees is found by a start that was told to look', () => {
  const path = filled();
  withFile(path, (database) => {
    database.pragma('ignore_check_constraints = ON');
    database.exec('INSERT INTO clock (id, earliest) VALUES (2, 7)');
  });
  expect(opened(path, false).salvaged).toBeUndefined();
  closeAll();
  expect(reportOf(opened(path, true)).tables).toContainEqual({ table: 'clock', kept: 1, refused: 1, isCut: false });
});

test('a recovery that was cut short at its end is finished by the next start', () => {
  const path = filled();
  withFile(path, (database) => database.exec(`DELETE FROM outbox WHERE lane = 'p0' AND seq = 20`));
  const damaged = readFileSync(path);
  const ledger = opened(path);
  const { quarantine } = reportOf(ledger);
  const { epoch } = ledger;
  closeAll();
  // As it was between the two renames.
  renameSync(path, path.replace('.db', '.salvaged.db'));
  renameSync(join(quarantine, 'report.json'), path.replace('.db', '.salvaged.json'));
  expect(opened(path).epoch).toBe(epoch);
  expect(readFileSync(join(quarantine, 'ledger.db')).equals(damaged)).toBe(true);
  expect(existsSync(path.replace('.db', '.salvaged.db'))).toBe(false);
});
