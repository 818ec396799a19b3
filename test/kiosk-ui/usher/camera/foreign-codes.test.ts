import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { expect, onTestFinished, test } from 'vitest';
import { FRAME_SIDE, type Frame } from '../../../../kiosk-ui/usher/camera/frame.ts';
import { createFrameReader } from '../../../../kiosk-ui/usher/camera/read-frame.ts';
import { createDice, ticketText } from './draw-code.ts';

/**
 * Codes that zint has made, which shares no code with ours: another chain's printer draws a ticket so. Its picture has one bit a pixel, 1 for black.
 * @param level of error correction, 1 (L) to 4 (H)
 */
function zintFrame(text: string, level: number): Frame {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-zint-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'code.png');
  execFileSync('zint', ['--barcode=QRCODE', `--secure=${level}`, '--quietzones', '--scale=3', `--output=${file}`, `--data=${text}`], {
    stdio: 'pipe',
  });
  const { width, height, depth, data } = decode(readFileSync(file));
  if (depth !== 1) throw new Error(`a picture of one bit a pixel was expected, not of ${depth}`);
  expect(Math.max(width, height), 'the code fits into the frame').toBeLessThan(FRAME_SIDE);
  const luminance = new Uint8ClampedArray(FRAME_SIDE * FRAME_SIDE).fill(225);
  const [left, top] = [Math.floor((FRAME_SIDE - width) / 2), Math.floor((FRAME_SIDE - height) / 2)];
  const bytesPerRow = Math.ceil(width / 8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isBlack = ((data[y * bytesPerRow + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
      if (isBlack === 1) luminance[(top + y) * FRAME_SIDE + left + x] = 30;
    }
  }
  return { side: FRAME_SIDE, luminance };
}

test.each([1, 2, 3, 4])('tickets that zint has drawn with error correction %d are read by the camera', (level) => {
  const dice = createDice(level);
  const reader = createFrameReader(FRAME_SIDE);
  const unread = Array.from({ length: 5 }, () => ticketText('paper', dice)).filter((text) => {
    const frame = zintFrame(text, level);
    return ![0, 1, 2, 3, 4, 5].some((turn) => {
      const reading = reader.read(frame, turn);
      return reading.kind === 'text' && reading.text === text;
    });
  });
  expect(unread).toEqual([]);
});
