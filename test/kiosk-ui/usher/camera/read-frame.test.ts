import { expect, test } from 'vitest';
import { FRAME_SIDE } from '../../../../kiosk-ui/usher/camera/frame.ts';
import { createFrameReader } from '../../../../kiosk-ui/usher/camera/read-frame.ts';
import { createDice, drawFrame, HELD_WELL, type Pose, ticketText } from './draw-code.ts';

/** How many frames it takes until the code is read; a hand moves a little from one to the next. */
function framesUntilRead(text: string, pose: Pose, dice: () => number, framesMax: number): number | undefined {
  const reader = createFrameReader(FRAME_SIDE);
  for (let turn = 0; turn < framesMax; turn++) {
    const frame = drawFrame(text, FRAME_SIDE, { ...pose, turned: pose.turned + (dice() - 0.5) * 0.04 }, dice);
    const reading = reader.read(frame, turn);
    if (reading.kind === 'text') {
      expect(reading.text).toBe(text);
      return turn + 1;
    }
  }
  return undefined;
}

const POSES: Readonly<Record<string, Pose>> = {
  'held well': HELD_WELL,
  'on its side': { ...HELD_WELL, turned: Math.PI / 2, noise: 8 },
  turned: { ...HELD_WELL, turned: 0.5, tilted: 0.05, blur: 1, noise: 10 },
  tilted: { ...HELD_WELL, size: 0.8, turned: 0.15, tilted: 0.2, blur: 1, noise: 10 },
  'far away': { ...HELD_WELL, size: 0.45, turned: 0.1, noise: 8 },
  blurred: { ...HELD_WELL, size: 0.75, blur: 2, noise: 15 },
  'in a dim hall': { ...HELD_WELL, light: [95, 30], noise: 10 },
  'white on black': { ...HELD_WELL, light: [15, 230], noise: 8 },
};

test.each(Object.entries(POSES))('a ticket %s is read within half a second', (name, pose) => {
  const dice = createDice(name.length * 7_919);
  const frames = Array.from({ length: 6 }, () => framesUntilRead(ticketText('phone', dice), pose, dice, 7));
  expect(frames).not.toContain(undefined);
});

test('a ticket that lies still is read as well, at every position of the pixels', { timeout: 180_000 }, () => {
  const dice = createDice(5);
  const reader = createFrameReader(FRAME_SIDE);
  const unread = Array.from({ length: 25 }, () => ticketText('phone', dice)).filter((text) => {
    const frame = drawFrame(text, FRAME_SIDE, HELD_WELL, dice);
    return ![0, 1, 2, 3, 4, 5].some((turn) => reader.read(frame, turn).kind === 'text');
  });
  expect(unread).toEqual([]);
});

test('what is no code is told apart: darkness, half a code, and a wall', () => {
  const dice = createDice(11);
  const reader = createFrameReader(FRAME_SIDE);
  const text = ticketText('phone', dice);
  const wall = { side: FRAME_SIDE, luminance: new Uint8ClampedArray(FRAME_SIDE * FRAME_SIDE).fill(140) };
  expect(reader.read(wall, 0)).toEqual({ kind: 'none', sight: 'nothing' });
  const night = { ...wall, luminance: new Uint8ClampedArray(wall.luminance.length).fill(12) };
  expect(reader.read(night, 0)).toEqual({ kind: 'none', sight: 'dark' });
  const covered = drawFrame(text, FRAME_SIDE, HELD_WELL, dice);
  // A thumb over the middle leaves the three corners.
  for (let y = 230; y < 400; y++) covered.luminance.fill(90, y * FRAME_SIDE + 200, y * FRAME_SIDE + 420);
  expect(reader.read(covered, 0)).toEqual({ kind: 'none', sight: 'part-of-a-code' });
});

test.each([
  ['dark', 12, 12],
  ['nothing', 120, 130],
] as const)('a picture without contrast is %s, in whichever way it is looked at', (sight, one, other) => {
  const reader = createFrameReader(FRAME_SIDE);
  const luminance = new Uint8ClampedArray(FRAME_SIDE * FRAME_SIDE).fill(one);
  luminance.fill(other, luminance.length / 2);
  const readings = Array.from({ length: 15 }, (_, turn) => reader.read({ side: FRAME_SIDE, luminance }, turn));
  expect(readings).toEqual(readings.map(() => ({ kind: 'none', sight })));
});

test('a frame is never changed by looking at it', () => {
  const dice = createDice(3);
  const frame = drawFrame(ticketText('phone', dice), FRAME_SIDE, { ...HELD_WELL, light: [20, 220] }, dice);
  const before = frame.luminance.slice();
  createFrameReader(FRAME_SIDE).read(frame, 0);
  expect(frame.luminance.every((value, at) => value === before[at])).toBe(true);
});
