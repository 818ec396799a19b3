import { read32, write32 } from '../base/big-endian.ts';
import { assert } from '../base/fault.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Base45Problem, decodeBase45, encodeBase45 } from './base45.ts';
import { decodePayload, PAYLOAD_BYTES, type PayloadProblem, type TicketPayload } from './payload.ts';
import { CHECK_BYTES } from './rotating.ts';

/**
 * The two texts of a ticket's bar code: `FY1:` and the base45 of payload and signature, which never changes, and `FR1:` with a time step and its check value
 * behind them, which a phone makes anew every step. Knows the form; whether signature and check value hold is asked of ports.
 */

const PAPER_PREFIX = 'FY1:';
const ROTATING_PREFIX = 'FR1:';
const PREFIX_LENGTH = 4;
export const SIGNATURE_BYTES = 64;
const STEP_BYTES = 4;
const PAPER_BYTES = PAYLOAD_BYTES + SIGNATURE_BYTES;
const ROTATING_BYTES = PAPER_BYTES + STEP_BYTES + CHECK_BYTES;
/** 99 bytes are 49 triples and a pair: 149 characters and the prefix. A QR code of version 6 at level M holds 154 (ISO/IEC 18004, table 7). */
const PAPER_LENGTH = 153;
/** 111 bytes are 55 triples and a pair; version 7 at level M holds 178. */
const ROTATING_LENGTH = 171;

/** Signed together with the payload, so that a signature made for anything else can never pass for a ticket's. */
const SIGNING_CONTEXT = 'foyer/ticket/v1\n';
const CONTEXT_BYTES = bytesOf(SIGNING_CONTEXT);

/** Checks an Ed25519 signature by the key of that number; false when there is no such key. The core has no cryptography of its own. */
export type VerifySignature = (keyId: number, message: Uint8Array, signature: Uint8Array) => boolean;

/** Well-formed, not yet believed: the signature still has to be checked over `message`. */
export interface ParsedTicket {
  readonly payload: TicketPayload;
  /** What was signed: the context and the payload. */
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly form: ParsedForm;
}

export type ParsedForm =
  | { readonly kind: 'paper' }
  /** The check value still has to be compared with the one that the ticket's key makes for this step. */
  | { readonly kind: 'rotating'; readonly step: number; readonly check: Uint8Array };

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
  const bytes = new Uint8Array(PAPER_BYTES);
  bytes.set(payload);
  bytes.set(signature, PAYLOAD_BYTES);
  return PAPER_PREFIX + encodeBase45(bytes);
}

/**
 * What a phone shows during one step.
 * @param ticket of either form
 * @param check the {@link CHECK_BYTES} of `checkValue` for that step
 */
export function rotatingText({ message, signature }: Pick<ParsedTicket, 'message' | 'signature'>, step: number, check: Uint8Array): string {
  assert(Number.isInteger(step) && step >= 0 && step <= 0xffff_ffff, `a time step is an unsigned number of 32 bits, not ${step}`);
  assert(check.length === CHECK_BYTES, `a check value is ${CHECK_BYTES} bytes, not ${check.length}`);
  const bytes = new Uint8Array(ROTATING_BYTES);
  bytes.set(message.subarray(CONTEXT_BYTES.length));
  bytes.set(signature, PAYLOAD_BYTES);
  write32(bytes, PAPER_BYTES, step);
  bytes.set(check, PAPER_BYTES + STEP_BYTES);
  return ROTATING_PREFIX + encodeBase45(bytes);
}

/** Strict: one text for one ticket (and step). No white space, no lower case, no other length, nothing before or after. */
export function parseTicketText(read: string | Uint8Array): Result<ParsedTicket, TicketTextProblem> {
  const text = typeof read === 'string' ? bytesOf(read) : read;
  const prefix = String.fromCharCode(...text.subarray(0, PREFIX_LENGTH));
  if (!/^F[YR]\d:$/.test(prefix)) return err('not-ours');
  if (prefix !== PAPER_PREFIX && prefix !== ROTATING_PREFIX) return err('unknown-version');
  const isRotating = prefix === ROTATING_PREFIX;
  if (text.length !== (isRotating ? ROTATING_LENGTH : PAPER_LENGTH)) return err('wrong-length');
  const decoded = decodeBase45(text.subarray(PREFIX_LENGTH));
  if (!decoded.ok) return decoded;
  const bytes = decoded.value;
  const payload = decodePayload(bytes);
  if (!payload.ok) return payload;
  return ok({
    payload: payload.value,
    message: signedBytes(bytes.subarray(0, PAYLOAD_BYTES)),
    signature: bytes.subarray(PAYLOAD_BYTES, PAPER_BYTES),
    form: isRotating ? { kind: 'rotating', step: read32(bytes, PAPER_BYTES), check: bytes.subarray(PAPER_BYTES + STEP_BYTES) } : { kind: 'paper' },
  });
}

/** One byte a character; a character that is none of ours becomes a byte that is in no alphabet of ours. */
function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = Math.min(text.charCodeAt(at), 0xff);
  return bytes;
}
