import { createHash, timingSafeEqual } from 'node:crypto';
import type { MachineId } from '#core/contract/identifiers.ts';

/**
 * The machine that an `Authorization` header speaks for. Hashes of equal length are compared in constant time, and all of them each time, so that neither
 * the time nor the place of a difference tells anything about a token.
 */
export function createTokenCheck(tokens: ReadonlyMap<string, MachineId>): (header: string | undefined) => MachineId | undefined {
  const known = [...tokens].map(([token, machine]) => ({ hash: sha256(token), machine }));
  return (header) => {
    const given = /^Bearer ([\x21-\x7e]{1,256})$/.exec(header ?? '')?.[1];
    if (given === undefined) return undefined;
    const hash = sha256(given);
    return known.reduce<MachineId | undefined>((found, entry) => (timingSafeEqual(entry.hash, hash) ? entry.machine : found), undefined);
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
