import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { assertDurable, type Database, openStore, type StoreKind } from '#agent/store/database.ts';
import { FaultError } from '#core/base/fault.ts';
import { scratchFolder } from '#test/support/scratch.ts';

const first = { name: 'first', sql: 'CREATE TABLE fact (name TEXT PRIMARY KEY) STRICT' };
const second = { name: 'second', sql: 'CREATE TABLE other (name TEXT PRIMARY KEY) STRICT' };
const kind: StoreKind = { name: 'example', applicationId: 0x46594558, migrations: [first] };

function opened(path: string, store: StoreKind = kind): Database {
  const database = openStore(path, store);
  onTestFinished(() => {
    database.close();
  });
  return database;
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

describe('durability', () => {
  test('is FULL after opening, after the first write and after opening again', () => {
    const path = join(scratchFolder(), 'store.db');
    const levels: unknown[] = [];
    const readLevel = (database: Database) => levels.push(database.pragma('synchronous', { simple: true }));
    const database = openStore(path, kind);
    readLevel(database);
    database.exec(`INSERT INTO fact VALUES ('a')`);
    readLevel(database);
    database.close();
    const again = opened(path);
    readLevel(again);
    again.exec(`INSERT INTO fact VALUES ('b')`);
    readLevel(again);
    expect(levels).toEqual([2, 2, 2, 2]);
    expect(again.pragma('journal_mode', { simple: true })).toBe('wal');
  });

  test('a connection that fell back to NORMAL is found out', () => {
    const database = opened(':memory:');
    database.pragma('synchronous = NORMAL');
    expect(() => assertDurable(database)).toThrow(/synchronous=FULL, not 1/);
  });
});

describe('schema', () => {
  test('is carried forward once', () => {
    const path = join(scratchFolder(), 'store.db');
    const old = openStore(path, kind);
    old.exec(`INSERT INTO fact VALUES ('kept')`);
    old.close();
    const database = opened(path, { ...kind, migrations: [first, second] });
    expect(database.pragma('user_version', { simple: true })).toBe(2);
    expect(database.prepare('SELECT name FROM fact').pluck().all()).toEqual(['kept']);
    expect(database.prepare('SELECT count(*) FROM other').pluck().get()).toBe(0);
  });

  test('a migration that fails leaves the file as it was', () => {
    const path = join(scratchFolder(), 'store.db');
    openStore(path, kind).close();
    const broken: StoreKind = { ...kind, migrations: [first, second, { name: 'broken', sql: 'CREATE TABLE fact (x)' }] };
    expect(codeOf(() => openStore(path, broken))).toBe('E-STO-OPEN');
    const database = opened(path);
    expect(database.pragma('user_version', { simple: true })).toBe(1);
    expect(database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all()).toEqual(['store_version', 'fact']);
  });

  test('of a newer program is refused, and not a byte is changed', () => {
    const path = join(scratchFolder(), 'store.db');
    openStore(path, { ...kind, migrations: [first, second] }).close();
    const before = readFileSync(path);
    expect(codeOf(() => openStore(path, kind))).toBe('E-STO-NEWER');
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('a step back to the version before', () => {
  const mild = { name: 'mild', sql: 'CREATE TABLE more (name TEXT) STRICT', olderMayOpen: true };
  const harsh = { name: 'harsh', sql: 'ALTER TABLE fact RENAME TO truth', olderMayOpen: false };
  const of = (...migrations: StoreKind['migrations']): StoreKind => ({ ...kind, migrations });

  test('opens a store whose last step does not concern it, and the newer program goes on with the same file', () => {
    const path = join(scratchFolder(), 'store.db');
    openStore(path, of(first, mild)).close();
    const before = openStore(path, of(first));
    before.exec(`INSERT INTO fact VALUES ('from the version before')`);
    before.close();
    const database = opened(path, of(first, mild));
    expect(database.pragma('user_version', { simple: true })).toBe(2);
    expect(database.prepare('SELECT name FROM fact').pluck().all()).toEqual(['from the version before']);
    expect(database.prepare('SELECT count(*) FROM more').pluck().get()).toBe(0);
  });

  test('is refused by a step that concerns it, also when milder ones follow later', () => {
    const path = join(scratchFolder(), 'store.db');
    openStore(path, of(first)).close();
    openStore(path, of(first, harsh)).close();
    expect(codeOf(() => openStore(path, of(first)))).toBe('E-STO-NEWER');
    openStore(path, of(first, harsh, mild)).close();
    expect(codeOf(() => openStore(path, of(first)))).toBe('E-STO-NEWER');
    openStore(path, of(first, harsh)).close();
  });

  test('is refused by a store that does not say', () => {
    const path = join(scratchFolder(), 'store.db');
    openStore(path, of(first, second)).close();
    const database = new Sqlite(path);
    database.exec('DROP TABLE store_version');
    database.close();
    expect(codeOf(() => openStore(path, of(first)))).toBe('E-STO-NEWER');
  });
});

describe('files that are none of ours', () => {
  test('another store of the product', () => {
    const path = join(scratchFolder(), 'store.db');
    openStore(path, { ...kind, applicationId: 0x11111111 }).close();
    expect(codeOf(() => openStore(path, kind))).toBe('E-STO-FOREIGN');
  });

  test('a database of another program that names itself with nothing', () => {
    const path = join(scratchFolder(), 'store.db');
    const foreign = new Sqlite(path);
    foreign.exec('CREATE TABLE photos (name TEXT)');
    foreign.close();
    expect(codeOf(() => openStore(path, kind))).toBe('E-STO-FOREIGN');
  });

  test('a text', () => {
    const path = join(scratchFolder(), 'store.db');
    const text = 'Dear diary, today we sold popcorn.\n'.repeat(100);
    writeFileSync(path, text);
    expect(codeOf(() => openStore(path, kind))).toBe('E-STO-FOREIGN');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('a file cut in half is called damaged', () => {
    const path = join(scratchFolder(), 'store.db');
    const whole = openStore(path, kind);
    const put = whole.prepare('INSERT INTO fact VALUES (?)');
    whole.transaction(() => {
      for (let i = 0; i < 2_000; i++) put.run(`fact number ${i}`);
    })();
    whole.close();
    writeFileSync(path, readFileSync(path).subarray(0, 4_096 * 2 + 100));
    expect(
      codeOf(() =>
        openStore(path, { ...kind, migrations: [first, second] })
          .prepare('SELECT * FROM fact')
          .all(),
      ),
    ).toBe('E-STO-CORRUPT');
  });

  test('a folder', () => {
    expect(codeOf(() => openStore(scratchFolder(), kind))).toBe('E-STO-OPEN');
  });
});

test('a store that another connection is writing is called busy', () => {
  const path = join(scratchFolder(), 'store.db');
  openStore(path, kind).close();
  const other = new Sqlite(path);
  onTestFinished(() => {
    other.close();
  });
  other.exec('BEGIN EXCLUSIVE');
  expect(codeOf(() => openStore(path, { ...kind, migrations: [first, second] }))).toBe('E-STO-BUSY');
});
