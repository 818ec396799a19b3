import { decode, encode } from 'fast-png';
import { readPaper } from '../support/paper-reader.ts';

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and perhaps more, a byte each, pixel by pixel. */
  readonly data: ArrayLike<number>;
  readonly channels: number;
}

/** What a phone's camera reads of a picture of the screen: the text of its QR code. */
export function readScreen(png: Uint8Array): string {
  const { width, height, data, channels }: Picture = decode(png);
  const grey = Uint8Array.from({ length: width * height }, (_, pixel) => data[pixel * channels] ?? 0);
  return readPaper(encode({ width, height, data: grey, channels: 1, depth: 8 }));
}

/** `#rrggbb`: the colour that covers most of a picture of the screen. */
export function mainColour(png: Uint8Array): string {
  const { width, height, data, channels }: Picture = decode(png);
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * channels;
    const colour = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const [colour = 0] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0] as const);
  return `#${colour.toString(16).padStart(6, '0')}`;
}
