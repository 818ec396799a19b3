import { assert } from '../base/fault.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Base45Problem, decodeBase45, encodeBase45 } from './base45.ts';
import { decodePayload, PAYLOAD_BYTES, type PayloadProblem, type TicketPayload } from './payload.ts';

/** The text of a ticket's bar code: `FY1:` and the base45 of payload and signature. Knows the form; whether the signature holds is asked of a port. */

export const TICKET_PREFIX = 'FY1:';
export const SIGNATURE_BYTES = 64;
/** 99 bytes are 49 triples and a pair: 149 characters and the prefix. A QR code of version 6 at level M holds 154 (ISO/IEC 18004, table 7). */
export const TICKET_TEXT_LENGTH = 153;

/** Signed together with the payload, so that a signature made for anything else can never pass for a ticket's. */
const SIGNING_CONTEXT = 'foyer/ticket/v1\n';
const CONTEXT_BYTES = Uint8Array.from(SIGNING_CONTEXT, (character) => character.charCodeAt(0));

/** Checks an Ed25519 signature by the key of that number; false when there is no such key. The core has no cryptography of its own. */
export type VerifySignature = (keyId: number, message: Uint8Array, signature: Uint8Array) => boolean;

/** Well-formed, not yet believed: the signature still has to be checked over `message`. */
export interface ParsedTicket {
  readonly payload: TicketPayload;
  /** What was signed: the context and the payload. */
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** - `not-ours`: does not begin like a ticket of ours. Everything else does, and is damaged, forged or of another version. */
export type TicketTextProblem = 'not-ours' | 'wrong-length' | Base45Problem | PayloadProblem;

export function signedBytes(payload: Uint8Array): Uint8Array {
  assert(payload.length === PAYLOAD_BYTES, `a payload is ${PAYLOAD_BYTES} bytes, not ${payload.length}`);
  const message = new Uint8Array(CONTEXT_BYTES.length + PAYLOAD_BYTES);
  message.set(CONTEXT_BYTES);
  message.set(payload, CONTEXT_BYTES.length);
  return message;
}

export function ticketText(payload: Uint8Array, signature: Uint8Array): string {
  assert(payload.length === PAYLOAD_BYTES, `a payload is ${PAYLOAD_BYTES} bytes, not ${payload.length}`);
  assert(signature.length === SIGNATURE_BYTES, `a signature is ${SIGNATURE_BYTES} bytes, not ${signature.length}`);
  const bytes = new Uint8Array(PAYLOAD_BYTES + SIGNATURE_BYTES);
  bytes.set(payload);
  bytes.set(signature, PAYLOAD_BYTES);
  return TICKET_PREFIX + encodeBase45(bytes);
}

/** Strict: one text for one ticket. No white space, no lower case, no other length, nothing before or after. */
export function parseTicketText(read: string | Uint8Array): Result<ParsedTicket, TicketTextProblem> {
  if (read.length < TICKET_PREFIX.length) return err('not-ours');
  const prefix = textOf(read.slice(0, TICKET_PREFIX.length));
  if (!/^FY\d:$/.test(prefix)) return err('not-ours');
  if (prefix !== TICKET_PREFIX) return err('unknown-version');
  if (read.length !== TICKET_TEXT_LENGTH) return err('wrong-length');
  const decoded = decodeBase45(textOf(read.slice(TICKET_PREFIX.length)));
  if (!decoded.ok) return decoded;
  const bytes = decoded.value;
  const payload = decodePayload(bytes);
  if (!payload.ok) return payload;
  return ok({ payload: payload.value, message: signedBytes(bytes.subarray(0, PAYLOAD_BYTES)), signature: bytes.subarray(PAYLOAD_BYTES) });
}

/** One character for each byte: a byte above 127 becomes a character that is in no alphabet of ours. */
function textOf(read: string | Uint8Array): string {
  return typeof read === 'string' ? read : String.fromCharCode(...read);
}
