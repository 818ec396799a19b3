import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchFolder } from '#test/support/scratch.ts';
import { runStoreInChild } from './run-store-in-child.ts';

/** Real system calls of a real process fail here; the deadlines are those of starting Node under strace on a busy machine. */
const DEADLINE = 180_000;

describe('a full disk at start', { timeout: DEADLINE }, () => {
  test('is named when the store is new', async () => {
    const path = join(scratchFolder(), 'ledger.db');
    expect(await runStoreInChild(path, 1, 'pwrite64:error=ENOSPC')).toEqual([{ opened: false, code: 'E-STO-FULL' }]);
  });

  test('is named when the store exists, and the store is whole afterwards', async () => {
    const path = join(scratchFolder(), 'ledger.db');
    await runStoreInChild(path, 1);
    expect(await runStoreInChild(path, 1, 'pwrite64:error=ENOSPC')).toEqual([{ opened: false, code: 'E-STO-FULL' }]);
    expect(await runStoreInChild(path, 1)).toEqual([{ opened: true }, { commit: 1, outcome: 'committed' }]);
  });
});

describe('a disk that fails to sync', { timeout: DEADLINE }, () => {
  test('makes the outcome unknown, and the ledger refuses everything afterwards', async () => {
    const path = join(scratchFolder(), 'ledger.db');
    await runStoreInChild(path, 1);
    expect(await runStoreInChild(path, 3, 'fsync:error=EIO')).toEqual([
      { opened: true },
      { commit: 1, outcome: 'unknown' },
      { commit: 2, outcome: 'unknown' },
      { commit: 3, outcome: 'unknown' },
    ]);
    expect(await runStoreInChild(path, 1)).toEqual([{ opened: true }, { commit: 1, outcome: 'committed' }]);
  });
});
