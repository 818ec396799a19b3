import { err, ok, type Result } from '../base/result.ts';

/** Base45 (RFC 9285): two bytes as three characters of a QR code's alphanumeric mode, a last single byte as two, least significant character first. */

/** RFC 9285, table 1; the same 45 characters as the alphanumeric mode of ISO/IEC 18004, in the same order. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const NOT_A_DIGIT = 0xff;
/** A place for every byte: characters above ASCII are no digits either. */
const DIGIT_OF = new Uint8Array(256).fill(NOT_A_DIGIT);
for (let digit = 0; digit < ALPHABET.length; digit++) DIGIT_OF[ALPHABET.charCodeAt(digit)] = digit;

/**
 * - `not-base45`: a character outside the alphabet (lower case is outside it), or a length that no encoding has.
 * - `not-canonical`: the characters name a value that does not fit the bytes they stand for. Every accepted text is the one encoding of its bytes.
 */
export type Base45Problem = 'not-base45' | 'not-canonical';

export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const high = bytes[i] ?? 0;
    const low = bytes[i + 1];
    const value = low === undefined ? high : high * 256 + low;
    text += ALPHABET.charAt(value % 45) + ALPHABET.charAt(Math.floor(value / 45) % 45);
    if (low !== undefined) text += ALPHABET.charAt(Math.floor(value / 2_025));
  }
  return text;
}

/** @param text one byte a character, as a scanner sends it */
export function decodeBase45(text: Uint8Array): Result<Uint8Array, Base45Problem> {
  if (text.length % 3 === 1) return err('not-base45');
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (text.length % 3 === 2 ? 1 : 0));
  let at = 0;
  for (let i = 0; i < text.length; i += 3) {
    const isWhole = i + 2 < text.length;
    const first = digitAt(text, i);
    const second = digitAt(text, i + 1);
    const third = isWhole ? digitAt(text, i + 2) : 0;
    if (first === NOT_A_DIGIT || second === NOT_A_DIGIT || third === NOT_A_DIGIT) return err('not-base45');
    const value = first + second * 45 + third * 2_025;
    if (value > (isWhole ? 0xffff : 0xff)) return err('not-canonical');
    if (isWhole) bytes[at++] = value >> 8;
    bytes[at++] = value & 0xff;
  }
  return ok(bytes);
}

function digitAt(text: Uint8Array, index: number): number {
  return DIGIT_OF[text[index] ?? 0] ?? NOT_A_DIGIT;
}
