import { randomFillSync } from 'node:crypto';
import { existsSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** A file that takes room on the disk for the moment when there is none: what it gives back is enough to go on checking tickets. */
export interface Ballast {
  isKept(): boolean;
  /** Gives the room back, at once. */
  release(): void;
  /** Takes the room again. False when there was not enough; then nothing is taken. */
  make(): Promise<boolean>;
}

const CHUNK_BYTES = 1_048_576;

export function createBallast(file: string, bytes: number): Ballast {
  let making: Promise<boolean> | undefined;
  const isKept = (): boolean => existsSync(file) && statSync(file).size >= bytes;
  const write = async (): Promise<boolean> => {
    // Nothing that a file system could compress away.
    const chunk = randomFillSync(new Uint8Array(Math.min(CHUNK_BYTES, Math.max(bytes, 1))));
    try {
      const handle = await open(file, 'w', 0o600);
      try {
        for (let left = bytes; left > 0; left -= chunk.length) await handle.write(chunk.subarray(0, Math.min(left, chunk.length)));
        await handle.datasync();
      } finally {
        await handle.close();
      }
      return true;
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause)) throw cause;
      rmSync(file, { force: true });
      return false;
    }
  };
  return {
    isKept,
    release: () => rmSync(file, { force: true }),
    make: async () => {
      making ??= write();
      try {
        return await making;
      } finally {
        making = undefined;
      }
    },
  };
}
