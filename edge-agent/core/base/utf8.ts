import { assert } from './fault.ts';

/** UTF-8 (RFC 3629) of short texts, where nothing of the platform may be used. Both directions are strict, so that one text has one encoding. */

/** Throws {@link InvariantError} for half a surrogate pair: whoever took the text in has refused that. */
export function utf8Bytes(text: string): readonly number[] {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      bytes.push(unit);
      continue;
    }
    const point = text.codePointAt(at) ?? 0;
    assert(point < 0xd800 || point > 0xdfff, 'text holds no half of a surrogate pair');
    if (point < 0x800) bytes.push(0xc0 | (point >> 6));
    else if (point < 0x1_0000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f));
    else {
      bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), 0x80 | ((point >> 6) & 0x3f));
      at++;
    }
    bytes.push(0x80 | (point & 0x3f));
  }
  return bytes;
}

/** Undefined unless the bytes are exactly what {@link utf8Bytes} writes for some text. */
export function utf8Text(bytes: Uint8Array, from: number, to: number): string | undefined {
  let text = '';
  let at = from;
  while (at < to) {
    const first = bytes[at] ?? 0xff;
    if (first < 0x80) {
      const start = at;
      do at++;
      while (at < to && (bytes[at] ?? 0xff) < 0x80);
      text += asciiText(bytes.subarray(start, at));
      continue;
    }
    const length = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
    if (length === 0 || at + length > to) return undefined;
    let point = first & (0x7f >> length);
    for (let next = at + 1; next < at + length; next++) {
      const byte = bytes[next] ?? 0;
      if ((byte & 0xc0) !== 0x80) return undefined;
      point = (point << 6) | (byte & 0x3f);
    }
    const isLongest = length === 2 || (length === 3 ? point >= 0x800 : point >= 0x1_0000 && point <= 0x10_ffff);
    if (!isLongest || (point >= 0xd800 && point <= 0xdfff)) return undefined;
    text += String.fromCodePoint(point);
    at += length;
  }
  return text;
}

/** As many as one call may take as its arguments on any engine. */
const AT_ONCE = 1_024;

/** Character by character it would be a text of as many parts, which whoever reads it has to put together. */
function asciiText(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += AT_ONCE) text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  return text;
}
