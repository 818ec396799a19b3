import {
  type Binarizer,
  BinaryBitmap,
  DecodeHintType,
  GlobalHistogramBinarizer,
  HybridBinarizer,
  type LuminanceSource,
  QRCodeReader,
  type ResultPoint,
  RGBLuminanceSource,
} from '@zxing/library';
import { readCutOut } from './cut-out.ts';
import type { Frame, Reading } from './frame.ts';

/**
 * Reads the QR code of a camera's frame with the core of @zxing/library 0.21.3. Its browser layer is not used: it waits half a second between two looks
 * and grows by a hundred megabytes an hour (issues 391 and 596 of zxing-js/library).
 *
 * The library samples about one clean code in ten wrongly (see `bench/read-code.ts`). What it found and could not read is cut out of the picture and read
 * upright; and no two frames are looked at in the same way: scale and threshold take turns, so that what one look misses the next one reads, a tenth of a
 * second later.
 */
export interface FrameReader {
  read(frame: Frame, turn: number): Reading;
}

interface Look {
  readonly scale: number;
  readonly threshold: 'local' | 'global';
}

/** Two looks a frame. A local threshold copes with shadows, a global one with blur. */
const LOOKS: readonly (readonly [Look, Look])[] = [
  [
    { scale: 1, threshold: 'local' },
    { scale: 0.6, threshold: 'local' },
  ],
  [
    { scale: 0.8, threshold: 'local' },
    { scale: 1, threshold: 'global' },
  ],
  [
    { scale: 0.6, threshold: 'global' },
    { scale: 0.7, threshold: 'local' },
  ],
];

const HARDER_EVERY = 5;
/** Phones in dark mode show white modules on black. */
const INVERTED_EVERY = 3;
/** Mean brightness below which a camera's noise is as strong as the code. */
const DARK_BELOW = 34;

/** @param side of the largest frame that will come, in pixels */
export function createFrameReader(side: number): FrameReader {
  const buffer = new Uint8ClampedArray(side * side);
  const reader = new QRCodeReader();
  return {
    read(frame, turn) {
      const isHard = turn % HARDER_EVERY === 0;
      let corners = 0;
      const binarizers = function* (): Generator<Binarizer> {
        for (const look of LOOKS[turn % LOOKS.length] ?? []) yield threshold(look, picture(frame, look.scale, false, buffer));
        if (turn % INVERTED_EVERY === 0) yield new HybridBinarizer(picture(frame, 0.8, true, buffer));
      };
      for (const binarizer of binarizers()) {
        const points: ResultPoint[] = [];
        const bitmap = new BinaryBitmap(binarizer);
        const text = tryToRead(reader, bitmap, hintsFor(isHard, points)) ?? readCutOut(reader, bitmap, points);
        if (text !== undefined) return { kind: 'text', text };
        corners = Math.max(corners, points.length);
      }
      if (brightness(frame) < DARK_BELOW) return { kind: 'none', sight: 'dark' };
      return { kind: 'none', sight: corners >= 3 ? 'part-of-a-code' : 'nothing' };
    },
  };
}

/** @param points gets every corner and every alignment pattern that the library believes to have seen */
function hintsFor(isHard: boolean, points: ResultPoint[]): Map<DecodeHintType, unknown> {
  const hints = new Map<DecodeHintType, unknown>([
    [DecodeHintType.NEED_RESULT_POINT_CALLBACK, { foundPossibleResultPoint: (point: ResultPoint) => points.push(point) }],
  ]);
  if (isHard) hints.set(DecodeHintType.TRY_HARDER, true);
  return hints;
}

function threshold({ threshold: kind }: Look, source: LuminanceSource): Binarizer {
  return kind === 'local' ? new HybridBinarizer(source) : new GlobalHistogramBinarizer(source);
}

function tryToRead(reader: QRCodeReader, bitmap: BinaryBitmap, hints: Map<DecodeHintType, unknown>): string | undefined {
  try {
    return reader.decode(bitmap, hints).getText();
  } catch (cause) {
    // The library throws for "no contrast", "not found", "damaged" and "not a code" alike, each an error class of its own; a hostile picture may raise any.
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}

/** The frame at another scale, between its pixels as they are, in the one buffer that all looks share. */
function picture({ side, luminance }: Frame, scale: number, isInverted: boolean, buffer: Uint8ClampedArray): RGBLuminanceSource {
  const size = Math.floor(side * scale);
  const flip = isInverted ? 255 : 0;
  const step = side / size;
  for (let y = 0; y < size; y++) {
    const fromY = Math.min(side - 2, Math.floor(y * step));
    const down = Math.min(1, y * step - fromY);
    for (let x = 0; x < size; x++) {
      const fromX = Math.min(side - 2, Math.floor(x * step));
      const right = Math.min(1, x * step - fromX);
      const at = fromY * side + fromX;
      const upper = (luminance[at] ?? 0) * (1 - right) + (luminance[at + 1] ?? 0) * right;
      const lower = (luminance[at + side] ?? 0) * (1 - right) + (luminance[at + side + 1] ?? 0) * right;
      buffer[y * size + x] = Math.abs(flip - (upper * (1 - down) + lower * down));
    }
  }
  return new RGBLuminanceSource(buffer.subarray(0, size * size), size, size);
}

/** Mean of every 97th pixel: a prime, so that it meets all columns. */
function brightness({ luminance }: Frame): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < luminance.length; at += 97) {
    sum += luminance[at] ?? 0;
    count++;
  }
  return sum / Math.max(1, count);
}
