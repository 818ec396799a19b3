import { assert } from '#core/base/fault.ts';
import { decodeBase45, encodeBase45 } from '#core/ticket/base45.ts';

/** Ways of tampering with a ticket's text. Each takes genuine texts and chance, and gives bytes as a scanner would send them. */

export type Chance = (below: number) => number;
export type Mutation = (text: string, other: string, chance: Chance) => Uint8Array;

/** xorshift32 (Marsaglia, 2003): the same codes on every run. */
export function seededChance(seed: number): Chance {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const PREFIX = 4;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');

const decodedTexts = new Map<string, Uint8Array>();

/** The bytes of a genuine text, to be changed by whoever asked. */
function rawOf(text: string): Uint8Array {
  let raw = decodedTexts.get(text);
  if (raw === undefined) {
    const decoded = decodeBase45(latin(text.slice(PREFIX)));
    assert(decoded.ok, 'a genuine ticket is base45');
    raw = decoded.value;
    decodedTexts.set(text, raw);
  }
  return raw.slice();
}

const rawText = (prefix: string, raw: Uint8Array): Uint8Array => latin(prefix + encodeBase45(raw));

function changedRaw(text: string, change: (raw: Uint8Array) => void): Uint8Array {
  const raw = rawOf(text);
  change(raw);
  return rawText(text.slice(0, PREFIX), raw);
}

function changedText(text: string, change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = Uint8Array.from(latin(text));
  change(bytes);
  return bytes;
}

const flip = (bytes: Uint8Array, bit: number): void => {
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
};
const swap = (bytes: Uint8Array, a: number, b: number): void => {
  const kept = bytes[a] ?? 0;
  bytes[a] = bytes[b] ?? 0;
  bytes[b] = kept;
};

/** What mostly stays well-formed, so that the signature has to refuse it. */
export const RAW_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'one bit of the bytes': (text, _, chance) => changedRaw(text, (raw) => flip(raw, chance(raw.length * 8))),
  'several bits of the bytes': (text, _, chance) =>
    changedRaw(text, (raw) => {
      for (let bits = 2 + chance(6); bits > 0; bits--) flip(raw, chance(raw.length * 8));
    }),
  'two bytes exchanged': (text, _, chance) => changedRaw(text, (raw) => swap(raw, chance(raw.length), chance(raw.length))),
  'one byte replaced': (text, _, chance) =>
    changedRaw(text, (raw) => {
      raw[chance(raw.length)] = chance(256);
    }),
  'another signature': (text, other, chance) =>
    changedRaw(text, (raw) => {
      const from = 35 + chance(64);
      raw.set(rawOf(other).subarray(from, 99), from);
    }),
  'another payload': (text, other, chance) => changedRaw(text, (raw) => raw.set(rawOf(other).subarray(0, 1 + chance(35)))),
  'a time step and check value of its own': (text, _, chance) => {
    const raw = new Uint8Array(111);
    raw.set(rawOf(text).subarray(0, 99));
    for (let at = 99; at < 111; at++) raw[at] = chance(256);
    return rawText('FR1:', raw);
  },
  "another phone's step and check value": (text, other) => {
    const raw = new Uint8Array(111);
    raw.set(rawOf(text).subarray(0, 99));
    raw.set(rawOf(other).subarray(99), 99);
    return rawText('FR1:', raw);
  },
};

/** What mostly breaks the form. */
export const TEXT_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'one bit of the characters': (text, _, chance) => changedText(text, (bytes) => flip(bytes, chance(bytes.length * 8))),
  'two characters exchanged': (text, _, chance) => changedText(text, (bytes) => swap(bytes, chance(bytes.length), chance(bytes.length))),
  'cut short': (text, _, chance) => latin(text.slice(0, chance(text.length))),
  'cut off at the front': (text, _, chance) => latin(text.slice(1 + chance(text.length - 1))),
  'something after it': (text, other, chance) => latin(text + other.slice(0, 1 + chance(other.length))),
  'something before it': (text, other, chance) => latin(other.slice(0, 1 + chance(other.length)) + text),
  'the halves of two': (text, other, chance) => {
    const at = chance(text.length);
    return latin(text.slice(0, at) + other.slice(at));
  },
  'a character of the alphabet': (text, _, chance) =>
    changedText(text, (bytes) => {
      bytes[chance(bytes.length)] = ALPHABET.charCodeAt(chance(ALPHABET.length));
    }),
  'a value that fits no bytes': (text, _, chance) => {
    const at = PREFIX + 3 * chance(Math.floor((text.length - PREFIX) / 3));
    return latin(`${text.slice(0, at)}:::${text.slice(at + 3)}`);
  },
  'lower case': (text, _, chance) => {
    const from = chance(text.length);
    return latin(text.slice(0, from) + text.slice(from).toLowerCase());
  },
  'white space': (text, _, chance) => {
    const at = chance(text.length + 1);
    return latin(`${text.slice(0, at)}${[' ', '\t', '\r', '\n', '\0'][chance(5)]}${text.slice(at)}`);
  },
  'a prefix of another form or version': (text, _, chance) => latin(`F${'YRAZ'[chance(4)]}${chance(10)}:${text.slice(PREFIX)}`),
  'twice the same': (text) => latin(text + text),
};
