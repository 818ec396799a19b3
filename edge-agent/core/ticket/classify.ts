import { LIMITS } from '../base/limits.ts';
import type { MemberCardCode } from '../contract/box-office/sales.ts';
import type { PickUpCode, SiteId, TicketId } from '../contract/identifiers.ts';
import { type PaymentCodeScheme, paymentCodeScheme } from './payment-code.ts';
import { type ParsedTicket, parseTicketText, type TicketTextProblem } from './ticket-text.ts';

/**
 * What kind of code a guest held under a scanner, told by its form alone. The same digits mean different things in different places (a WeChat payment code
 * looks like a Chinese identity number), so the screen or lane that asked decides which kinds are legal there.
 */
export type ScannedPayload =
  | { readonly kind: 'ticket'; readonly ticket: ParsedTicket }
  /** The changing code of a phone. */
  | { readonly kind: 'rotating-ticket'; readonly ticket: ParsedTicket }
  /** Begins like a ticket of ours and is not one: torn paper, a bad print, a forgery, a version that this program does not know. */
  | { readonly kind: 'damaged-ticket'; readonly problem: Exclude<TicketTextProblem, 'not-ours'> }
  /** 影票信息码: the cinema's eight digits and 172 characters that only the national platform understands. */
  | { readonly kind: 'ticket-info-code'; readonly code: string; readonly cinema: 'this' | 'other' }
  /** Never charged unless a payment screen asked for it. Carries no digits: nobody but a payment screen may have them. */
  | { readonly kind: 'payment-code'; readonly scheme: PaymentCodeScheme }
  /** 6 + 6 digits of ours, or 9 + 6 of an online platform. */
  | { readonly kind: 'pick-up-code'; readonly form: '6+6'; readonly code: PickUpCode }
  | { readonly kind: 'pick-up-code'; readonly form: '9+6'; readonly code: string }
  /** Opaque: `MC` and sixteen digits. It opens nothing without its PIN. */
  | { readonly kind: 'member-card'; readonly code: MemberCardCode }
  | { readonly kind: 'phone'; readonly number: string }
  | { readonly kind: 'ticket-number'; readonly id: TicketId }
  /** Text of a length that another system's ticket could have. Whether it is one is known by whoever has a list of them. */
  | { readonly kind: 'foreign-code' }
  /** Text, but of no form that a lobby knows. */
  | { readonly kind: 'unknown' }
  /** Nothing, too much, or bytes that are not printable ASCII. */
  | { readonly kind: 'unreadable' };

const TICKET_INFO_CODE_LENGTH = 180;
/** Shorter codes can be tried out at a scanner. */
const FOREIGN_CODE_LENGTH_MIN = 8;
const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;
const LETTER_F = 0x46;

/** @param siteId this cinema, to tell its own ticket information codes from another's */
export function classifyScan(bytes: Uint8Array, siteId: SiteId): ScannedPayload {
  if (bytes.length === 0 || bytes.length > LIMITS.scanner.frameBytesMax || !isPrintable(bytes)) return { kind: 'unreadable' };
  if (bytes[0] === LETTER_F) {
    const ticket = parseTicketText(bytes);
    if (ticket.ok) return { kind: ticket.value.form.kind === 'paper' ? 'ticket' : 'rotating-ticket', ticket: ticket.value };
    if (ticket.error !== 'not-ours') return { kind: 'damaged-ticket', problem: ticket.error };
  }
  const text = String.fromCharCode(...bytes);
  if (text.length === TICKET_INFO_CODE_LENGTH && /^\d{8}/.test(text)) {
    return { kind: 'ticket-info-code', code: text, cinema: text.startsWith(siteId) ? 'this' : 'other' };
  }
  if (/^MC\d{16}$/.test(text)) return { kind: 'member-card', code: text };
  const digits = /^\d+$/.test(text) ? classifyDigits(text) : undefined;
  return digits ?? { kind: text.length < FOREIGN_CODE_LENGTH_MIN ? 'unknown' : 'foreign-code' };
}

/** Printable ASCII: everything else (control characters above all) never gets beyond this line. */
function isPrintable(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < FIRST_PRINTABLE || byte > LAST_PRINTABLE) return false;
  return true;
}

/** In this order: a longer, more dangerous meaning before a shorter one. */
function classifyDigits(digits: string): ScannedPayload | undefined {
  const scheme = paymentCodeScheme(digits);
  if (scheme !== undefined) return { kind: 'payment-code', scheme };
  if (digits.length === 12) return { kind: 'pick-up-code', form: '6+6', code: digits as PickUpCode };
  if (digits.length === 15) return { kind: 'pick-up-code', form: '9+6', code: digits };
  if (/^1[3-9]\d{9}$/.test(digits)) return { kind: 'phone', number: digits };
  if (digits.length === 16) return { kind: 'ticket-number', id: digits as TicketId };
  return undefined;
}
