import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Contents } from './disk.ts';

/** A folder for each store in which one state after the other is laid out. What the judge of the last state has left as it was is not written again. */
export interface Scratch {
  /** @returns the folder that holds these files now, and no others */
  lay(store: string, files: ReadonlyMap<string, Contents>): string;
}

interface Laid {
  readonly stamp: string | undefined;
  readonly changedAt: bigint;
}

export function createScratch(folder: string): Scratch {
  rmSync(folder, { recursive: true, force: true });
  const laid = new Map<string, Laid>();
  return {
    lay: (store, files) => {
      const place = join(folder, store);
      for (const name of namesIn(place)) if (!files.has(name)) rmSync(join(place, name));
      for (const [path, contents] of files) {
        const file = join(place, path);
        const before = laid.get(file);
        if (contents.stamp !== undefined && before?.stamp === contents.stamp && existsSync(file) && changedAt(file) === before.changedAt) continue;
        layFile(file, contents);
        laid.set(file, { stamp: contents.stamp, changedAt: changedAt(file) });
      }
      mkdirSync(place, { recursive: true });
      return place;
    },
  };
}

/** Makes the file with its folder, or replaces it. */
export function layFile(file: string, { bytes, size }: Pick<Contents, 'bytes' | 'size'>): void {
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(file, 'w', 0o600);
  try {
    if (bytes.length > 0) writeSync(handle, bytes);
    ftruncateSync(handle, size);
  } finally {
    closeSync(handle);
  }
}

const changedAt = (file: string): bigint => statSync(file, { bigint: true }).mtimeNs;

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
