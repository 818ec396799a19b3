import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { FaultError } from '#core/base/fault.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { writeSecretFile } from '../../../runtime/secret-file.ts';
import { type Database, openStore } from '../../../store/database.ts';
import { dropSuspicion, moveDatabase, quarantineFolder, readSuspicion, syncFolder } from '../../../store/quarantine.ts';
import { boxOfficeStoreKind } from './schema.ts';

/**
 * Opens the box office's database, or puts a damaged one aside and refuses. It is the record of what was paid: nothing of it is put together again without a
 * person, and no empty one ever takes its place. A note beside it says so at every start, until a whole copy has been put back.
 */
export function openBoxOfficeDatabase(path: string): Database {
  if (path === ':memory:') return openStore(path, boxOfficeStoreKind);
  const note = `${path}.quarantined`;
  if (existsSync(note) && !existsSync(path)) throw quarantined(path, readFileSync(note, 'utf8').trim());
  const isSuspected = existsSync(note) || readSuspicion(dirname(path)) !== undefined;
  const damage = isSuspected ? damageOf(path) : undefined;
  if (damage === undefined) {
    try {
      const database = openStore(path, boxOfficeStoreKind);
      if (isSuspected) {
        rmSync(note, { force: true });
        dropSuspicion(dirname(path));
      }
      return database;
    } catch (cause) {
      if (!(cause instanceof FaultError) || cause.fault.code !== 'E-STO-CORRUPT') throw cause;
      throw putAside(path, note, cause.fault.message);
    }
  }
  throw putAside(path, note, damage);
}

/** What SQLite's own check of a database says; undefined when it is whole. Takes seconds for a large one. */
export function damageOf(path: string): string | undefined {
  let database: Database;
  try {
    database = openStore(path, boxOfficeStoreKind);
  } catch (cause) {
    if (cause instanceof FaultError && cause.fault.code === 'E-STO-CORRUPT') return cause.fault.message;
    throw cause;
  }
  try {
    const verdict = String(database.pragma('integrity_check(1)', { simple: true }));
    return verdict === 'ok' ? undefined : verdict;
  } finally {
    database.close();
  }
}

/** The note is there before the database goes: a power cut between the two leaves a database that is looked at again. */
function putAside(path: string, note: string, why: string): FaultError {
  const folder = quarantineFolder(path, systemClock.wall());
  const text = `It is in ${folder}: ${why}`;
  writeSecretFile(note, `${text}\n`);
  syncFolder(dirname(path));
  moveDatabase(path, folder);
  return quarantined(path, text);
}

function quarantined(path: string, text: string): FaultError {
  return new FaultError({
    code: 'E-STO-QUARANTINED',
    owner: 'operator',
    message: `The box office's database ${path} is damaged and was put aside. ${text}`,
    remedy: `Put a whole copy of it back in its place, from a backup; nothing is sold before. To look at a copy: foyer box-office check --data DIR`,
  });
}
