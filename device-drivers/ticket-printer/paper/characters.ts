import iconv from 'iconv-lite';
import { bareLetterOf } from '#core/ports/paper-columns.ts';

/**
 * Text as the bytes of a character generator. Whatever cannot be printed becomes a visible placeholder of the same width, and no input becomes a byte below
 * 20h, which would be a command.
 */

/** The single-byte tables that Western models have. */
export const CODE_PAGES = ['cp437', 'cp850', 'cp852', 'cp858', 'windows-1250', 'windows-1252', 'iso-8859-15'] as const;
export type CodePage = (typeof CODE_PAGES)[number];

export type CharacterSet =
  /** Ideogram mode: the two-byte part of GB18030 (GBK). */
  | { readonly set: 'gb18030' }
  /** One byte a character, from the table with this number. What is not in it is drawn. */
  | { readonly set: 'code-page'; readonly encoding: CodePage; readonly number: number }
  /** Nothing is known of its characters: every line is drawn. */
  | { readonly set: 'none' };

/** `□`: something stood here that this printer has no character for. */
const PLACEHOLDER = 0xa1f5;
const NARROW_PLACEHOLDER = 0x3f;

/** Forms that only differ in taste. GB18030 has `¥` in four bytes only; the fullwidth sign is in every font. */
const SUBSTITUTES: ReadonlyMap<number, number> = new Map([
  [0x00a5, 0xa3a4],
  [0x00a0, 0x2020],
]);

let codes: Uint16Array | undefined;

/** For each code point of the basic plane its two-byte code, or 0. Made once, at the first text: 23,940 codes take a few milliseconds. */
function twoByteCodes(): Uint16Array {
  if (codes !== undefined) return codes;
  const table = new Uint16Array(65_536);
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (trail === 0x7f) continue;
      const text = iconv.decode(Buffer.from([lead, trail]), 'gb18030');
      const point = text.length === 1 ? text.charCodeAt(0) : 0xfffd;
      const isPrivate = point >= 0xe000 && point <= 0xf8ff;
      if (point >= 0x80 && point !== 0xfffd && !isPrivate && bareLetterOf(point) === undefined) table[point] = (lead << 8) | trail;
    }
  }
  for (const [point, code] of SUBSTITUTES) table[point] = code;
  // Beyond ASCII, one byte: a marked letter is printed as the bare one, which takes one column as it does.
  for (let point = 0xc0; point <= 0x1eff; point += 1) {
    const bare = bareLetterOf(point);
    if (bare !== undefined) table[point] = bare;
  }
  for (let point = 0; point < 0x80; point += 1) table[point] = point < 0x20 || point === 0x7f ? NARROW_PLACEHOLDER : point;
  codes = table;
  return table;
}

/** The code of a character in one byte or two (then above FFh); `□` for one that these printers have not. Four-byte codes are not used: they have no glyphs. */
export function gbCodeOf(point: number): number {
  return (point < 0x10000 ? twoByteCodes()[point] : 0) || PLACEHOLDER;
}

/** Bytes of 20h–7Eh and 40h–FEh only; as many as `text` has columns. */
function encodeGb(text: string): Uint8Array {
  const table = twoByteCodes();
  const bytes = new Uint8Array(text.length * 2);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    // A surrogate pair is one character beyond the basic plane, of which there is none here.
    const isPair = unit >= 0xd800 && unit <= 0xdbff && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    if (isPair) at += 1;
    const code = (isPair ? 0 : table[unit]) || PLACEHOLDER;
    if (code > 0xff) {
      bytes[length] = code >> 8;
      length += 1;
    }
    bytes[length] = code & 0xff;
    length += 1;
  }
  return bytes.subarray(0, length);
}

const pages = new Map<CodePage, ReadonlyMap<number, number>>();

/** Characters of one column that a table has, with their bytes. */
function pageOf(name: CodePage): ReadonlyMap<number, number> {
  const known = pages.get(name);
  if (known !== undefined) return known;
  const page = new Map<number, number>();
  for (let byte = 0x20; byte <= 0xff; byte += 1) {
    const point = iconv.decode(Buffer.from([byte]), name).codePointAt(0) ?? 0xfffd;
    const isOurs = point < 0x80 ? point >= 0x20 && point !== 0x7f : bareLetterOf(point) !== undefined;
    if (isOurs && !page.has(point)) page.set(point, byte);
  }
  pages.set(name, page);
  return page;
}

function encodeInPage(text: string, page: ReadonlyMap<number, number>): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const byte = page.get(text.charCodeAt(at));
    if (byte === undefined) return undefined;
    bytes[at] = byte;
  }
  return bytes;
}

/** The bytes of a text, as many as it has columns; undefined when this printer cannot print it and it has to be drawn. */
export type EncodeCharacters = (text: string) => Uint8Array | undefined;

export function characterEncoder(characters: CharacterSet): EncodeCharacters {
  switch (characters.set) {
    case 'gb18030':
      return encodeGb;
    case 'code-page': {
      const page = pageOf(characters.encoding);
      return (text) => encodeInPage(text, page);
    }
    case 'none':
      return () => undefined;
  }
}
