import { concatBytes } from '#core/base/bytes.ts';
import { FROM_CHIP, type Pn532Event, REFUSED, TO_CHIP } from './frame.ts';

/** Frames of a PN532, from bytes and to bytes. Pure; a silent line is the caller's matter. */

const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => total + byte, 0) & 0xff;
const complement = (value: number): number => -value & 0xff;

/** @param tfi to the chip, or from it (for its simulator) */
export function encodeFrame(command: number, data: Uint8Array, tfi: number = TO_CHIP): Uint8Array {
  const body = concatBytes(Uint8Array.of(tfi, command), data);
  const { length } = body;
  const head =
    length < 0x100
      ? [0x00, 0x00, 0xff, length, complement(length)]
      : [0x00, 0x00, 0xff, 0xff, 0xff, length >> 8, length & 0xff, complement((length >> 8) + (length & 0xff))];
  return concatBytes(Uint8Array.from(head), body, Uint8Array.of(complement(sum(body)), 0x00));
}

export interface Pn532Decoder {
  push(chunk: Uint8Array): readonly Pn532Event[];
  /** Forgets a half frame: nothing of it counts any more. */
  reset(): void;
}

/** What is read off the front of the bytes that are there; `undefined` while the rest has to come. */
type Read = { readonly length: number; readonly found: Exclude<Pn532Event, { kind: 'garbage' }> | 'padding' | 'garbage' } | undefined;

export interface Pn532DecoderOptions {
  /** The longest body of a frame that is believed. */
  readonly bodyBytesMax: number;
  /** Whose frames: `D5` of the chip; its simulator reads `D4`. */
  readonly tfi?: number;
}

export function createPn532Decoder({ bodyBytesMax, tfi = FROM_CHIP }: Pn532DecoderOptions): Pn532Decoder {
  let held: Uint8Array = new Uint8Array();
  let skipped = 0;

  const read = (bytes: Uint8Array): Read => {
    if (bytes.length < 2) return undefined;
    if (bytes[0] !== 0x00 || bytes[1] !== 0xff) return { length: 1, found: bytes[0] === 0x00 ? 'padding' : 'garbage' };
    if (bytes.length < 4) return undefined;
    const [, , first = 0, second = 0] = bytes;
    if (first === 0x00 && second === 0xff) return { length: 4, found: { kind: 'ack' } };
    if (first === 0xff && second === 0x00) return { length: 4, found: { kind: 'nack' } };
    if (first === 0xff && second === 0xff) {
      if (bytes.length < 7) return undefined;
      const [high = 0, low = 0, check = 0] = bytes.subarray(4, 7);
      return ((high + low + check) & 0xff) === 0 ? body(bytes, 7, high * 0x100 + low) : GARBAGE;
    }
    return ((first + second) & 0xff) === 0 ? body(bytes, 4, first) : GARBAGE;
  };

  const body = (bytes: Uint8Array, from: number, length: number): Read => {
    if (length < 1 || length > bodyBytesMax) return GARBAGE;
    if (bytes.length < from + length + 1) return undefined;
    const inside = bytes.slice(from, from + length);
    if (((sum(inside) + (bytes[from + length] ?? 0)) & 0xff) !== 0) return GARBAGE;
    const whole = from + length + 1;
    if (length === 1) return inside[0] === REFUSED ? { length: whole, found: { kind: 'refused' } } : GARBAGE;
    const [whose, code = 0] = inside;
    return whose === tfi ? { length: whole, found: { kind: 'answer', code, data: inside.slice(2) } } : GARBAGE;
  };

  return {
    push: (chunk) => {
      const events: Pn532Event[] = [];
      held = concatBytes(held, chunk);
      let at = 0;
      const tellSkipped = (): void => {
        if (skipped > 0) events.push({ kind: 'garbage', bytes: skipped });
        skipped = 0;
      };
      for (let next = read(held); next !== undefined; next = read(held.subarray(at))) {
        at += next.length;
        if (next.found === 'garbage') skipped += 1;
        else if (next.found !== 'padding') {
          tellSkipped();
          events.push(next.found);
        }
      }
      tellSkipped();
      held = held.slice(at);
      return events;
    },
    reset: () => {
      held = new Uint8Array();
      skipped = 0;
    },
  };
}

/** A start that no frame follows: the search goes on behind its first byte. */
const GARBAGE: Read = { length: 1, found: 'garbage' };
