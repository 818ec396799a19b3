import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';

/** Makes calls of a recorded agent fail, from outside and while it runs. */
export interface Faults {
  readonly file: string;
  /** From now on calls of these classes are counted, and fail as it says. */
  plan(fault: Fault): void;
  end(): void;
  counts(): { readonly counted: number; readonly fired: number };
}

export interface Fault {
  readonly calls: CallClass;
  readonly how: 'count' | 'EIO' | 'ENOSPC' | 'kill' | 'short';
  /** The n-th of these calls, counted from 1. */
  readonly from: number;
  /** And every one after it. */
  readonly forever: boolean;
}

export type CallClass = 'write' | 'sync' | 'open' | 'name' | 'truncate';

/** Bits of `struct control` in recorder.c. */
const CLASSES: Readonly<Record<CallClass, number>> = { write: 1, sync: 2, open: 4, name: 8, truncate: 16 };
const ACTIONS: Readonly<Record<Fault['how'], readonly [action: number, errno: number]>> = {
  count: [0, 0],
  EIO: [1, 5],
  ENOSPC: [1, 28],
  kill: [2, 0],
  short: [3, 5],
};
const WORDS = 7;

export function createFaults(file: string): Faults {
  const put = (words: readonly number[]): void => {
    const bytes = Buffer.alloc(4 * WORDS);
    words.forEach((word, index) => {
      bytes.writeUInt32LE(word, 4 * index);
    });
    const handle = openSync(file, 'r+');
    writeSync(handle, bytes, 0, bytes.length, 0);
    closeSync(handle);
  };
  writeFileSync(file, Buffer.alloc(4 * WORDS));
  return {
    file,
    plan: ({ calls, how, from, forever }) => {
      const [action, errno] = ACTIONS[how];
      put([CLASSES[calls], action, errno, from, forever ? 1 : 0, 0, 0]);
    },
    end: () => {
      const { counted, fired } = countsOf(file);
      put([0, 0, 0, 0, 0, counted, fired]);
    },
    counts: () => countsOf(file),
  };
}

function countsOf(file: string): { readonly counted: number; readonly fired: number } {
  const bytes = Buffer.alloc(4 * WORDS);
  const handle = openSync(file, 'r');
  readSync(handle, bytes, 0, bytes.length, 0);
  closeSync(handle);
  return { counted: bytes.readUInt32LE(20), fired: bytes.readUInt32LE(24) };
}
