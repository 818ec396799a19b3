import type { HmacSha256 } from './rotating.ts';

/** Codes that other systems made: nothing can be read in them, and gates know them by a keyed hash alone, from which nobody can make the code. */

/** 128 bits: among a million codes two meet with a chance of 1 in 10^26. */
const HASH_BYTES = 16;

/** @param codeKey the site's, 32 bytes; without it the short codes of some systems could be guessed from their hashes */
export function opaqueCodeHash(codeKey: Uint8Array, code: Uint8Array, hmac: HmacSha256): Uint8Array {
  return hmac(codeKey, code).subarray(0, HASH_BYTES);
}
