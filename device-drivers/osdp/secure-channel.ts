import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto';
import { concatBytes } from '#core/base/bytes.ts';

/** The arithmetic of OSDP's secure channel (SIA OSDP 2.2, Annex D): AES-128 throughout. Every function is pure. */

export const BLOCK = 16;

/** The key that every device comes with, 30 to 3F (Annex D). Known to everybody, and good for nothing but giving a device its own. */
export const DEFAULT_KEY: Uint8Array = Uint8Array.from({ length: BLOCK }, (_, i) => 0x30 + i);

/** The three keys of one session, from the device's key and the panel's random number. */
export interface SessionKeys {
  readonly enc: Uint8Array;
  readonly mac1: Uint8Array;
  readonly mac2: Uint8Array;
}

const ZEROS = new Uint8Array(BLOCK);

function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return new Uint8Array(cipher.update(block));
}

function cbc(key: Uint8Array, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  return new Uint8Array(createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(blocks));
}

export function sessionKeys(key: Uint8Array, randomA: Uint8Array): SessionKeys {
  const derive = (...head: readonly number[]): Uint8Array => {
    const block = ZEROS.slice();
    block.set([...head, ...randomA.subarray(0, 6)]);
    return encryptBlock(key, block);
  };
  return { enc: derive(0x01, 0x82), mac1: derive(0x01, 0x01), mac2: derive(0x01, 0x02) };
}

/** What proves the device to the panel, and the other way round. */
export const clientCryptogram = ({ enc }: SessionKeys, randomA: Uint8Array, randomB: Uint8Array): Uint8Array =>
  cbc(enc, ZEROS, concatBytes(randomA, randomB));
export const serverCryptogram = ({ enc }: SessionKeys, randomA: Uint8Array, randomB: Uint8Array): Uint8Array =>
  cbc(enc, ZEROS, concatBytes(randomB, randomA));

/** What the first message's MAC starts from. */
export const firstMac = ({ mac1, mac2 }: SessionKeys, server: Uint8Array): Uint8Array => encryptBlock(mac2, encryptBlock(mac1, server));

/** 80 and zeros up to a whole block. */
function pad(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array((Math.floor(bytes.length / BLOCK) + 1) * BLOCK);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  return padded;
}

/** @param before the MAC of the message before, in the other direction */
export function macOf({ mac1, mac2 }: SessionKeys, before: Uint8Array, covered: Uint8Array): Uint8Array {
  const blocks = covered.length % BLOCK === 0 ? covered : pad(covered);
  const last = blocks.length - BLOCK;
  const chained = last === 0 ? before : cbc(mac1, before, blocks.subarray(0, last)).slice(-BLOCK);
  return cbc(mac2, chained, blocks.subarray(last));
}

const complement = (mac: Uint8Array): Uint8Array => mac.map((byte) => byte ^ 0xff);

export const seal = ({ enc }: SessionKeys, before: Uint8Array, data: Uint8Array): Uint8Array => cbc(enc, complement(before), pad(data));

/** Undefined when it was not sealed with this key. */
export function unseal({ enc }: SessionKeys, before: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length === 0 || sealed.length % BLOCK !== 0) return undefined;
  const plain = new Uint8Array(createDecipheriv('aes-128-cbc', enc, complement(before)).setAutoPadding(false).update(sealed));
  const end = plain.lastIndexOf(0x80);
  return end >= 0 && plain.subarray(end + 1).every((byte) => byte === 0) ? plain.slice(0, end) : undefined;
}

/** Takes as long whether or not they are the same. */
export function isSameSecret(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
