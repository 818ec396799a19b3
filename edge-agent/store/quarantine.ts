import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Instant, toIso } from '#core/base/time.ts';

/** Where damaged files go, whole, for a person to look at: `quarantine/<time>/` in their own folder. Nothing of ours reads or removes them afterwards. */

/** A database is these; a log that stayed behind would be taken for the next database's. */
const PARTS = ['', '-wal', '-shm', '-journal'] as const;

/** @returns the path of a new folder */
export function quarantineFolder(beside: string, at: Instant): string {
  const name = toIso(at).replaceAll(':', '-');
  for (let again = 0; ; again++) {
    const folder = join(dirname(beside), 'quarantine', again === 0 ? name : `${name}-${again}`);
    if (existsSync(folder)) continue;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }
}

/** Moves a database with its log. What is not there, because an earlier attempt was cut short, has been moved already. */
export function moveDatabase(from: string, folder: string): void {
  for (const part of PARTS) {
    if (existsSync(`${from}${part}`)) renameSync(`${from}${part}`, join(folder, `${basename(from)}${part}`));
  }
  syncFolder(folder);
  syncFolder(dirname(from));
}

export function removeDatabase(path: string): void {
  for (const part of PARTS) rmSync(`${path}${part}`, { force: true });
}

/** So that names survive a power cut in the order in which they were given. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A file that says that something in this folder was read as damaged while the agent ran: the next start looks at every store from end to end. */
const SUSPICION = 'store.suspect';

export function raiseSuspicion(folder: string, why: string): void {
  writeFileSync(join(folder, SUSPICION), `${why}\n`, { mode: 0o600 });
}

/** Why; undefined when nothing is suspected. */
export function readSuspicion(folder: string): string | undefined {
  const file = join(folder, SUSPICION);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

export function dropSuspicion(folder: string): void {
  rmSync(join(folder, SUSPICION), { force: true });
}
