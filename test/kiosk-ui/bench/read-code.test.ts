import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { type Pixels, readCode } from '../../../kiosk-ui/bench/read-code.ts';

/** A sheet of 80 mm paper: a line of "words" above and below, and the code between them. */
function paperWith(text: string, dotsPerModule: number): Pixels {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const width = 640;
  const side = size * dotsPerModule;
  const height = side + 200;
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  const dot = (x: number, y: number): void => {
    pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
  };
  for (const line of [40, 64, height - 70, height - 40]) {
    for (let y = 0; y < 16; y++) for (let x = 30; x < 600; x++) if ((x * 7 + y * 13) % 5 < 2) dot(x, line + y);
  }
  const left = Math.floor((width - side) / 2);
  data.forEach((row, r) => {
    row.forEach((dark, c) => {
      if (!dark) return;
      for (let y = 0; y < dotsPerModule; y++) for (let x = 0; x < dotsPerModule; x++) dot(left + c * dotsPerModule + x, 100 + r * dotsPerModule + y);
    });
  });
  return { width, height, data: pixels };
}

/** 149 characters of base45, different for every seed: what a ticket of ours looks like. */
function ticketText(seed: number): string {
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
  let state = seed;
  const next = (): string => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return letters[(state >> 8) % letters.length] ?? '0';
  };
  return `FY1:${Array.from({ length: 149 }, next).join('')}`;
}

test.each([3, 5, 6, 8])('every ticket of a hundred is read at %d dots a module', (dots) => {
  const unread = Array.from({ length: 100 }, (_, seed) => ticketText(seed + 1)).filter((text) => readCode(paperWith(text, dots)) !== text);
  expect(unread).toEqual([]);
});

test('a pick-up code, the smallest symbol of ours, is read', () => {
  expect(readCode(paperWith('482917305662', 6))).toBe('482917305662');
});

test('paper without a code has none, whatever else is square on it', () => {
  const { data, ...size } = paperWith('x', 6);
  const blackSquare = data.slice();
  for (let y = 100; y < 270; y++) for (let x = 200; x < 370; x++) blackSquare.fill(0, (y * size.width + x) * 4, (y * size.width + x) * 4 + 3);
  expect(readCode({ ...size, data: new Uint8ClampedArray(data.length).fill(255) })).toBeUndefined();
  expect(readCode({ ...size, data: blackSquare })).toBeUndefined();
});
