import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant, toIso } from '#core/base/time.ts';

const DAY_MS = 86_400_000;
const LAST_DAY = Date.UTC(9_999, 11, 31) / DAY_MS;

describe('a time in ISO 8601', () => {
  test('is what the engine writes, on every day of four centuries, in its first and its last millisecond', () => {
    for (let day = 0; day < 146_097; day++) {
      for (const at of [day * DAY_MS, (day + 1) * DAY_MS - 1]) {
        if (toIso(instant(at)) !== new Date(at).toISOString()) expect.fail(`${at} is ${new Date(at).toISOString()}, not ${toIso(instant(at))}`);
      }
    }
    expect(toIso(instant(0))).toBe('1970-01-01T00:00:00.000Z');
  });

  test.each(['2000-02-29T23:59:59.999Z', '2100-02-28T12:00:00.001Z', '2100-03-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])('%s', (text) => {
    expect(toIso(instant(Date.parse(text)))).toBe(text);
  });

  test('is what the engine writes at any millisecond, before 1970 and after 9999 as well', () => {
    fc.assert(
      fc.property(fc.integer({ min: -LAST_DAY * DAY_MS, max: 2 * LAST_DAY * DAY_MS }), (at) => {
        expect(toIso(instant(at))).toBe(new Date(at).toISOString());
      }),
    );
  });

  test('drops what is less than a millisecond, as the engine does', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 4e12, noNaN: true }), (at) => {
        expect(toIso(instant(at))).toBe(new Date(at).toISOString());
      }),
    );
  });

  test('of no time at all is refused', () => {
    expect(() => toIso(instant(Number.NaN))).toThrow(RangeError);
    expect(() => toIso(instant(Number.POSITIVE_INFINITY))).toThrow(RangeError);
  });
});
