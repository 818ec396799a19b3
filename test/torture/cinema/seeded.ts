import { createHash } from 'node:crypto';

/** Numbers from 0 on and below 1, always the same for one seed. */
export function seeded(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    return createHash('sha256').update(`${seed} ${count}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}
