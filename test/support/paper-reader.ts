import { BinaryBitmap, DecodeHintType, HybridBinarizer, QRCodeReader, RGBLuminanceSource } from '@zxing/library';
import { decode } from 'fast-png';

/** What a scanner sees on a picture of paper: the text of its QR code. @throws when there is none */
export function readPaper(png: Uint8Array): string {
  const { width, height, luminance } = greyOf(png);
  const bitmap = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(luminance, width, height)));
  return new QRCodeReader().decode(bitmap, new Map([[DecodeHintType.TRY_HARDER, true]])).getText();
}

/** One byte of brightness for each dot, whatever depth and channels the PNG has. */
function greyOf(png: Uint8Array): { width: number; height: number; luminance: Uint8ClampedArray } {
  const { width, height, data, channels, depth } = decode(png);
  const luminance = new Uint8ClampedArray(width * height);
  const rowBytes = Math.ceil((width * channels * depth) / 8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      luminance[y * width + x] =
        depth === 1 ? (((data[y * rowBytes + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) * 255 : (data[(y * width + x) * channels] ?? 0);
    }
  }
  return { width, height, luminance };
}
