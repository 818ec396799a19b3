import { concatBytes } from '#core/base/bytes.ts';
import { MESSAGE_TAG, type PcscMessage } from './frame.ts';

export function encodeMessage(message: PcscMessage): Uint8Array {
  const rest = restOf(message);
  const length = rest.length + 1;
  return concatBytes(Uint8Array.of(length >> 8, length & 0xff, MESSAGE_TAG[message.kind]), rest);
}

function restOf(message: PcscMessage): Uint8Array {
  switch (message.kind) {
    case 'card-came':
      return message.atr;
    case 'card-gone':
      return new Uint8Array();
    case 'exchange':
      return concatBytes(Uint8Array.of(message.number), message.bytes);
    case 'no-answer':
      return Uint8Array.of(message.number);
  }
}

/** `broken`: a length that nobody has, or a kind that does not exist. Nothing behind it can be believed, so the line has to end. */
export type PcscEvent = PcscMessage | { readonly kind: 'broken' };

/** @param bytesMax the longest message that is believed */
export function createMessageDecoder(bytesMax: number): { push(chunk: Uint8Array): readonly PcscEvent[] } {
  let held: Uint8Array = new Uint8Array();
  let isBroken = false;
  return {
    push: (chunk) => {
      const events: PcscEvent[] = [];
      if (isBroken) return events;
      held = concatBytes(held, chunk);
      for (;;) {
        const [high = 0, low = 0] = held;
        const length = high * 0x100 + low;
        if (held.length < 2 || (length >= 1 && length <= bytesMax && held.length < 2 + length)) return events;
        const message = length >= 1 && length <= bytesMax ? messageOf(held.slice(2, 2 + length)) : undefined;
        if (message === undefined) {
          isBroken = true;
          held = new Uint8Array();
          events.push({ kind: 'broken' });
          return events;
        }
        events.push(message);
        held = held.slice(2 + length);
      }
    },
  };
}

function messageOf(bytes: Uint8Array): PcscMessage | undefined {
  const rest = bytes.slice(1);
  const [number] = rest;
  switch (bytes[0]) {
    case MESSAGE_TAG['card-came']:
      return { kind: 'card-came', atr: rest };
    case MESSAGE_TAG['card-gone']:
      return { kind: 'card-gone' };
    case MESSAGE_TAG.exchange:
      return number === undefined ? undefined : { kind: 'exchange', number, bytes: rest.slice(1) };
    case MESSAGE_TAG['no-answer']:
      return number === undefined ? undefined : { kind: 'no-answer', number };
    default:
      return undefined;
  }
}
