import { expect, test } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import type { Monotonic } from '#core/base/time.ts';
import { createSeenCodes } from '../../../../kiosk-ui/usher/camera/seen-codes.ts';

const at = (ms: number): Monotonic => ms as Monotonic;
const PAUSE = LIMITS.staff.cameraDebounce;

test('a code that is held up is new once, however long it is held', () => {
  const seen = createSeenCodes();
  const news = Array.from({ length: 200 }, (_, frame) => seen.isNew('A', at(frame * 80)));
  expect(news.filter(Boolean)).toEqual([true]);
});

test('it is new again when it was out of sight for five seconds, not before', () => {
  const seen = createSeenCodes();
  seen.isNew('A', at(0));
  expect(seen.isNew('A', at(PAUSE - 1))).toBe(false);
  expect(seen.isNew('A', at(PAUSE - 1 + PAUSE))).toBe(true);
});

test('another code is new at once, and does not make the first one new', () => {
  const seen = createSeenCodes();
  seen.isNew('A', at(0));
  expect(seen.isNew('B', at(100))).toBe(true);
  expect(seen.isNew('A', at(200))).toBe(false);
});

test('hostile variety does not grow the memory without end: the oldest is forgotten', () => {
  const seen = createSeenCodes();
  seen.isNew('first', at(0));
  for (let number = 0; number < 16; number++) seen.isNew(String(number), at(number));
  expect(seen.isNew('first', at(100))).toBe(true);
  expect(seen.isNew('15', at(100))).toBe(false);
});
