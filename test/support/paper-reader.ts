import { BinaryBitmap, GlobalHistogramBinarizer, HybridBinarizer, NotFoundException, QRCodeReader, RGBLuminanceSource } from '@zxing/library';
import { decode } from 'fast-png';

/**
 * The text of the QR code on a picture of paper, by a reader that knows nothing of our printer. The library misses about one clean symbol in ten at six pixels
 * a module (it takes the distance between finder patterns from too thin a line); at three it misses none of some hundred, so half the size is tried first.
 */
export function readPaper(png: Uint8Array): string {
  const { width, height, data } = decode(png);
  for (const shrink of [2, 1]) {
    const source = new RGBLuminanceSource(shrunk(data, width, height, shrink), Math.floor(width / shrink), Math.floor(height / shrink));
    for (const binarizer of [new HybridBinarizer(source), new GlobalHistogramBinarizer(source)]) {
      const text = tryToRead(new BinaryBitmap(binarizer));
      if (text !== undefined) return text;
    }
  }
  throw new NotFoundException('no QR code on the picture');
}

function tryToRead(bitmap: BinaryBitmap): string | undefined {
  try {
    return new QRCodeReader().decode(bitmap).getText();
  } catch (thrown) {
    // Every way of this library to say "not found", "damaged" or "not a code" is an Exception of its own.
    if (thrown instanceof Error) return undefined;
    throw thrown;
  }
}

/** Every pixel the mean of `by` × `by`. */
function shrunk(data: ArrayLike<number>, width: number, height: number, by: number): Uint8ClampedArray {
  const [outWidth, outHeight] = [Math.floor(width / by), Math.floor(height / by)];
  const out = new Uint8ClampedArray(outWidth * outHeight);
  for (let i = 0; i < out.length; i += 1) {
    const [left, top] = [(i % outWidth) * by, Math.floor(i / outWidth) * by];
    let sum = 0;
    for (let dy = 0; dy < by; dy += 1) for (let dx = 0; dx < by; dx += 1) sum += data[(top + dy) * width + left + dx] ?? 0;
    out[i] = sum / (by * by);
  }
  return out;
}
