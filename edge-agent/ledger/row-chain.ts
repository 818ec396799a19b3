import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

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

export function createChainKey(bytes: Uint8Array): ChainKey {
  const key = createSecretKey(bytes);
  const mac = (previous: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(previous).update(text).digest().subarray(0, MAC_BYTES);
  return {
    mac,
    fits: (previous, text, found) => found !== null && found.length === MAC_BYTES && timingSafeEqual(mac(previous, text), found),
  };
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
