import { assert } from '../base/fault.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Instant, instant } from '../base/time.ts';
import type { ScreenId, ShowId, SiteId, TicketId } from '../contract/identifiers.ts';

/** The 35 bytes that are signed, and their meaning. `README.md` beside this file is the specification for others. */

export const PAYLOAD_VERSION = 1;
export const PAYLOAD_BYTES = 35;

/** In the order of its number on the ticket, from 0. */
export const TICKET_CLASSES = ['standard', 'child', 'student', 'senior'] as const;
export type TicketClass = (typeof TICKET_CLASSES)[number];

export interface TicketPayload {
  /** Which key of the ring signed it, 0 to 255. */
  readonly keyId: number;
  readonly siteId: SiteId;
  readonly ticketId: TicketId;
  readonly showId: ShowId;
  readonly screenId: ScreenId;
  /** Index in the screen's seat plan, 0 to 65,534; undefined for a ticket without a seat. */
  readonly seat: number | undefined;
  /** How many bodies it lets in, 1 to 255. */
  readonly admits: number;
  readonly ticketClass: TicketClass;
  /** The class needs a look at the guest's proof of age, study or the like. */
  readonly needsProof: boolean;
  /** Both instants included; whole seconds. */
  readonly validFrom: Instant;
  readonly validUntil: Instant;
  readonly issuedAt: Instant;
}

/** - `unknown-version`: another layout, which this program must not guess at. - `bad-field`: a value that no issuer writes. */
export type PayloadProblem = 'unknown-version' | 'bad-field';

const NO_SEAT = 0xffff;
const NEEDS_PROOF = 0x80;
const UNSIGNED_32_MAX = 0xffff_ffff;
const TICKET_ID_MAX = 9_999_999_999_999_999n;
const SITE_MIN = 10_000_000;
const SITE_MAX = 99_999_999;

/** Where each field begins. */
const AT = {
  version: 0,
  keyId: 1,
  site: 2,
  ticket: 6,
  show: 14,
  screen: 18,
  seat: 19,
  admits: 21,
  ticketClass: 22,
  validFrom: 23,
  validUntil: 27,
  issuedAt: 31,
} as const;

/** The one encoding of a payload. Fractions of a second are dropped. Throws {@link InvariantError} for a value outside its field: an issuer's own bug. */
export function encodePayload(payload: TicketPayload): Uint8Array {
  const bytes = new Uint8Array(PAYLOAD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(AT.version, PAYLOAD_VERSION);
  view.setUint8(AT.keyId, within('key id', payload.keyId, 0, 255));
  view.setUint32(AT.site, within('site', Number(payload.siteId), SITE_MIN, SITE_MAX));
  assert(/^\d{16}$/.test(payload.ticketId), 'a ticket number is sixteen digits');
  view.setBigUint64(AT.ticket, BigInt(payload.ticketId));
  view.setUint32(AT.show, within('show', Number(payload.showId), 1, UNSIGNED_32_MAX));
  view.setUint8(AT.screen, within('screen', Number(payload.screenId), 1, 255));
  view.setUint16(AT.seat, payload.seat === undefined ? NO_SEAT : within('seat', payload.seat, 0, NO_SEAT - 1));
  view.setUint8(AT.admits, within('number admitted', payload.admits, 1, 255));
  view.setUint8(AT.ticketClass, TICKET_CLASSES.indexOf(payload.ticketClass) | (payload.needsProof ? NEEDS_PROOF : 0));
  view.setUint32(AT.validFrom, wholeSeconds('valid-from', payload.validFrom));
  view.setUint32(AT.validUntil, wholeSeconds('valid-until', payload.validUntil));
  view.setUint32(AT.issuedAt, wholeSeconds('issue time', payload.issuedAt));
  assert(payload.validFrom <= payload.validUntil, 'a ticket is valid from before it is valid until');
  return bytes;
}

/** Reads exactly {@link PAYLOAD_BYTES} bytes; the caller has checked the length. Accepts nothing that {@link encodePayload} would not write. */
export function decodePayload(bytes: Uint8Array): Result<TicketPayload, PayloadProblem> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, PAYLOAD_BYTES);
  if (view.getUint8(AT.version) !== PAYLOAD_VERSION) return err('unknown-version');
  const site = view.getUint32(AT.site);
  const ticket = view.getBigUint64(AT.ticket);
  const show = view.getUint32(AT.show);
  const screen = view.getUint8(AT.screen);
  const seat = view.getUint16(AT.seat);
  const admits = view.getUint8(AT.admits);
  const classByte = view.getUint8(AT.ticketClass);
  const ticketClass = TICKET_CLASSES[classByte & ~NEEDS_PROOF];
  const validFrom = view.getUint32(AT.validFrom);
  const validUntil = view.getUint32(AT.validUntil);
  const isSound =
    site >= SITE_MIN && site <= SITE_MAX && ticket <= TICKET_ID_MAX && show >= 1 && screen >= 1 && admits >= 1 && validFrom <= validUntil;
  if (!isSound || ticketClass === undefined) return err('bad-field');
  return ok({
    keyId: view.getUint8(AT.keyId),
    siteId: site.toString() as SiteId,
    ticketId: ticket.toString().padStart(16, '0') as TicketId,
    showId: show.toString() as ShowId,
    screenId: screen.toString() as ScreenId,
    seat: seat === NO_SEAT ? undefined : seat,
    admits,
    ticketClass,
    needsProof: (classByte & NEEDS_PROOF) !== 0,
    validFrom: instant(validFrom * 1_000),
    validUntil: instant(validUntil * 1_000),
    issuedAt: instant(view.getUint32(AT.issuedAt) * 1_000),
  });
}

function within(what: string, value: number, min: number, max: number): number {
  assert(Number.isInteger(value) && value >= min && value <= max, `the ${what} of a ticket is ${min} to ${max}, not ${value}`);
  return value;
}

function wholeSeconds(what: string, at: Instant): number {
  return within(what, Math.floor(at / 1_000), 0, UNSIGNED_32_MAX);
}
