import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { boxOfficeStoreKind } from '#agent/box-office/store/sqlite/schema.ts';
import { ledgerStore } from '#agent/ledger/ledger-store.ts';
import { openStore, type StoreKind } from '#agent/store/database.ts';
import { scratchFolder } from '#test/support/scratch.ts';

/** The last step of each that was there when a store learnt to say which programs may open it; no program before that asks. */
const LAST_SILENT: Readonly<Record<string, string>> = { ledger: 'paper', 'box office': 'money by several methods' };

describe.each([ledgerStore, boxOfficeStoreKind].map((kind): [string, StoreKind] => [kind.name, kind]))('the schema of the %s', (name, kind) => {
  test('says of every new step whether the version before may open the store afterwards', () => {
    const known = kind.migrations.findIndex((migration) => migration.name === LAST_SILENT[name]);
    const silent = kind.migrations.slice(known + 1).filter(({ olderMayOpen }) => olderMayOpen === undefined);
    expect(known).toBeGreaterThan(0);
    expect(silent.map((migration) => migration.name)).toEqual([]);
  });

  test('lets the version before open it again wherever a step says so', () => {
    for (const [index, { olderMayOpen }] of kind.migrations.entries()) {
      if (index === 0 || olderMayOpen !== true) continue;
      const path = join(scratchFolder(), `${index}.db`);
      openStore(path, { ...kind, migrations: kind.migrations.slice(0, index + 1) }).close();
      const before = openStore(path, { ...kind, migrations: kind.migrations.slice(0, index) });
      expect(before.pragma('user_version', { simple: true })).toBe(index + 1);
      before.close();
    }
    expect(kind.migrations.length).toBeGreaterThan(0);
  });

  test('is the same whether made at once or step by step', () => {
    const schemaOf = (path: string): unknown[] => {
      const database = openStore(path, kind);
      const schema = database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
      database.close();
      return schema;
    };
    const stepwise = join(scratchFolder(), 'stepwise.db');
    for (const [index] of kind.migrations.entries()) openStore(stepwise, { ...kind, migrations: kind.migrations.slice(0, index + 1) }).close();
    expect(schemaOf(stepwise)).toEqual(schemaOf(join(scratchFolder(), 'at-once.db')));
  });
});
