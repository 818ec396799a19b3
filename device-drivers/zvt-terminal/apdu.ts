import { concatBytes } from '#core/base/bytes.ts';

/** One application data unit: `class instruction length data` (PA00P015 §1.2). `instruction` holds the class in its upper byte. */
export interface Apdu {
  readonly instruction: number;
  readonly data: Uint8Array;
}

/** Announces a length of two bytes, the lower one first. */
const LONG_LENGTH = 0xff;

export function encodeApdu(instruction: number, data: Uint8Array): Uint8Array {
  const head = [instruction >> 8, instruction & 0xff];
  const length = data.length < LONG_LENGTH ? [data.length] : [LONG_LENGTH, data.length & 0xff, data.length >> 8];
  return concatBytes(Uint8Array.of(...head, ...length), data);
}

/** How long the unit is that begins here, or undefined while its head is not whole. */
export function apduLength(bytes: Uint8Array): number | undefined {
  const length = bytes[2];
  if (length === undefined) return undefined;
  if (length !== LONG_LENGTH) return 3 + length;
  const [, , , low, high] = bytes;
  return low === undefined || high === undefined ? undefined : 5 + low + high * 256;
}

/** A whole unit; undefined when the bytes are not exactly one. */
export function decodeApdu(bytes: Uint8Array): Apdu | undefined {
  const [high, low, length] = bytes;
  if (high === undefined || low === undefined || apduLength(bytes) !== bytes.length) return undefined;
  return { instruction: high * 256 + low, data: bytes.slice(length === LONG_LENGTH ? 5 : 3) };
}

export type ApduEvent = { readonly kind: 'apdu'; readonly apdu: Apdu } | { readonly kind: 'overflow'; readonly length: number };

/** A terminal sends receipts in blocks of some kilobytes; beyond this it is no terminal. */
export const APDU_BYTES_MAX = 16_384;

/**
 * Units out of a stream without marks, as over TCP (PA00P016 §4): a unit may come in pieces and several in one. There is nothing to synchronise on, so a unit
 * that would be too long ends the connection (`overflow`, told once; nothing is read after it).
 */
export function createApduStream(): { push(chunk: Uint8Array): ApduEvent[] } {
  let held: Uint8Array = new Uint8Array();
  let isLost = false;
  return {
    push: (chunk) => {
      if (isLost) return [];
      held = concatBytes(held, chunk);
      const events: ApduEvent[] = [];
      for (;;) {
        const length = apduLength(held);
        if (length !== undefined && length > APDU_BYTES_MAX) {
          isLost = true;
          held = new Uint8Array();
          return [...events, { kind: 'overflow', length }];
        }
        if (length === undefined || held.length < length) return events;
        const apdu = decodeApdu(held.subarray(0, length));
        if (apdu !== undefined) events.push({ kind: 'apdu', apdu });
        held = held.slice(length);
      }
    },
  };
}
