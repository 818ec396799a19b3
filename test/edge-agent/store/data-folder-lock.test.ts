import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type DataFolderLock, lockDataFolder } from '#agent/store/data-folder-lock.ts';
import { FaultError } from '#core/base/fault.ts';
import { scratchFolder } from '#test/support/scratch.ts';

function refusal(folder: string): FaultError['fault'] {
  let lock: DataFolderLock;
  try {
    lock = lockDataFolder(folder);
  } catch (cause) {
    if (cause instanceof FaultError) return cause.fault;
    throw cause;
  }
  lock.release();
  throw new Error('the folder was free');
}

/** Another process that holds the lock until it is killed. */
async function otherAgent(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'lock-in-child.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout, 'data');
  return child;
}

describe('the data folder', () => {
  test('is made, and is free again after release', () => {
    const folder = join(scratchFolder(), 'new', 'data');
    lockDataFolder(folder).release();
    expect(existsSync(folder)).toBe(true);
    lockDataFolder(folder).release();
  });

  test('is refused while this process has it', () => {
    const folder = scratchFolder();
    const lock = lockDataFolder(folder);
    onTestFinished(() => lock.release());
    expect(refusal(folder)).toMatchObject({ code: 'E-STO-BUSY', message: expect.stringContaining(`process ${process.pid}`) });
  });

  test('is refused while another process has it, and taken over when that one was killed', { timeout: 180_000 }, async () => {
    const folder = scratchFolder();
    const other = await otherAgent(folder);
    expect(refusal(folder)).toMatchObject({ code: 'E-STO-BUSY', owner: 'operator', message: expect.stringContaining(`process ${other.pid}`) });
    other.kill('SIGKILL');
    await once(other, 'exit');
    const lock = lockDataFolder(folder);
    onTestFinished(() => lock.release());
    expect(readFileSync(join(folder, 'agent.pid'), 'utf8')).toBe(`${process.pid}\n`);
  });

  test('that cannot be made is named', () => {
    const file = join(scratchFolder(), 'file');
    writeFileSync(file, 'in the way');
    chmodSync(file, 0o600);
    expect(refusal(join(file, 'data'))).toMatchObject({ code: 'E-STO-OPEN', message: expect.stringContaining('data') });
  });
});
