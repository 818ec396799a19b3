import type { Bitmap } from '../paper/dots.ts';
import { ERROR_CORRECTION, qrDots } from '../paper/qr-dots.ts';
import type { ReceivedCommand } from './received-command.ts';

/** Pictures that the firmware makes itself: QR symbols from `GS ( k`, and raster images as received. */
export interface QrStore {
  /** One function of the group `k`; a bitmap when it says print. */
  take(data: Uint8Array): Bitmap | undefined;
  reset(): void;
}

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
          return qrDots(symbol, moduleDots, errorCorrection);
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

/** Graphics that are stored first and printed then: fn 112 and fn 50 of `GS ( L` and `GS 8 L`. */
export interface GraphicsStore {
  /** One function of the group `L`; a bitmap when it says print. */
  take(data: Uint8Array): Bitmap | undefined;
}

/** Before the dots: m, fn, a, bx, by, c, and two bytes each of width and height. */
const STORE_HEAD_BYTES = 10;

export function createGraphicsStore(): GraphicsStore {
  let stored: Bitmap | undefined;
  return {
    take: (data) => {
      const [, fn, , bx = 1, by = 1, , xLow = 0, xHigh = 0] = data;
      if (fn === 50 || fn === 2) {
        const printed = stored;
        stored = undefined;
        return printed;
      }
      if (fn !== 112) return undefined;
      const bytesPerRow = Math.ceil((xLow + xHigh * 256) / 8);
      const whole = bytesPerRow === 0 ? 0 : Math.floor((data.length - STORE_HEAD_BYTES) / bytesPerRow) * bytesPerRow;
      const rows = data.slice(STORE_HEAD_BYTES, STORE_HEAD_BYTES + whole);
      stored = rasterBitmap({ bytesPerRow, rows, scaleX: bx === 2 ? 2 : 1, scaleY: by === 2 ? 2 : 1 });
      return undefined;
    },
  };
}

export function rasterBitmap({ bytesPerRow, rows, scaleX, scaleY }: Omit<Extract<ReceivedCommand, { kind: 'raster' }>, 'kind'>): Bitmap {
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
