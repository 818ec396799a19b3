/**
 * Everything that a serial scanner sends. It is told nothing: the host only listens.
 *
 *     [ `]` code modifier ]  data  suffix
 *
 * - data: the decoded symbol, 1 to 512 bytes;
 * - suffix: CR (0D), LF (0A), CR LF, or none, as the scanner is set by its configuration bar codes;
 * - the optional head is the AIM symbology identifier (ISO/IEC 15424): a bracket, a letter for the symbology, one modifier character.
 */
export type ScanFramerEvent =
  /** The first byte of a frame: the moment to warm up what its end will need. */
  | { readonly kind: 'first-byte' }
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  /** The beginning of a frame that passed the limit; told when it passes, so that the guest gets an answer. The rest, up to its end, is dropped. */
  | { readonly kind: 'overlong'; readonly head: Uint8Array }
  /** Bytes that no frame can be made of: a head without its suffix, or the endless rest of an overlong frame. */
  | { readonly kind: 'garbage'; readonly reason: 'unterminated' | 'endless'; readonly length: number };

export type ScanSuffix = 'cr' | 'lf' | 'crlf' | 'none';

export const CR = 0x0d;
export const LF = 0x0a;

export const SUFFIX_BYTES: Readonly<Record<ScanSuffix, readonly number[]>> = { cr: [CR], lf: [LF], crlf: [CR, LF], none: [] };

/** An AIM identifier (`Q1`) and what follows it, or the bytes unchanged when they do not begin with one. */
export function splitAimPrefix(bytes: Uint8Array): { readonly symbology?: string; readonly data: Uint8Array } {
  const [bracket, code, modifier] = bytes;
  if (bracket !== 0x5d || code === undefined || modifier === undefined || !isLetter(code) || !(isLetter(modifier) || isDigit(modifier))) {
    return { data: bytes };
  }
  return { symbology: String.fromCharCode(code, modifier), data: bytes.subarray(3) };
}

/** C0 controls and DEL. No ticket, card or pick-up code has any; ESC sequences and keyboard commands do (BadBarcode, 2015). */
export function hasControlCharacters(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < 0x20 || byte === 0x7f) return true;
  return false;
}

const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
