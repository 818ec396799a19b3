import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes } from '#core/base/bytes.ts';

/** AES-128 as chip cards use it: CBC without padding, CMAC (RFC 4493), and keys of single cards made from one (NXP AN10922). */

export const BLOCK = 16;

export function encryptCbc(key: Uint8Array, iv: Uint8Array, text: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
  return concatBytes(cipher.update(text), cipher.final());
}

export function decryptCbc(key: Uint8Array, iv: Uint8Array, text: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
  return concatBytes(decipher.update(text), decipher.final());
}

const ZERO = new Uint8Array(BLOCK);
/** The polynomial of RFC 4493 §2.3. */
const R_128 = 0x87;

function doubled(block: Uint8Array): Uint8Array {
  const shifted = block.map((byte, index) => ((byte << 1) | ((block[index + 1] ?? 0) >> 7)) & 0xff);
  const last = BLOCK - 1;
  if ((block[0] ?? 0) & 0x80) shifted[last] = (shifted[last] ?? 0) ^ R_128;
  return shifted;
}

/** @param paddedTo a message that is shorter is padded to this length, which is not the standard's but AN10922's way */
export function cmac(key: Uint8Array, message: Uint8Array, paddedTo: number = BLOCK): Uint8Array {
  const whole = doubled(encryptCbc(key, ZERO, ZERO));
  const isWhole = message.length >= paddedTo && message.length % BLOCK === 0;
  const length = Math.max(paddedTo, Math.ceil(message.length / BLOCK) * BLOCK);
  const padded = new Uint8Array(length);
  padded.set(message);
  if (!isWhole) padded[message.length] = 0x80;
  const subkey = isWhole ? whole : doubled(whole);
  const from = length - BLOCK;
  subkey.forEach((byte, index) => {
    padded[from + index] = (padded[from + index] ?? 0) ^ byte;
  });
  return encryptCbc(key, ZERO, padded).slice(-BLOCK);
}

/** AN10922 §2.2: the constant of AES-128 keys, and the length that the input is padded to. */
const DIVERSIFICATION_CONSTANT = 0x01;
const DIVERSIFICATION_LENGTH = 32;

/** The key of one card (AN10922 §2.2.1). Knowing it says nothing of another card's. @param input UID, application and system identifier: at most 31 bytes */
export const diversifyKey = (master: Uint8Array, input: Uint8Array): Uint8Array =>
  cmac(master, concatBytes(Uint8Array.of(DIVERSIFICATION_CONSTANT), input), DIVERSIFICATION_LENGTH);
