import { closeSync, openSync, writeSync } from 'node:fs';
import { encode } from 'uqr';

/** What the camera of a hand-held device sees, as a film that Chromium plays in place of a camera, over and over (YUV4MPEG2, the raw format of mjpegtools). */
const WIDTH = 640;
const HEIGHT = 480;
const FRAMES = 8;
const FRAMES_PER_SECOND = 10;
const WALL = 150;
const PAPER = 226;
const INK = 34;

/** Replaces the film at once: a browser that opens its camera now sees it. */
export function filmWall(file: string): void {
  film(file, () => WALL);
}

/** A ticket in a hand that is not quite still. */
export function filmCode(file: string, text: string): void {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const side = 320;
  film(file, (x, y, frame) => {
    const [left, top] = [155 + frame * 1.3, 78 + (frame % 3) * 1.7];
    const [column, row] = [Math.floor(((x - left) / side) * size), Math.floor(((y - top) / side) * size)];
    const module = data[row]?.[column];
    return module === undefined ? WALL : module ? INK : PAPER;
  });
}

/** A picture that stands still, as tall as the film. */
export function filmStill(file: string, draw: (side: number) => Uint8ClampedArray): void {
  const shades = draw(HEIGHT);
  const left = (WIDTH - HEIGHT) / 2;
  film(file, (x, y) => (x < left || x >= left + HEIGHT ? WALL : (shades[y * HEIGHT + x - left] ?? WALL)));
}

function film(file: string, brightness: (x: number, y: number, frame: number) => number): void {
  const out = openSync(file, 'w');
  writeSync(out, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES_PER_SECOND}:1 Ip A1:1 C420mpeg2\n`);
  for (let frame = 0; frame < FRAMES; frame++) {
    const picture = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);
    for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < WIDTH; x++) picture[y * WIDTH + x] = brightness(x, y, frame);
    writeSync(out, 'FRAME\n');
    writeSync(out, picture);
  }
  closeSync(out);
}
