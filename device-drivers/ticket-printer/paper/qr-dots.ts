import { encode } from 'uqr';
import type { Bitmap } from './dots.ts';

export const ERROR_CORRECTION = ['L', 'M', 'Q', 'H'] as const;
export type ErrorCorrection = (typeof ERROR_CORRECTION)[number];
/** Bytes that version 40 holds (ISO/IEC 18004, table 7). */
const BYTES_MAX = { L: 2_953, M: 2_331, Q: 1_663, H: 1_273 } as const;

/** A QR symbol as dots, without its quiet zone; undefined when there is nothing to encode, or more than any symbol holds. */
export function qrDots(symbol: Uint8Array, moduleDots: number, ecc: ErrorCorrection): Bitmap | undefined {
  if (symbol.length === 0 || symbol.length > BYTES_MAX[ecc]) return undefined;
  // As text, so that digits and capitals take the compact modes; bytes beyond ASCII are taken as they are.
  const isAscii = symbol.every((byte) => byte < 0x80);
  const { size, data: modules } = encode(isAscii ? String.fromCharCode(...symbol) : [...symbol], { ecc, border: 0, boostEcc: false });
  const width = size * moduleDots;
  const dots = new Uint8Array(width * width);
  for (let y = 0; y < width; y += 1) {
    const row = modules[Math.floor(y / moduleDots)] ?? [];
    for (let x = 0; x < width; x += 1) dots[y * width + x] = row[Math.floor(x / moduleDots)] ? 1 : 0;
  }
  return { width, height: width, dots };
}
