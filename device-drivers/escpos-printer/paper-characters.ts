import iconv from 'iconv-lite';

/**
 * Text in the two-byte part of GB18030 (GBK). A character of Unicode becomes one byte when it is ASCII and two otherwise, so the bytes of a text are as
 * many as its columns. Four-byte codes are not used: the character generators of these printers have no such glyphs and print two wrong characters
 * instead. Whatever cannot be printed becomes a visible placeholder of the same width, and no input becomes a byte below 20h, which would be a command.
 */

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
      if (point >= 0x80 && point !== 0xfffd && !isPrivate) table[point] = (lead << 8) | trail;
    }
  }
  for (const [point, code] of SUBSTITUTES) table[point] = code;
  codes = table;
  return table;
}

/** Bytes of 20h–7Eh and 40h–FEh only; as many as `text` has columns. */
export function encodeCharacters(text: string): Uint8Array {
  const table = twoByteCodes();
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) {
      bytes.push(point < 0x20 || point === 0x7f ? NARROW_PLACEHOLDER : point);
    } else {
      const code = table[point] || PLACEHOLDER;
      bytes.push(code >> 8, code & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}
