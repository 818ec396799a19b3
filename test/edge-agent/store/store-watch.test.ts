import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { createBallast } from '#agent/store/ballast.ts';
import { type StoreWatch, watchStore } from '#agent/store/store-watch.ts';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { StoreCondition } from '#core/store/pressure.ts';
import { eventually } from '#test/support/eventually.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const MB = 1_048_576;

function setUp(ledgerMaxBytes = 1_024 * MB) {
  const time = createVirtualTime();
  const path = join(scratchFolder(), 'ledger.db');
  const ledger = openLedger(path, { clock: time.clock, random: systemRandom, boot: 'boot-1' });
  const file = join(dirname(path), 'ballast');
  const ballast = createBallast(file, 4 * MB);
  const seen: StoreCondition[] = [];
  const disk = { free: 100 * MB, share: 0, isReadOnly: false };
  const watch: StoreWatch = watchStore({
    database: ledger.database,
    ballast,
    bounds: { ballastBytes: 4 * MB, lowBytes: 2 * MB, ledgerMaxBytes },
    waitingShare: () => disk.share,
    timers: time.timers,
    onChange: (condition) => seen.push(condition),
    freeBytes: () => disk.free,
    isReadOnly: () => disk.isReadOnly,
  });
  ledger.onFull(watch.refused);
  onTestFinished(() => {
    watch.stop();
    ledger.close();
  });
  return { time, ledger, file, ballast, disk, watch, seen };
}
const scan = (ledger: Ledger): void => {
  ledger.transaction(() => ledger.append({ t: 'audit', d: { action: 'test-scan', by: 'test', detail: 'x'.repeat(180) } }));
};

describe('the watch over the room of a store', () => {
  test('makes the ballast, of the size that was asked for', async () => {
    const { file, seen, watch } = setUp();
    await eventually('the ballast is made', () => existsSync(file) && statSync(file).size === 4 * MB);
    await eventually('it is known', () => watch.condition().ballast === 'keep');
    expect(seen).toEqual([]);
  });

  test('stops selling, gives the ballast up, and takes it back when there is room', async () => {
    const { time, file, ballast, disk, seen, watch } = setUp();
    await ballast.make();
    watch.look();
    seen.length = 0;
    disk.free = 1.5 * MB;
    await time.advance(LIMITS.store.roomEvery);
    expect(seen.at(-1)).toMatchObject({ pressure: 'low', reasons: ['disk-low'] });
    expect(existsSync(file)).toBe(true);
    disk.free = 0.1 * MB;
    await time.advance(LIMITS.store.roomEvery);
    expect(seen.at(-1)).toMatchObject({ pressure: 'full', reasons: ['disk-full'] });
    expect(existsSync(file)).toBe(false);
    disk.free = 50 * MB;
    await time.advance(LIMITS.store.roomEvery);
    await eventually('the ballast is back', () => ballast.isKept());
    await eventually('selling goes on', () => watch.condition().pressure === 'ample');
  });

  test('a disk that became read-only stops selling before a write was lost, keeps the ballast, and is trusted again when it takes writes', async () => {
    const { time, ballast, disk, seen, watch } = setUp();
    await ballast.make();
    watch.look();
    disk.isReadOnly = true;
    await time.advance(LIMITS.store.roomEvery);
    expect(seen.at(-1)).toEqual({ pressure: 'full', reasons: ['disk-read-only'], ballast: 'keep' });
    expect(ballast.isKept()).toBe(true);
    disk.isReadOnly = false;
    await time.advance(LIMITS.store.roomEvery);
    expect(watch.condition().pressure).toBe('ample');
  });

  test('a ballast that does not fit takes nothing', async () => {
    const file = join(scratchFolder(), 'no', 'such', 'folder');
    expect(await createBallast(file, MB).make()).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  test('what was taken away is room, although the file stays as large', async () => {
    const { ledger, ballast, watch } = setUp(12 * MB);
    await ballast.make();
    ledger.database.exec('CREATE TABLE old (what TEXT)');
    ledger.database.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 11) INSERT INTO old SELECT hex(zeroblob(${MB / 2})) FROM n`,
    );
    ledger.database.pragma('wal_checkpoint(TRUNCATE)');
    watch.look();
    expect(watch.condition().pressure).toBe('low');
    ledger.database.exec('DROP TABLE old');
    ledger.database.pragma('wal_checkpoint(TRUNCATE)');
    watch.look();
    expect(statSync(ledger.database.name).size).toBeGreaterThan(10 * MB);
    expect(watch.condition().pressure).toBe('ample');
    scan(ledger);
  });

  test('at the bound of the ledger one write is refused, and two thousand more scans fit after it', { timeout: 120_000 }, async () => {
    const { ledger, ballast, watch } = setUp(3 * MB);
    await ballast.make();
    watch.look();
    // What is written in one transaction goes past the bound before the next look.
    let code = '';
    try {
      ledger.transaction(() => {
        for (let n = 0; n < 20_000; n++) ledger.append({ t: 'audit', d: { action: 'test-scan', by: 'test', detail: 'x'.repeat(180) } });
      });
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause;
      code = cause.fault.code;
    }
    expect(code).toBe('E-STO-FULL');
    expect(watch.condition().pressure).toBe('full');
    expect(ballast.isKept()).toBe(false);
    for (let n = 0; n < 2_000; n++) scan(ledger);
    expect(ledger.next('p1')).toBe(2_001);
    expect(ledger.database.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});
