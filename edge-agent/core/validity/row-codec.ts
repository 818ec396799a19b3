import { read16, read32, read48, write16, write32, write48 } from '../base/big-endian.ts';
import { assert } from '../base/fault.ts';
import { instant, toIso } from '../base/time.ts';
import { utf8Bytes, utf8Text } from '../base/utf8.ts';
import type { TicketKey, ValidityCode, ValidityShow, ValidityTicket } from '../contract/box-office/validity.ts';
import type { MachineId, ScreenId, ShowId, TicketId } from '../contract/identifiers.ts';
import {
  CLASSES,
  ESCORT_BYTES,
  ESCORTS_SHIFT,
  FORMS,
  KEY_TEXT,
  NO_CAPACITY,
  NO_SEAT,
  PREFIX_BYTES,
  prefixBytes,
  ROW_KIND,
  rowEnd,
  SPLITS,
  STANDINGS,
  TIME_MAX,
} from './row-form.ts';

/**
 * The one binary form of each row of the validity data: what is hashed, what stands in a shard, and what a gate keeps. A row begins with its kind and its key,
 * so that rows in ascending order of their bytes are in ascending order of their keys. Numbers are big-endian; times are milliseconds since 1970 in 48 bits;
 * texts are UTF-8 behind their length in bytes. `edge-agent/validity/README.md` shows every byte.
 */
export type ValidityRow =
  | { readonly kind: 'key'; readonly key: TicketKey }
  | { readonly kind: 'show'; readonly show: ValidityShow }
  | { readonly kind: 'ticket'; readonly ticket: ValidityTicket }
  | { readonly kind: 'code'; readonly code: ValidityCode };

export function ticketRow(ticket: ValidityTicket): Uint8Array {
  const label = utf8Bytes(ticket.seatLabel);
  const row = new Uint8Array(25 + label.length + ESCORT_BYTES * ticket.escorts.length);
  writeTicketPrefix(row, ticket.id);
  write32(row, 9, Number(ticket.showId));
  write16(row, 13, ticket.seat ?? NO_SEAT);
  row[15] = ticket.admits;
  row[16] =
    CLASSES.indexOf(ticket.ticketClass) |
    (FORMS.indexOf(ticket.forms) << 2) |
    (ticket.needsProof ? 16 : 0) |
    (ticket.escorts.length << ESCORTS_SHIFT);
  row[17] = STANDINGS.indexOf(ticket.standing);
  writeTime(row, 18, ticket.since);
  row[24] = label.length;
  row.set(label, 25);
  for (const [index, escort] of ticket.escorts.entries()) writeTicketNumber(row, 25 + label.length + ESCORT_BYTES * index, escort);
  return checked(row);
}

export function showRow(show: ValidityShow): Uint8Array {
  const texts = [show.homeGate ?? '', show.screenName.zh, show.screenName.en, show.filmTitle.zh, show.filmTitle.en].map(utf8Bytes);
  const row = new Uint8Array(35 + texts.reduce((size, text) => size + 2 + text.length, 0));
  writeShowPrefix(row, show.id);
  row[5] = Number(show.screenId);
  writeTime(row, 6, show.startsAt);
  writeTime(row, 12, show.endsAt);
  writeTime(row, 18, show.entryFrom);
  writeTime(row, 24, show.entryUntil);
  row[30] = (show.reentry ? 1 : 0) | (show.cancelled ? 2 : 0) | (show.escortChildren ? 4 : 0) | (SPLITS.indexOf(show.whenSplit) << 3);
  write32(row, 31, show.capacity ?? NO_CAPACITY);
  let at = 35;
  for (const text of texts) {
    write16(row, at, text.length);
    row.set(text, at + 2);
    at += 2 + text.length;
  }
  return checked(row);
}

export function codeRow(code: ValidityCode): Uint8Array {
  const row = new Uint8Array(25);
  row.set(codePrefix(code.hash));
  writeTicketNumber(row, 17, code.ticketId);
  return checked(row);
}

export function keyRow(key: TicketKey): Uint8Array {
  const row = new Uint8Array(14 + KEY_TEXT);
  row[0] = ROW_KIND.key;
  row[1] = key.id;
  writeTime(row, 2, key.notBefore);
  writeTime(row, 8, key.notAfter);
  for (let at = 0; at < KEY_TEXT; at++) row[14 + at] = key.publicKey.charCodeAt(at);
  return checked(row);
}

export function ticketPrefix(id: TicketId): Uint8Array {
  const prefix = new Uint8Array(PREFIX_BYTES[ROW_KIND.ticket]);
  writeTicketPrefix(prefix, id);
  return prefix;
}

export function showPrefix(id: ShowId): Uint8Array {
  const prefix = new Uint8Array(PREFIX_BYTES[ROW_KIND.show]);
  writeShowPrefix(prefix, id);
  return prefix;
}

/** @param hash 32 hexadecimal digits */
export function codePrefix(hash: string): Uint8Array {
  const prefix = new Uint8Array(PREFIX_BYTES[ROW_KIND.code]);
  prefix[0] = ROW_KIND.code;
  for (let at = 0; at < 16; at++) prefix[1 + at] = Number.parseInt(hash.slice(at * 2, at * 2 + 2), 16);
  return prefix;
}

/** Undefined unless the bytes are exactly one row as an encoder of ours writes it. */
export function decodeRow(bytes: Uint8Array): ValidityRow | undefined {
  if (rowEnd(bytes, 0) !== bytes.length) return undefined;
  switch (bytes[0]) {
    case ROW_KIND.ticket:
      return { kind: 'ticket', ticket: readTicket(bytes) };
    case ROW_KIND.show:
      return { kind: 'show', show: readShow(bytes) };
    case ROW_KIND.code:
      return { kind: 'code', code: { hash: hexOf(bytes, 1, 17), ticketId: ticketNumber(bytes, 17) } };
    default:
      return { kind: 'key', key: readKey(bytes) };
  }
}

export function rowPrefix(row: Uint8Array): Uint8Array {
  return row.subarray(0, prefixBytes(row, 0));
}

/** The prefix of the row to which this one belongs: a ticket's show, a code's ticket. */
export function ownerPrefix(row: Uint8Array): Uint8Array | undefined {
  if (row[0] === ROW_KIND.ticket) return Uint8Array.of(ROW_KIND.show, ...row.subarray(9, 13));
  if (row[0] === ROW_KIND.code) return Uint8Array.of(ROW_KIND.ticket, ...row.subarray(17, 25));
  return undefined;
}

/** The show of a ticket's row, and how many bodies of it the ticket lets in as it stands now: what a hall counter adds up. */
export function soldOf(row: Uint8Array, at: number): { readonly show: number; readonly bodies: number } {
  return { show: read32(row, at + 9), bodies: row[at + 17] === 0 ? (row[at + 15] ?? 0) : 0 };
}

/** Both halves of a ticket's sixteen digits, as a row holds them. */
export function ticketHalves(row: Uint8Array, at: number): readonly [high: number, low: number] {
  return [read32(row, at), read32(row, at + 4)];
}

export function ticketNumber(row: Uint8Array, at: number): TicketId {
  const [high, low] = ticketHalves(row, at);
  return (high.toString().padStart(8, '0') + low.toString().padStart(8, '0')) as TicketId;
}

/** As in a shard's `first` and `last`. */
export function hexOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += ((bytes[at] ?? 0) + 0x100).toString(16).slice(1);
  return text;
}

function readTicket(row: Uint8Array): ValidityTicket {
  const seat = read16(row, 13);
  const kind = row[16] ?? 0;
  const labelEnd = 25 + (row[24] ?? 0);
  return {
    id: ticketNumber(row, 1),
    showId: read32(row, 9).toString() as ShowId,
    seat: seat === NO_SEAT ? null : seat,
    seatLabel: utf8Text(row, 25, labelEnd) ?? '',
    admits: row[15] ?? 0,
    needsProof: (kind & 16) !== 0,
    ticketClass: CLASSES[kind & 3] ?? 'standard',
    escorts: escortsOf(row),
    forms: FORMS[(kind >> 2) & 3] ?? 'both',
    standing: STANDINGS[row[17] ?? 0] ?? 'blocked',
    since: readTime(row, 18),
  };
}

/** @param row a whole ticket's row */
export function escortsOf(row: Uint8Array): TicketId[] {
  const from = 25 + (row[24] ?? 0);
  return Array.from({ length: (row[16] ?? 0) >> ESCORTS_SHIFT }, (_, index) => ticketNumber(row, from + ESCORT_BYTES * index));
}

function readShow(row: Uint8Array): ValidityShow {
  const flags = row[30] ?? 0;
  const capacity = read32(row, 31);
  const texts: string[] = [];
  for (let at = 35; at < row.length; ) {
    const end = at + 2 + read16(row, at);
    texts.push(utf8Text(row, at + 2, end) ?? '');
    at = end;
  }
  const [homeGate = '', screenZh = '', screenEn = '', filmZh = '', filmEn = ''] = texts;
  return {
    id: read32(row, 1).toString() as ShowId,
    screenId: (row[5] ?? 0).toString() as ScreenId,
    screenName: { zh: screenZh, en: screenEn },
    filmTitle: { zh: filmZh, en: filmEn },
    startsAt: readTime(row, 6),
    endsAt: readTime(row, 12),
    entryFrom: readTime(row, 18),
    entryUntil: readTime(row, 24),
    reentry: (flags & 1) !== 0,
    cancelled: (flags & 2) !== 0,
    capacity: capacity === NO_CAPACITY ? null : capacity,
    escortChildren: (flags & 4) !== 0,
    whenSplit: SPLITS[(flags >> 3) & 3] ?? 'closed',
    homeGate: homeGate === '' ? null : (homeGate as MachineId),
  };
}

function readKey(row: Uint8Array): TicketKey {
  return { id: row[1] ?? 0, publicKey: utf8Text(row, 14, row.length) ?? '', notBefore: readTime(row, 2), notAfter: readTime(row, 8) };
}

/** What the schema lets through can be encoded; anything else is our own mistake, and is not sent. */
function checked(row: Uint8Array): Uint8Array {
  assert(rowEnd(row, 0) === row.length, 'a row of the validity data has a value outside its field');
  return row;
}

function writeTicketPrefix(into: Uint8Array, id: TicketId): void {
  into[0] = ROW_KIND.ticket;
  writeTicketNumber(into, 1, id);
}

function writeShowPrefix(into: Uint8Array, id: ShowId): void {
  into[0] = ROW_KIND.show;
  write32(into, 1, Number(id));
}

/** Two halves of eight digits: sixteen digits do not fit a double, and a BigInt costs more than the rest of the row. */
function writeTicketNumber(into: Uint8Array, at: number, id: TicketId): void {
  write32(into, at, Number(id.slice(0, 8)));
  write32(into, at + 4, Number(id.slice(8)));
}

function writeTime(into: Uint8Array, at: number, time: string): void {
  const value = Date.parse(time);
  assert(value >= 0 && value <= TIME_MAX, 'a time of a row is between 1970 and 9999');
  write48(into, at, value);
}

function readTime(from: Uint8Array, at: number): ValidityShow['startsAt'] {
  return toIso(instant(read48(from, at)));
}
