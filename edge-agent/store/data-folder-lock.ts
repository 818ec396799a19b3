import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { FaultError } from '#core/base/fault.ts';

/**
 * One agent for one data folder. The lock is the operating system's own lock on `agent.lock`, taken through SQLite: the kernel releases it when the process
 * dies, however it dies, so there is no stale lock to judge and no process number to mistake for another. `agent.pid` only names the holder to a person.
 */
export interface DataFolderLock {
  release(): void;
}

/** Held strongly: a connection that becomes garbage is closed by better-sqlite3, and the lock would go with it. */
const held = new Set<Sqlite.Database>();

/**
 * Makes `directory` when it is missing, and locks it for this process.
 * @throws FaultError `E-STO-BUSY` another living agent has it, `E-STO-FULL` the disk is full, `E-STO-OPEN` it cannot be made or written.
 */
export function lockDataFolder(directory: string): DataFolderLock {
  const database = takeLock(directory);
  try {
    writeFileSync(pidFile(directory), `${process.pid}\n`);
  } catch (cause) {
    database.close();
    throw folderFault(directory, cause);
  }
  held.add(database);
  return {
    release: () => {
      held.delete(database);
      database.close();
    },
  };
}

function takeLock(directory: string): Sqlite.Database {
  let database: Sqlite.Database | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    database = new Sqlite(join(directory, 'agent.lock'), { timeout: 0 });
    // An exclusive transaction in rollback mode holds the lock for as long as it stays open, and writes nothing.
    database.pragma('journal_mode = DELETE');
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    database?.close();
    throw folderFault(directory, cause);
  }
}

function folderFault(directory: string, cause: unknown): FaultError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code.startsWith('SQLITE_BUSY')) {
    return new FaultError(
      {
        code: 'E-STO-BUSY',
        owner: 'operator',
        message: `Another agent${nameHolder(directory)} is working on ${directory}.`,
        remedy: 'Stop the other agent, or give this one its own --data folder.',
      },
      { cause },
    );
  }
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    return new FaultError(
      {
        code: 'E-STO-FULL',
        owner: 'store',
        message: `The disk is full: nothing can be written to ${directory}.`,
        remedy: 'Free some space and start again; nothing was changed.',
      },
      { cause },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FaultError(
    {
      code: 'E-STO-OPEN',
      owner: 'store',
      message: `The data folder ${directory} cannot be used: ${reason}.`,
      remedy: 'Check the folder, its rights and the disk.',
    },
    { cause },
  );
}

function nameHolder(directory: string): string {
  try {
    const text = readFileSync(pidFile(directory), 'utf8').trim();
    return /^\d{1,10}$/.test(text) ? ` (process ${text})` : '';
  } catch {
    // The other agent has the lock and has not written its number yet; the message is complete without it.
    return '';
  }
}

function pidFile(directory: string): string {
  return join(directory, 'agent.pid');
}
