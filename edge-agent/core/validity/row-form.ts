import { read16, read32, read48 } from '../base/big-endian.ts';
import { utf8Text } from '../base/utf8.ts';

/** The form of the rows of the validity data (see `row-codec.ts`), and the strict check whether bytes are of it. */

export const ROW_KIND = { key: 0, show: 1, ticket: 2, code: 3 } as const;

/** Kind and key, by kind. */
export const PREFIX_BYTES = [2, 5, 9, 17] as const;
export const CLASSES = ['standard', 'child', 'student', 'senior'] as const;
export const FORMS = ['paper', 'rotating', 'both'] as const;
export const STANDINGS = ['valid', 'refunded', 'revoked', 'cancelled', 'blocked', 'unpaid', 'not-confirmed'] as const;
export const SPLITS = ['open', 'home-gate', 'closed'] as const;
/** Above the bits of the class and the form: how many grown-ups' tickets follow the label, eight bytes each. */
export const ESCORTS_SHIFT = 5;
export const ESCORT_BYTES = 8;
export const NO_SEAT = 0xffff;
export const NO_CAPACITY = 0xffff_ffff;
const CAPACITY_MAX = 1_000_000;
export const KEY_TEXT = 43;
/** The end of the year 9999: later times have no four-digit year. */
export const TIME_MAX = 253_402_300_799_999;
const HALF_NUMBER = 100_000_000;

/** How many bytes the kind and the key of the row that begins at `at` take; 0 for no kind of ours. */
export function prefixBytes(bytes: Uint8Array, at: number): number {
  return PREFIX_BYTES[bytes[at] ?? 0xff] ?? 0;
}

/**
 * Where the row that begins at `at` ends, or -1 when there is no whole row that an encoder of ours would have written. Total, and quick enough for a million
 * rows: nothing is made of it.
 */
export function rowEnd(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case ROW_KIND.ticket:
      return ticketEnd(bytes, at);
    case ROW_KIND.show:
      return showEnd(bytes, at);
    case ROW_KIND.code:
      return at + 25 <= bytes.length && isTicketNumber(bytes, at + 17) ? at + 25 : -1;
    case ROW_KIND.key:
      return keyEnd(bytes, at);
    default:
      return -1;
  }
}

function ticketEnd(bytes: Uint8Array, at: number): number {
  if (at + 25 > bytes.length || !isTicketNumber(bytes, at + 1)) return -1;
  const kind = bytes[at + 16] ?? 0;
  const isSound =
    read32(bytes, at + 9) >= 1 &&
    (bytes[at + 15] ?? 0) >= 1 &&
    ((kind >> 2) & 3) < FORMS.length &&
    (bytes[at + 17] ?? 0xff) < STANDINGS.length &&
    read48(bytes, at + 18) <= TIME_MAX;
  if (!isSound) return -1;
  let end = textEnd(bytes, at + 25, bytes[at + 24] ?? 0xff, 16);
  for (let escort = kind >> ESCORTS_SHIFT; escort > 0 && end >= 0; escort--) {
    end = end + ESCORT_BYTES <= bytes.length && isTicketNumber(bytes, end) ? end + ESCORT_BYTES : -1;
  }
  return end;
}

function showEnd(bytes: Uint8Array, at: number): number {
  if (at + 35 > bytes.length) return -1;
  const capacity = read32(bytes, at + 31);
  const flags = bytes[at + 30] ?? 0xff;
  const areTimesSound = [6, 12, 18, 24].every((time) => read48(bytes, at + time) <= TIME_MAX);
  const isSound =
    read32(bytes, at + 1) >= 1 &&
    (bytes[at + 5] ?? 0) >= 1 &&
    flags < 32 &&
    flags >> 3 < SPLITS.length &&
    (capacity <= CAPACITY_MAX || capacity === NO_CAPACITY);
  if (!isSound || !areTimesSound) return -1;
  const gateEnd = sizedTextEnd(bytes, at + 35, 32);
  if (gateEnd < 0 || (gateEnd > at + 37 && !/^[a-z0-9][a-z0-9-]{1,31}$/.test(utf8Text(bytes, at + 37, gateEnd) ?? ''))) return -1;
  let end = gateEnd;
  for (let text = 0; text < 4 && end >= 0; text++) end = sizedTextEnd(bytes, end, 200);
  return end;
}

function keyEnd(bytes: Uint8Array, at: number): number {
  const end = at + 14 + KEY_TEXT;
  if (end > bytes.length || read48(bytes, at + 2) > TIME_MAX || read48(bytes, at + 8) > TIME_MAX) return -1;
  return /^[A-Za-z0-9_-]{43}$/.test(utf8Text(bytes, at + 14, end) ?? '') ? end : -1;
}

function sizedTextEnd(bytes: Uint8Array, at: number, unitsMax: number): number {
  return at + 2 > bytes.length ? -1 : textEnd(bytes, at + 2, read16(bytes, at), unitsMax);
}

/** @param unitsMax as the contract counts: in UTF-16 code units */
function textEnd(bytes: Uint8Array, at: number, length: number, unitsMax: number): number {
  const end = at + length;
  if (end > bytes.length || length > unitsMax * 3) return -1;
  let isAscii = length <= unitsMax;
  for (let byte = at; byte < end && isAscii; byte++) isAscii = (bytes[byte] ?? 0xff) < 0x80;
  if (isAscii) return end;
  const text = utf8Text(bytes, at, end);
  return text !== undefined && text.length <= unitsMax ? end : -1;
}

function isTicketNumber(bytes: Uint8Array, at: number): boolean {
  return read32(bytes, at) < HALF_NUMBER && read32(bytes, at + 4) < HALF_NUMBER;
}
