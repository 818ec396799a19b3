import type { Monotonic } from '../base/time.ts';

/** How a chip was read. */
export type CardTechnology = 'iso14443a' | 'iso14443b' | 'felica' | 'iso15693' | 'unknown';

/**
 * What is known of a chip beyond the number that it says of itself. Any phone and a coin's worth of plastic can say any number, so `none` only looks somebody
 * up and never lets anybody in. `challenge`: the chip answered a fresh random challenge with the key of that name, and the number is told under that key.
 */
export type CardProof = { readonly kind: 'none' } | { readonly kind: 'challenge'; readonly keyId: string };

/**
 * One card before a reader, already framed and bounded. Its contents are hostile input. What a payment card holds never gets this far: a driver that meets one
 * (`isPaymentTrack`, an EMV application) forgets it and says only that it was there.
 */
export type CardRead =
  /** The decoded tracks, in order, with or without their sentinels; an empty text for a track that was not read. */
  | { readonly kind: 'stripe'; readonly tracks: readonly string[]; readonly at: Monotonic }
  | { readonly kind: 'payment-card-refused'; readonly at: Monotonic }
  /** A card was there and could not be read: swiped too fast, taken away too soon, its proof was wrong. */
  | { readonly kind: 'unreadable'; readonly at: Monotonic }
  | { readonly kind: 'contactless'; readonly uid: Uint8Array; readonly technology: CardTechnology; readonly proof: CardProof; readonly at: Monotonic }
  /** A number of `bits` bits from a door reader, most significant bit first, the last byte padded with zeros. */
  | { readonly kind: 'wiegand'; readonly bits: number; readonly data: Uint8Array; readonly at: Monotonic }
  /** Keys of a reader with a keypad, as they were pressed. */
  | { readonly kind: 'keypad'; readonly keys: string; readonly at: Monotonic };

/** A card that stays before the reader is one read. */
export interface CardReader {
  /** Replaces the listener; reads while there is none are counted and dropped. */
  onCard(listen: (read: CardRead) => void): void;
}
