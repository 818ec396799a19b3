import { encode } from 'uqr';
import type { ReceivedCommand } from './byte-parser.ts';
import type { Bitmap } from './dots.ts';

/** Pictures that the firmware makes itself: QR symbols from `GS ( k`, and raster images as received. */
export interface QrStore {
  /** One function of the group `k`; a bitmap when it says print. */
  take(data: Uint8Array): Bitmap | undefined;
  reset(): void;
}

const ERROR_CORRECTION = ['L', 'M', 'Q', 'H'] as const;
/** Bytes that version 40 holds (ISO/IEC 18004, table 7); of more than that the printer makes nothing. */
const BYTES_MAX = { L: 2_953, M: 2_331, Q: 1_663, H: 1_273 } as const;
/** Values after power-on [GS ( k fn 167, 169]. */
const MODULE_DOTS = 3;

export function createQrStore(): QrStore {
  let moduleDots = MODULE_DOTS;
  let errorCorrection: (typeof ERROR_CORRECTION)[number] = 'L';
  let symbol: Uint8Array = new Uint8Array(0);

  return {
    take: (data) => {
      const [code, fn, first = 0] = data;
      if (code !== 0x31) return undefined;
      switch (fn) {
        case 0x43:
          if (first >= 1 && first <= 16) moduleDots = first;
          return undefined;
        case 0x45:
          errorCorrection = ERROR_CORRECTION[first - 0x30] ?? errorCorrection;
          return undefined;
        case 0x50:
          symbol = data.slice(3);
          return undefined;
        case 0x51:
          return drawQr(symbol, moduleDots, errorCorrection);
        default:
          return undefined;
      }
    },
    reset: () => {
      moduleDots = MODULE_DOTS;
      errorCorrection = 'L';
      symbol = new Uint8Array(0);
    },
  };
}

function drawQr(symbol: Uint8Array, moduleDots: number, ecc: (typeof ERROR_CORRECTION)[number]): Bitmap | undefined {
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

export function rasterBitmap({ bytesPerRow, rows, scaleX, scaleY }: Extract<ReceivedCommand, { kind: 'raster' }>): Bitmap {
  const width = bytesPerRow * 8 * scaleX;
  const height = bytesPerRow === 0 ? 0 : (rows.length / bytesPerRow) * scaleY;
  const dots = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const start = Math.floor(y / scaleY) * bytesPerRow;
    for (let x = 0; x < width; x += 1) {
      const column = Math.floor(x / scaleX);
      dots[y * width + x] = ((rows[start + (column >> 3)] ?? 0) >> (7 - (column & 7))) & 1;
    }
  }
  return { width, height, dots };
}
