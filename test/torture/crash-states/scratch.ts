import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Contents, Range } from './disk.ts';

/** A folder for each store in which one state after the other is laid out. What is there already is not written again. */
export interface Scratch {
  /**
   * @param marks of each file, by which contents are told apart
   * @returns the folder that holds these files now, and no others
   */
  lay(store: string, files: ReadonlyMap<string, Contents>, marks: ReadonlyMap<string, string>): string;
  /** Whatever opened the store may have written there: the next state is laid out anew. */
  wasOpened(store: string): void;
}

interface Laid {
  readonly mark: string;
  readonly used: number;
  /** It is what was synced under this stamp, but for these ranges. */
  readonly stamp: string;
  readonly touched: readonly Range[];
}

export function createScratch(folder: string): Scratch {
  rmSync(folder, { recursive: true, force: true });
  const places = new Map<string, Map<string, Laid>>();
  const placeOf = (place: string): Map<string, Laid> => {
    const known = places.get(place);
    if (known !== undefined) return known;
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true });
    const laid = new Map<string, Laid>();
    places.set(place, laid);
    return laid;
  };
  return {
    lay: (store, files, marks) => {
      const place = join(folder, store);
      const laid = placeOf(place);
      for (const path of laid.keys()) {
        if (files.has(path)) continue;
        rmSync(join(place, path), { force: true });
        laid.delete(path);
      }
      for (const [path, contents] of files) {
        const mark = marks.get(path) ?? '';
        const before = laid.get(path);
        if (before?.mark === mark) continue;
        if (before === undefined) layFile(join(place, path), contents);
        else replace(join(place, path), contents, before);
        laid.set(path, { mark, used: contents.bytes.length, stamp: contents.synced.stamp, touched: contents.touched });
      }
      return place;
    },
    wasOpened: (store) => {
      places.delete(join(folder, store));
    },
  };
}

/** Makes the file with its folder, or replaces it. */
export function layFile(file: string, { bytes, size }: Pick<Contents, 'bytes' | 'size'>): void {
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(file, 'w', 0o600);
  try {
    if (bytes.length > 0) writeSync(handle, bytes, 0, bytes.length, 0);
    ftruncateSync(handle, size);
  } finally {
    closeSync(handle);
  }
}

/** Writes over what is there, and only what is different. */
function replace(file: string, { bytes, size, synced, touched }: Contents, before: Laid): void {
  const handle = openSync(file, 'r+');
  try {
    if (before.used > bytes.length) ftruncateSync(handle, bytes.length);
    const ranges: readonly Range[] = before.stamp === synced.stamp ? [...before.touched, ...touched] : [[0, bytes.length]];
    for (const [from, until] of ranges) {
      const length = Math.min(until, bytes.length) - from;
      if (length > 0) writeSync(handle, bytes, from, length, from);
    }
    ftruncateSync(handle, size);
  } finally {
    closeSync(handle);
  }
}
