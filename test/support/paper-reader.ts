import { NotFoundException } from '@zxing/library';
import { decode } from 'fast-png';
import { readCode } from '../../kiosk-ui/bench/read-code.ts';

/** What a scanner sees on a picture of paper: the text of its QR code, as the device bench reads it too. @throws NotFoundException when there is none */
export function readPaper(png: Uint8Array): string {
  const { width, height, data, channels } = decode(png);
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    for (let colour = 0; colour < 3; colour += 1) pixels[pixel * 4 + colour] = data[pixel * channels + (channels >= 3 ? colour : 0)] ?? 0;
    pixels[pixel * 4 + 3] = 255;
  }
  const text = readCode({ width, height, data: pixels });
  if (text === undefined) throw new NotFoundException('no QR code on the picture');
  return text;
}
