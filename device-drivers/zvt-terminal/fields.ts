import { concatBytes } from '#core/base/bytes.ts';

/**
 * The fields ("bitmaps", BMP) of a unit's data: one byte of tag, then a value whose length follows from the tag (PA00P015 §9, table of fields), or is given by
 * two or three bytes `Fx Fy` whose lower halves are decimal digits (LLVAR, LLLVAR), or, for the container 06, by a length as in BER-TLV.
 */
export interface Field {
  readonly tag: number;
  readonly value: Uint8Array;
}

export const TAG = {
  answerWithin: 0x01,
  questionsMax: 0x02,
  serviceByte: 0x03,
  amount: 0x04,
  container: 0x06,
  trace: 0x0b,
  time: 0x0c,
  date: 0x0d,
  cardNumber: 0x22,
  result: 0x27,
  terminalId: 0x29,
  reversedTrace: 0x37,
  currency: 0x49,
  groupTotals: 0x60,
  receiptNumber: 0x87,
  cardName: 0x8b,
} as const;

type Length = number | 'LL' | 'LLL' | 'TLV';

/** PA00P015 §9. */
const LENGTHS: ReadonlyMap<number, Length> = new Map<number, Length>([
  ...[0x01, 0x02, 0x03, 0x05, 0x19, 0x27, 0x8a, 0x8c, 0xa0, 0xd0, 0xd2, 0xd3, 0xe0, 0xe9, 0xea].map((tag) => [tag, 1] as const),
  ...[0xf0, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd].map((tag) => [tag, 1] as const),
  ...[0x0d, 0x0e, 0x17, 0x3a, 0x49, 0x87].map((tag) => [tag, 2] as const),
  ...[0x0b, 0x0c, 0x37, 0x3d, 0x88, 0xaa].map((tag) => [tag, 3] as const),
  [0x29, 4],
  [0xba, 5],
  [0x04, 6],
  [0x3b, 8],
  [0xeb, 8],
  [0x2a, 15],
  ...[0x22, 0x23, 0x2d, 0x8b, 0xa7, 0xd1].map((tag) => [tag, 'LL'] as const),
  ...[0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8].map((tag) => [tag, 'LL'] as const),
  ...[0x24, 0x2e, 0x3c, 0x60, 0x9a, 0xaf].map((tag) => [tag, 'LLL'] as const),
  [0x06, 'TLV'],
]);

/**
 * All fields up to the first that cannot be read; `isWhole` is false when there is one. Terminals add fields of their own at the end, so what was read before
 * counts.
 */
export function readFields(data: Uint8Array): { readonly fields: readonly Field[]; readonly isWhole: boolean } {
  const fields: Field[] = [];
  let at = 0;
  while (at < data.length) {
    const tag = data[at] ?? 0;
    const span = spanOf(LENGTHS.get(tag), data.subarray(at + 1));
    if (span === undefined || at + 1 + span.head + span.length > data.length) return { fields, isWhole: false };
    const from = at + 1 + span.head;
    fields.push({ tag, value: data.slice(from, from + span.length) });
    at = from + span.length;
  }
  return { fields, isWhole: true };
}

export function writeField(tag: number, value: Uint8Array): Uint8Array {
  const length = LENGTHS.get(tag);
  switch (length) {
    case 'LL':
      return concatBytes(Uint8Array.of(tag, ...digits(value.length, 2)), value);
    case 'LLL':
      return concatBytes(Uint8Array.of(tag, ...digits(value.length, 3)), value);
    case 'TLV':
      return concatBytes(Uint8Array.of(tag, ...berLength(value.length)), value);
    default:
      return concatBytes(Uint8Array.of(tag), value);
  }
}

const digits = (count: number, places: number): number[] => Array.from(String(count).padStart(places, '0'), (digit) => 0xf0 | Number(digit));

interface Span {
  /** Bytes that tell the length. */
  readonly head: number;
  readonly length: number;
}

function spanOf(length: Length | undefined, rest: Uint8Array): Span | undefined {
  switch (length) {
    case undefined:
      return undefined;
    case 'LL':
      return decimalSpan(rest, 2);
    case 'LLL':
      return decimalSpan(rest, 3);
    case 'TLV':
      return berSpan(rest);
    default:
      return { head: 0, length };
  }
}

function decimalSpan(rest: Uint8Array, places: number): Span | undefined {
  if (rest.length < places) return undefined;
  let length = 0;
  for (const byte of rest.subarray(0, places)) {
    if ((byte & 0xf0) !== 0xf0 || (byte & 0x0f) > 9) return undefined;
    length = length * 10 + (byte & 0x0f);
  }
  return { head: places, length };
}

/** ISO/IEC 8825-1, 8.1.3: one byte up to 127, else 81 and one byte or 82 and two. */
function berSpan(rest: Uint8Array): Span | undefined {
  const [first, second, third] = rest;
  if (first === undefined) return undefined;
  if (first < 0x80) return { head: 1, length: first };
  if (first === 0x81) return second === undefined ? undefined : { head: 2, length: second };
  if (first === 0x82) return second === undefined || third === undefined ? undefined : { head: 3, length: second * 256 + third };
  return undefined;
}

function berLength(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

/** The objects of a container: tags of one or two bytes (ISO/IEC 8825-1, 8.1.2), the inner ones of constructed objects among them, in order. */
export function readContainer(data: Uint8Array): readonly Field[] {
  const found: Field[] = [];
  let at = 0;
  while (at < data.length) {
    const first = data[at] ?? 0;
    const second = data[at + 1];
    const isLong = (first & 0x1f) === 0x1f;
    if (isLong && second === undefined) return found;
    const tag = isLong ? first * 256 + (second ?? 0) : first;
    const head = at + (isLong ? 2 : 1);
    const span = berSpan(data.subarray(head));
    if (span === undefined || head + span.head + span.length > data.length) return found;
    const value = data.slice(head + span.head, head + span.head + span.length);
    found.push({ tag, value });
    if ((first & 0x20) !== 0) found.push(...readContainer(value));
    at = head + span.head + span.length;
  }
  return found;
}

/** Two decimal digits a byte. Undefined when a half is no digit. */
export function readBcd(value: Uint8Array): string | undefined {
  const text = Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return /^\d*$/.test(text) ? text : undefined;
}

/** `text` must be decimal digits; it is filled with zeros on the left to `bytes` bytes. */
export function writeBcd(text: string, bytes: number): Uint8Array {
  const padded = text.padStart(bytes * 2, '0');
  return Uint8Array.from({ length: bytes }, (_, i) => Number.parseInt(padded.slice(i * 2, i * 2 + 2), 16));
}
