import { once } from 'node:events';
import { readdirSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDataInUse } from '#agent/ledger/validity-data.ts';
import { diskValidityFiles } from '#agent/ledger/validity-files.ts';
import { sqliteCode } from '#agent/store/plain-database.ts';
import { FaultError } from '#core/base/fault.ts';
import { scratchFolder } from '#test/support/scratch.ts';

const HELD = { file: 'one', fileVersion: 1, epoch: '', version: 1, setHash: '', chain: '', secretsHash: '', confirmedAt: 0 };

test('a file that is there, and that the disk does not open, is not put aside: the next start may have it', async () => {
  const scratch = scratchFolder();
  const folder = join(scratch, 'validity');
  const files = diskValidityFiles(folder);
  const building = files.build('one');
  building.exec('CREATE TABLE mark (layout INTEGER)');
  await files.seal('one', building);
  renameSync(join(folder, 'one.db'), join(scratch, 'away'));
  // open(2) of a socket fails, whoever asks.
  const socket = createServer().listen(join(folder, 'one.db'));
  await once(socket, 'listening');
  let told: unknown;
  try {
    createDataInUse(files).open('one', HELD, []);
  } catch (cause) {
    told = cause;
  }
  expect(told instanceof FaultError && told.fault).toMatchObject({ code: 'E-STO-OPEN', owner: 'store' });
  socket.close();
  await once(socket, 'close');
  expect(readdirSync(folder)).toEqual(['shards']);
  renameSync(join(scratch, 'away'), join(folder, 'one.db'));
  const { database, close } = files.open('one');
  expect(database.prepare('SELECT count(*) FROM mark').pluck().get()).toBe(0);
  close();
});

test('a file that is missing is SQLite’s word, and comes to the same as a damaged one', () => {
  const files = diskValidityFiles(join(scratchFolder(), 'validity'));
  let told: unknown;
  try {
    files.open('none');
  } catch (cause) {
    told = cause;
  }
  expect(sqliteCode(told)).toBe('SQLITE_CANTOPEN');
});
