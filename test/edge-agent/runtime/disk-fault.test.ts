import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { diskFault } from '#agent/runtime/disk-fault.ts';
import { FaultError } from '#core/base/fault.ts';
import { scratchFolder } from '#test/support/scratch.ts';

/** What the call threw. */
function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (cause) {
    return cause;
  }
  throw new Error('nothing was thrown');
}

describe('errors of the disk', () => {
  test('a full disk is told from one that fails', () => {
    // Linux: writing to it always fails with ENOSPC.
    const handle = openSync('/dev/full', 'w');
    const fault = diskFault(thrownBy(() => writeSync(handle, 'x')));
    closeSync(handle);
    expect(fault).toMatchObject({ code: 'E-STO-FULL', owner: 'store' });
    expect(diskFault(new Sqlite.SqliteError('disk is full', 'SQLITE_FULL'))).toMatchObject({ code: 'E-STO-FULL' });
  });

  test('the file is named', () => {
    const folder = join(scratchFolder(), 'keys.json');
    mkdirSync(folder);
    const fault = diskFault(thrownBy(() => writeFileSync(folder, 'x')));
    expect(fault).toMatchObject({ code: 'E-STO-OPEN', owner: 'store' });
    expect(fault?.message).toContain(folder);
    expect(fault?.remedy).toContain('--data');
  });

  test('a folder that could not be made', () => {
    // As Node says it of the last folder when the disk has refused the one above it.
    const cause = Object.assign(new Error("ENOENT: no such file or directory, mkdir '/data/validity/shards'"), {
      ...{ code: 'ENOENT', syscall: 'mkdir', path: '/data/validity/shards' },
    });
    expect(diskFault(cause)).toMatchObject({ code: 'E-STO-OPEN', owner: 'store' });
  });

  test('a disk that fails under a store', () => {
    expect(diskFault(new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC'))).toMatchObject({ code: 'E-STO-OPEN' });
  });
});

describe('errors that are not the disk’s', () => {
  test('a missing file, which somebody forgot to make, is a defect', () => {
    expect(diskFault(thrownBy(() => readFileSync(join(scratchFolder(), 'nothing'))))).toBeUndefined();
  });

  test('a port that is taken', async () => {
    const first = createServer();
    await new Promise<void>((resolve) => first.listen(0, '127.0.0.1', resolve));
    const second = createServer();
    const cause = await new Promise<unknown>((resolve) => {
      second.once('error', resolve);
      second.listen(first.address());
    });
    first.close();
    expect(cause).toMatchObject({ code: 'EADDRINUSE' });
    expect(diskFault(cause)).toBeUndefined();
  });

  test('a broken promise of our own, a contradiction in a statement, and a fault that speaks for itself', () => {
    expect(diskFault(new Error('unhandled case'))).toBeUndefined();
    expect(diskFault(new Sqlite.SqliteError('UNIQUE constraint failed', 'SQLITE_CONSTRAINT_UNIQUE'))).toBeUndefined();
    expect(diskFault(new FaultError({ code: 'E-CFG-X', owner: 'configuration', message: 'x' }))).toBeUndefined();
  });
});
