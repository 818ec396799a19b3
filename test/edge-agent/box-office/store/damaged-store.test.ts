import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { raiseSuspicion } from '#agent/store/quarantine.ts';
import { StoreUnknownError } from '#agent/store/transactor.ts';
import { FaultError } from '#core/base/fault.ts';
import { scratchFolder } from '#test/support/scratch.ts';

async function filled(): Promise<string> {
  const path = join(scratchFolder(), 'box-office.db');
  const store = openSqliteBoxOfficeStore(path);
  for (let n = 0; n < 3; n++) await store.transaction(({ counters }) => counters.next('hold-token'));
  await store.close();
  return path;
}
/** Every page but the first, which says what file it is. */
function ruin(path: string): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xff, 4_096));
}
async function faultOf(path: string): Promise<FaultError['fault'] | undefined> {
  try {
    await openSqliteBoxOfficeStore(path).close();
    return undefined;
  } catch (cause) {
    if (cause instanceof FaultError) return cause.fault;
    throw cause;
  }
}

test('a damaged box office is put aside and refused at every start, until a whole copy is put back', async () => {
  const path = await filled();
  const whole = readFileSync(path);
  ruin(path);
  const ruined = readFileSync(path);
  raiseSuspicion(dirname(path), 'a test says so');
  expect(await faultOf(path)).toMatchObject({ code: 'E-STO-QUARANTINED', owner: 'operator' });
  const [folder = ''] = readdirSync(join(dirname(path), 'quarantine'));
  expect(readFileSync(join(dirname(path), 'quarantine', folder, 'box-office.db')).equals(ruined)).toBe(true);
  // No empty box office takes its place.
  expect(await faultOf(path)).toMatchObject({ code: 'E-STO-QUARANTINED', message: expect.stringContaining(folder) });
  expect(existsSync(path)).toBe(false);
  // A copy that is damaged as well is no better.
  writeFileSync(path, ruined);
  expect(await faultOf(path)).toMatchObject({ code: 'E-STO-QUARANTINED' });
  writeFileSync(path, whole);
  const store = openSqliteBoxOfficeStore(path);
  expect(await store.transaction(({ counters }) => counters.next('hold-token'))).toBe(4);
  await store.close();
  expect(readdirSync(dirname(path)).sort()).toEqual(['box-office.db', 'quarantine']);
});

test('a disk that fails in a transaction makes its outcome unknown: nothing else is done by this process', async () => {
  const path = await filled();
  const lost: StoreUnknownError[] = [];
  const store = openSqliteBoxOfficeStore(path, undefined, (cause) => lost.push(cause));
  await store.transaction(({ counters }) => counters.next('hold-token'));
  // Another connection's commit makes this one read the file again.
  const other = new Sqlite(path);
  other.exec(`UPDATE counter SET value = value + 1`);
  other.pragma('wal_checkpoint(TRUNCATE)');
  ruin(path);
  await expect(store.transaction(({ counters }) => counters.next('hold-token'))).rejects.toThrow(StoreUnknownError);
  expect(lost).toHaveLength(1);
  writeFileSync(path, readFileSync(path));
  await expect(store.transaction(async () => 1)).rejects.toThrow(/must be opened again/);
  expect(lost).toHaveLength(1);
  other.close();
  await store.close();
});
