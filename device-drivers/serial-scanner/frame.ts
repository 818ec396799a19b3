/**
 * Everything that a serial scanner sends, as its configuration bar codes set it:
 *
 *     [ prefix ]  [ `]` code modifier ]  data  suffix
 *     STX  [ prefix ]  [ `]` code modifier ]  data  ETX
 *
 * - data: the decoded symbol, 1 to 512 bytes;
 * - suffix: CR (0D), LF (0A), CR LF, or none; enclosed in STX (02) and ETX (03) the data may hold any of them;
 * - the optional head is the AIM symbology identifier (ISO/IEC 15424): a bracket, a letter for the symbology, one modifier character.
 *
 * And what it is told, when its driver is set to tell it anything (Honeywell Xenon 1900 and 3310g User's Guide):
 *
 *     06              ACK, after each code that was read whole ("ACK/NAK" in the chapter on RS-232)
 *     15              NAK, after one that was not: the scanner sends it again
 *     16 4D 0D … .    a menu command ("Serial Programming Commands"): SYN M CR, a tag, `?` for its present value; answered by tag, value and ACK
 */
export type ScanFramerEvent =
  /** The first byte of a frame: the moment to warm up what its end will need. */
  | { readonly kind: 'first-byte' }
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  /** The beginning of a frame that passed the limit; told when it passes, so that the guest gets an answer. The rest, up to its end, is dropped. */
  | { readonly kind: 'overlong'; readonly head: Uint8Array }
  /** Bytes that no frame can be made of: a head without its suffix, or the endless rest of an overlong frame. */
  | { readonly kind: 'garbage'; readonly reason: 'unterminated' | 'endless'; readonly length: number };

/** `stx-etx` encloses a code instead of ending it. */
export type ScanSuffix = 'cr' | 'lf' | 'crlf' | 'none' | 'stx-etx';

export const CR = 0x0d;
export const LF = 0x0a;
export const STX = 0x02;
export const ETX = 0x03;
export const ACK = 0x06;
export const NAK = 0x15;
export const ENQ = 0x05;

/** What stands before and behind the code on the line. */
export const AROUND: Readonly<Record<ScanSuffix, { readonly head: readonly number[]; readonly tail: readonly number[] }>> = {
  cr: { head: [], tail: [CR] },
  lf: { head: [], tail: [LF] },
  crlf: { head: [], tail: [CR, LF] },
  none: { head: [], tail: [] },
  'stx-etx': { head: [STX], tail: [ETX] },
};
