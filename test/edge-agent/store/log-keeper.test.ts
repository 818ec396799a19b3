import { copyFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Database, openStore, type StoreKind } from '#agent/store/database.ts';
import { keepLog } from '#agent/store/log-keeper.ts';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const kind: StoreKind = {
  name: 'example',
  applicationId: 0x46594558,
  migrations: [{ name: 'first', sql: 'CREATE TABLE fact (name INTEGER PRIMARY KEY, text TEXT) STRICT' }],
};
const { lookEvery, logFramesQuiet, logFramesBusy, logFramesGrown, logFramesMax } = LIMITS.store;

async function keptStore(path = join(scratchFolder(), 'store.db')) {
  const time = createVirtualTime();
  const database = openStore(path, kind);
  const problems: Fault[] = [];
  const keeper = keepLog(database, { timers: time.timers, onProblem: (fault) => problems.push(fault) });
  onTestFinished(() => {
    keeper.stop();
    database.close();
  });
  await keeper.grown;
  return { path, time, database, keeper, problems };
}

/** Commits until that many frames were written, some twenty by each; a log that begins anew meanwhile counts on. */
function write(database: Database, frames: number): void {
  const row = database.prepare('INSERT INTO fact (text) VALUES (?)');
  const insert = database.transaction(() => {
    for (let rows = 0; rows < 20; rows++) row.run('x'.repeat(4_000));
  });
  let written = 0;
  for (let before = framesOf(database).log; written < frames; ) {
    insert();
    const { log } = framesOf(database);
    written += Math.max(1, log - before);
    before = log;
  }
}

const framesOf = (database: Database) =>
  database.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)').get() ?? { log: -1, checkpointed: -1 };
const rowsOf = (database: Database): unknown => database.prepare('SELECT count(*) FROM fact').pluck().get();
const logBytes = (path: string): number => statSync(`${path}-wal`).size;

describe('the file of the log', () => {
  test('is made long beforehand, so that commits write over it', async () => {
    const { path, database } = await keptStore();
    const before = logBytes(path);
    expect(before).toBe(32 + logFramesGrown * 4_120);
    write(database, logFramesBusy);
    expect(logBytes(path)).toBe(before);
  });

  test('is not made longer a second time', async () => {
    const { path, keeper, database } = await keptStore();
    const before = logBytes(path);
    keeper.stop();
    const again = keepLog(database, { timers: createVirtualTime().timers, onProblem: () => undefined });
    await again.grown;
    again.stop();
    expect(logBytes(path)).toBe(before);
  });

  test('of a store in memory is nobody’s concern', async () => {
    const time = createVirtualTime();
    const database = openStore(':memory:', kind);
    const keeper = keepLog(database, { timers: time.timers, onProblem: () => undefined });
    await keeper.grown;
    expect(time.pendingTimers()).toBe(0);
    database.close();
  });
});

describe('checkpoints', () => {
  test('wait for a quiet moment, and leave the log begun anew', async () => {
    const { time, database } = await keptStore();
    write(database, logFramesQuiet);
    await time.advance(lookEvery);
    expect(framesOf(database).log).toBeGreaterThanOrEqual(logFramesQuiet);
    await time.advance(lookEvery);
    expect(framesOf(database)).toMatchObject({ log: 1, checkpointed: 0 });
  });

  test('are not made for a few commits: every guest would cost the disk one', async () => {
    const { time, database } = await keptStore();
    write(database, 20);
    const { log } = framesOf(database);
    for (let look = 0; look < 20; look++) await time.advance(lookEvery);
    expect(framesOf(database)).toMatchObject({ log, checkpointed: 0 });
  });

  test('come under constant load as well, so that the log never outgrows its file', async () => {
    const { path, time, database } = await keptStore();
    const before = logBytes(path);
    for (let look = 0; look < 30; look++) {
      write(database, 300);
      await time.advance(lookEvery);
      expect(framesOf(database).log).toBeLessThan(logFramesGrown);
    }
    expect(logBytes(path)).toBe(before);
  });

  test('are SQLite’s own when nobody keeps the log, and then the log is bounded still', () => {
    const path = join(scratchFolder(), 'store.db');
    const database = openStore(path, kind);
    onTestFinished(() => {
      database.close();
    });
    for (let round = 0; round < 6; round++) write(database, 1_000);
    expect(logBytes(path)).toBeLessThan((logFramesMax + 100) * 4_120);
  });

  test('leave a transaction alone that is open', async () => {
    const { time, database, problems } = await keptStore();
    write(database, logFramesQuiet);
    const { log } = framesOf(database);
    database.exec('BEGIN IMMEDIATE');
    for (let look = 0; look < 3; look++) await time.advance(lookEvery);
    database.exec('COMMIT');
    expect(framesOf(database).log).toBe(log);
    expect(problems).toEqual([]);
    await time.advance(lookEvery);
    await time.advance(lookEvery);
    expect(framesOf(database).log).toBe(1);
  });

  test('end with the keeper', async () => {
    const { time, keeper } = await keptStore();
    keeper.stop();
    expect(time.pendingTimers()).toBe(0);
  });
});

test('another program that reads on and on is named once, and the log is short again when it has gone', async () => {
  const { path, time, database, problems } = await keptStore();
  const reader = new Sqlite(path, { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM fact').get();
  for (let look = 0; look < 6; look++) {
    write(database, 1_000);
    await time.advance(lookEvery);
  }
  expect(problems.map(({ code }) => code)).toEqual(['E-STO-LOG-HELD']);
  reader.close();
  write(database, logFramesBusy);
  // The second look finds it quiet: SQLite has begun the log anew by itself in the middle of these.
  for (let look = 0; look < 2; look++) await time.advance(lookEvery);
  expect(framesOf(database).log).toBe(1);
});

test('no room for the log costs speed and nothing else', async () => {
  const path = join(scratchFolder(), 'store.db');
  const database = openStore(path, kind);
  onTestFinished(() => {
    database.close();
  });
  const problems: Fault[] = [];
  // A name under which there is no file stands for a disk that refuses.
  const moved = Object.create(database, { name: { value: join(path, 'nowhere') } });
  const keeper = keepLog(moved, { timers: createVirtualTime().timers, onProblem: (fault) => problems.push(fault) });
  await keeper.grown;
  keeper.stop();
  expect(problems.map(({ code }) => code)).toEqual(['E-STO-LOG']);
});

describe('a power cut', () => {
  /** What the disk holds at this moment, opened as the next start would. */
  const startFromCopy = (path: string): Database => {
    const copy = join(scratchFolder(), 'store.db');
    for (const part of ['', '-wal']) copyFileSync(`${path}${part}`, `${copy}${part}`);
    const database = openStore(copy, kind);
    onTestFinished(() => {
      database.close();
    });
    return database;
  };

  test('leaves every commit, before and after a checkpoint and with zeros behind the log', async () => {
    const { path, time, database } = await keptStore();
    for (let look = 0; look < 12; look++) {
      write(database, 150);
      expect(rowsOf(startFromCopy(path))).toBe(rowsOf(database));
      await time.advance(lookEvery);
      expect(rowsOf(startFromCopy(path))).toBe(rowsOf(database));
    }
    expect(startFromCopy(path).pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test('in the middle of growing the file leaves what was there', async () => {
    const { path, database } = await keptStore();
    write(database, 100);
    truncateSync(`${path}-wal`, 32 + framesOf(database).log * 4_120 + 1_000);
    expect(rowsOf(startFromCopy(path))).toBe(rowsOf(database));
  });
});
