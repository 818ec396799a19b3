import type { Contents, Range } from './disk.ts';

/**
 * Tells contents of files apart: 64 bits and the size. It is a sum over all words that are not zero, so that contents of which little was written since the last
 * sync are told from those by that little. Only thousands of states are told apart by it, and nobody chooses them.
 */
export function createFingerprints(): (contents: Contents) => string {
  const sums = new Map<string, Sum>();
  /** Of what was synced, without what is touched now: every variant of one cut begins with it. */
  const beginnings = new WeakMap<readonly Range[], Sum>();
  return ({ bytes, size, synced, touched }) => {
    let sum = sums.get(synced.stamp);
    if (sum === undefined) {
      sum = add(NOTHING, 1, synced.bytes, 0, synced.bytes.length);
      sums.set(synced.stamp, sum);
    }
    if (touched.length === 0) return textOf(sum, size);
    let beginning = beginnings.get(touched);
    if (beginning === undefined) {
      beginning = touched.reduce((left, [from, until]) => add(left, -1, synced.bytes, from, until), sum);
      beginnings.set(touched, beginning);
    }
    return textOf(
      touched.reduce((all, [from, until]) => add(all, 1, bytes, from, until), beginning),
      size,
    );
  };
}

/** Of one piece of memory. */
export function fingerprint(bytes: Uint8Array): string {
  return textOf(add(NOTHING, 1, bytes, 0, bytes.length), bytes.length);
}

type Sum = readonly [number, number];

const NOTHING: Sum = [0, 0];
const WORD = 4;

const textOf = ([a, b]: Sum, size: number): string => `${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}.${size.toString(36)}`;

/** Words of four bytes, each mixed with its place (the finaliser of MurmurHash3, with two beginnings). */
function add([a, b]: Sum, sign: 1 | -1, bytes: Uint8Array, from: number, until: number): Sum {
  const [first, end] = [Math.floor(from / WORD) * WORD, Math.min(Math.ceil(until / WORD) * WORD, bytes.length)];
  const whole = first + Math.floor((end - first) / WORD) * WORD;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = first; at < end; at += WORD) {
    let word = at < whole ? view.getInt32(at, true) : 0;
    if (at >= whole) for (let index = at; index < end; index++) word |= (bytes[index] ?? 0) << (8 * (index - at));
    if (word === 0) continue;
    const place = Math.imul(at + 1, 0x9e3779b1);
    let mixed = Math.imul(word ^ place, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    a = (a + sign * (mixed ^ (mixed >>> 16))) | 0;
    let other = Math.imul((word + place) ^ (word >>> 15), 0x2c1b3c6d);
    other = Math.imul(other ^ (other >>> 12), 0x297a2d39);
    b = (b + sign * (other ^ (other >>> 15))) | 0;
  }
  return [a, b];
}
