import { hash, timingSafeEqual } from 'node:crypto';
import { assert } from '#core/base/fault.ts';

/**
 * A chain of keyed digests over the rows of a journal: `mac(n) = HMAC-SHA256(key, mac(n-1) ‖ row n)`, cut to 16 bytes. Whoever changes, removes, adds or moves
 * a row without the key leaves a digest that does not fit; so does a disk that forgets a bit, also where SQLite's own check sees nothing.
 */
export interface ChainKey {
  /** @param text the row in a form that no other row has */
  mac(previous: Uint8Array, text: string): Buffer;
  fits(previous: Uint8Array, text: string, mac: Uint8Array | null): boolean;
}

export const MAC_BYTES = 16;
export const KEY_BYTES = 32;

/** What the first row of a chain builds on. */
export const GENESIS: Uint8Array = new Uint8Array(MAC_BYTES);

/** Of SHA-256 (FIPS 180-4, table 1): what HMAC fills its pads up to. */
const BLOCK_BYTES = 64;
/** Holds the text of nearly every row; a longer one makes it longer. */
const TEXT_BYTES = 8_192;

/**
 * HMAC as it is defined (RFC 2104, section 2), from two hashes of one call each over a buffer that is used again: the `Hmac` object of Node costs twice as
 * much as the digest of a row, in the transaction that a guest waits for, and again when the row is sent.
 */
export function createChainKey(bytes: Uint8Array): ChainKey {
  assert(bytes.length <= BLOCK_BYTES, 'a key fits into one block');
  const outer = pad(bytes, 0x5c, BLOCK_BYTES + 32);
  let inner = pad(bytes, 0x36, BLOCK_BYTES + MAC_BYTES + TEXT_BYTES);
  /** The beginning of `inner`, by its length: rows of one kind differ by a few characters, and a view costs half a digest. */
  const views = new Map<number, Buffer>();
  const innerUpTo = (end: number): Buffer => {
    const known = views.get(end);
    if (known !== undefined) return known;
    const view = inner.subarray(0, end);
    views.set(end, view);
    return view;
  };
  const mac = (previous: Uint8Array, text: string): Buffer => {
    const start = BLOCK_BYTES + previous.length;
    // UTF-8 takes at most three bytes for each unit of a string.
    if (start + 3 * text.length > inner.length) {
      inner = pad(bytes, 0x36, start + 3 * text.length);
      views.clear();
    }
    inner.set(previous, BLOCK_BYTES);
    const end = start + inner.write(text, start, 'utf8');
    outer.write(hash('sha256', innerUpTo(end), 'binary'), BLOCK_BYTES, 'binary');
    return Buffer.from(hash('sha256', outer, 'binary').slice(0, MAC_BYTES), 'binary');
  };
  return {
    mac,
    fits: (previous, text, found) => found !== null && found.length === MAC_BYTES && timingSafeEqual(mac(previous, text), found),
  };
}

function pad(key: Uint8Array, byte: number, length: number): Buffer {
  const block = Buffer.alloc(length);
  for (let at = 0; at < BLOCK_BYTES; at++) block[at] = (key[at] ?? 0) ^ byte;
  return block;
}

export interface OutboxText {
  readonly seq: number;
  readonly event_id: string;
  readonly type: string;
  readonly at: number;
  readonly mono: number;
  readonly boot: string;
  readonly body: string;
}

/** Seven line feeds and no more: JSON text has none, nor has a name that we give, so no two rows have the same text. */
export function outboxText(lane: string, { seq, event_id, type, at, mono, boot, body }: OutboxText): string {
  return `${lane}\n${seq}\n${event_id}\n${type}\n${at}\n${mono}\n${boot}\n${body}`;
}

export interface StepText {
  readonly position: number;
  readonly owner_id: string;
  readonly at: number;
  readonly kind: string;
  readonly what: string;
  readonly detail: string;
}

export function stepText({ position, owner_id, at, kind, what, detail }: StepText): string {
  return JSON.stringify(['steps', position, owner_id, at, kind, what, detail]);
}
