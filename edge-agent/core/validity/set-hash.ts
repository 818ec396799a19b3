import { assert } from '../base/fault.ts';

/**
 * One number for a whole set of rows, in whatever order they came: the sum modulo 2^256 of the SHA-256 of each row's binary form (`row-codec.ts`). A row is
 * added and taken away in the same time however many there are, and two sides that differ in one byte of one row differ in the hash.
 */
export interface SetHash {
  add(row: Uint8Array): void;
  remove(row: Uint8Array): void;
  /** 64 hexadecimal digits, as on the wire. */
  text(): string;
  /** A sum of its own that begins where this one stands. */
  copy(): SetHash;
}

/** SHA-256 as a text of 32 characters, one for each byte: Node gives it out four times faster than an array of bytes. */
export type Sha256 = (bytes: Uint8Array) => string;

export const EMPTY_SET_TEXT: string = '0'.repeat(64);

/** Eight limbs of 32 bits in doubles: they take this many additions before a carry could be lost (2^53 / 2^32, with room for the sign). */
const ADDITIONS_BEFORE_CARRY = 1_000_000;
const LIMB = 0x1_0000_0000;

/** Four hexadecimal digits. Of a small whole number V8 writes them ten times faster than of a double. */
function digitsOf(half: number): string {
  return (half + 0x1_0000).toString(16).slice(1);
}

/** @param from 64 hexadecimal digits. No BigInt is used: a million rows go through here while guests wait. */
export function createSetHash(sha256: Sha256, from: string = EMPTY_SET_TEXT): SetHash {
  assert(/^[0-9a-f]{64}$/.test(from), 'a set hash is 64 lower-case hexadecimal digits');
  const limbs = Float64Array.from({ length: 8 }, (_, limb) => Number.parseInt(from.slice(limb * 8, limb * 8 + 8), 16));
  let additions = 0;

  const change = (row: Uint8Array, sign: 1 | -1): void => {
    const digest = sha256(row);
    for (let limb = 0, at = 0; limb < 8; limb++, at += 4) {
      const high = (digest.charCodeAt(at) << 8) | digest.charCodeAt(at + 1);
      const low = (digest.charCodeAt(at + 2) << 8) | digest.charCodeAt(at + 3);
      limbs[limb] = (limbs[limb] ?? 0) + sign * (high * 0x1_0000 + low);
    }
    additions += 1;
    if (additions >= ADDITIONS_BEFORE_CARRY) carry();
  };
  /** Each limb back into 0 … 2^32 - 1, the last first; what leaves the first limb is a multiple of 2^256. */
  const carry = (): void => {
    let over = 0;
    for (let limb = 7; limb >= 0; limb--) {
      const value = (limbs[limb] ?? 0) + over;
      over = Math.floor(value / LIMB);
      limbs[limb] = value - over * LIMB;
    }
    additions = 0;
  };
  const text = (): string => {
    carry();
    let digits = '';
    for (const limb of limbs) digits += digitsOf(limb >>> 16) + digitsOf(limb & 0xffff);
    return digits;
  };
  return {
    add: (row) => change(row, 1),
    remove: (row) => change(row, -1),
    text,
    copy: () => createSetHash(sha256, text()),
  };
}
