import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openLedger } from '#agent/ledger/ledger.ts';
import { runBoxOfficeCommand, runLedgerCommand } from '#agent/ledger/ledger-command.ts';
import { systemClock, systemRandom } from '#agent/runtime/clock.ts';
import { lockDataFolder } from '#agent/store/data-folder-lock.ts';
import { scratchFolder } from '#test/support/scratch.ts';

const surroundings = { clock: systemClock, random: systemRandom, boot: 'boot-1' };

function filled(): string {
  const path = join(scratchFolder(), 'ledger.db');
  const ledger = openLedger(path, surroundings);
  for (let n = 0; n < 5; n++) ledger.transaction(() => ledger.append({ t: 'sale', d: { saleId: `s${n}`, step: 'held' } }));
  ledger.close();
  return path;
}

describe('foyer ledger', () => {
  test('check says what it has found, also beside a running agent', () => {
    const path = filled();
    const running = openLedger(path, surroundings);
    expect(runLedgerCommand(['check'], false, dirname(path))).toEqual({
      exit: 0,
      text: 'SQLite: ok\np0: 5 rows, sound\np1: 0 rows, sound\nsteps: 0 rows, sound',
    });
    running.database.exec(`UPDATE outbox SET mono = mono + 1 WHERE seq = 3`);
    expect(runLedgerCommand(['check'], false, dirname(path))).toMatchObject({ exit: 65, text: expect.stringContaining('p0: row 3 is changed') });
    running.close();
  });

  test('salvage is refused while an agent runs, and says what was lost', () => {
    const path = filled();
    const lock = lockDataFolder(dirname(path));
    expect(() => runLedgerCommand(['salvage'], false, dirname(path))).toThrow(/Another agent/);
    lock.release();
    const database = new Sqlite(path);
    database.exec('DELETE FROM outbox WHERE seq = 5');
    database.close();
    expect(runLedgerCommand(['salvage'], false, dirname(path))).toMatchObject({ exit: 0, text: expect.stringContaining('lost: p0/5') });
    expect(runLedgerCommand(['check'], false, dirname(path)).exit).toBe(0);
  });

  test('salvage without the key takes what can be read when somebody says so', () => {
    const path = filled();
    rmSync(join(dirname(path), 'ledger.key'));
    expect(() => runLedgerCommand(['check'], false, dirname(path))).toThrow(/is missing/);
    expect(() => runLedgerCommand(['salvage'], false, dirname(path))).toThrow(/is missing/);
    expect(runLedgerCommand(['salvage'], true, dirname(path)).text).toContain('5 rows carried over unproven');
    expect(runLedgerCommand(['check'], false, dirname(path)).text).toContain('p0: 5 rows, sound');
  });

  test('is told how to be used, and where there is nothing', () => {
    expect(runLedgerCommand(['polish'], false, scratchFolder()).exit).toBe(64);
    expect(runLedgerCommand(['check'], false, scratchFolder()).exit).toBe(66);
    expect(runBoxOfficeCommand(['check'], scratchFolder()).exit).toBe(66);
  });
});
