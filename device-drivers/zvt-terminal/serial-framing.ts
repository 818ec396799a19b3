import { concatBytes } from '#core/base/bytes.ts';
import { APDU_BYTES_MAX } from './apdu.ts';

/**
 * Units on a serial line: `DLE STX unit DLE ETX checksum`, every DLE in the unit doubled, the checksum over the plain unit and ETX (PA00P016 §3). Each frame is
 * answered by one byte, ACK or NAK.
 */
export const DLE = 0x10;
export const STX = 0x02;
export const ETX = 0x03;
export const ACK = 0x06;
export const NAK = 0x15;

/** CRC-16 with x16+x15+x10+x3 read the other way round (8408), from 0, lower byte first (PA00P016 §3.2; "XModem" there). */
const POLYNOMIAL = 0x8408;

export function checksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
  }
  return crc;
}

export function encodeFrame(unit: Uint8Array): Uint8Array {
  const crc = checksum(concatBytes(unit, Uint8Array.of(ETX)));
  const doubled = Uint8Array.from(Array.from(unit).flatMap((byte) => (byte === DLE ? [DLE, DLE] : [byte])));
  return concatBytes(Uint8Array.of(DLE, STX), doubled, Uint8Array.of(DLE, ETX, crc & 0xff, crc >> 8));
}

export type SerialEvent =
  | { readonly kind: 'unit'; readonly unit: Uint8Array }
  /** A frame whose checksum does not hold: to be asked for again. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | { readonly kind: 'garbage'; readonly length: number };

type Place = 'outside' | 'outside-dle' | 'inside' | 'inside-dle' | 'crc-low' | 'crc-high';

/** Frames out of what a line gives; bounded memory, garbage is told and skipped. `idle` is silence within a frame: it never becomes one (T1, PA00P016 §3.4). */
export interface SerialFramer {
  push(chunk: Uint8Array): SerialEvent[];
  idle(): SerialEvent[];
  readonly isInside: boolean;
}

export function createSerialFramer(): SerialFramer {
  let place: Place = 'outside';
  let unit: number[] = [];
  let low = 0;
  let skipped = 0;

  const begin = (): void => {
    place = 'inside';
    unit = [];
  };
  const step = (byte: number, events: SerialEvent[]): void => {
    const tellSkipped = (): void => {
      if (skipped > 0) events.push({ kind: 'garbage', length: skipped });
      skipped = 0;
    };
    switch (place) {
      case 'outside':
        if (byte === ACK || byte === NAK) {
          tellSkipped();
          events.push({ kind: byte === ACK ? 'ack' : 'nak' });
        } else if (byte === DLE) place = 'outside-dle';
        else skipped += 1;
        break;
      case 'outside-dle':
        if (byte === STX) {
          tellSkipped();
          begin();
        } else {
          skipped += byte === DLE ? 1 : 2;
          if (byte !== DLE) place = 'outside';
        }
        break;
      case 'inside':
        if (byte === DLE) place = 'inside-dle';
        else take(byte, events);
        break;
      case 'inside-dle':
        if (byte === ETX) place = 'crc-low';
        // A frame that begins within another one: the first was cut off.
        else if (byte === STX) {
          events.push({ kind: 'garbage', length: unit.length + 2 });
          begin();
        } else {
          place = 'inside';
          if (byte !== DLE) take(DLE, events);
          take(byte, events);
        }
        break;
      case 'crc-low':
        low = byte;
        place = 'crc-high';
        break;
      case 'crc-high': {
        const whole = Uint8Array.from(unit);
        const isRight = checksum(concatBytes(whole, Uint8Array.of(ETX))) === low + byte * 256;
        events.push(isRight ? { kind: 'unit', unit: whole } : { kind: 'broken' });
        unit = [];
        place = 'outside';
        break;
      }
    }
  };
  const take = (byte: number, events: SerialEvent[]): void => {
    unit.push(byte);
    if (unit.length <= APDU_BYTES_MAX) return;
    events.push({ kind: 'garbage', length: unit.length });
    unit = [];
    place = 'outside';
  };

  return {
    push: (chunk) => {
      const events: SerialEvent[] = [];
      for (const byte of chunk) step(byte, events);
      if (skipped > 0 && place === 'outside') {
        events.push({ kind: 'garbage', length: skipped });
        skipped = 0;
      }
      return events;
    },
    idle: () => {
      const length = place === 'outside' ? 0 : unit.length + 2;
      unit = [];
      place = 'outside';
      return length > 0 ? [{ kind: 'garbage', length }] : [];
    },
    get isInside() {
      return place !== 'outside';
    },
  };
}
