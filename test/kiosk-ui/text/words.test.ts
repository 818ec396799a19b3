import { expect, test } from 'vitest';
import * as audience from '../../../kiosk-ui/text/audience.ts';
import * as bench from '../../../kiosk-ui/text/bench.ts';
import { formatCountdown, formatDate, formatDay, formatMoney, formatPickUpCode, formatTime } from '../../../kiosk-ui/text/format.ts';
import * as gate from '../../../kiosk-ui/text/gate.ts';
import * as shared from '../../../kiosk-ui/text/shared.ts';
import * as staff from '../../../kiosk-ui/text/staff.ts';
import * as technician from '../../../kiosk-ui/text/technician.ts';
import * as usher from '../../../kiosk-ui/text/usher.ts';

/** Every row of every table; a row that is made from values is tried with plausible ones. */
function rows(): [string, unknown][] {
  const files = { audience, bench, gate, shared, staff, technician, usher };
  return Object.entries(files).flatMap(([file, tables]) =>
    Object.entries(tables).flatMap(([table, words]) =>
      typeof words === 'object' && words !== null
        ? Object.entries(words).map(([key, row]): [string, unknown] => [`${file}.${table}.${key}`, row])
        : [],
    ),
  );
}

test.each(rows())('%s says something in both languages and fits its place', (key, row) => {
  const words: unknown =
    typeof row === 'function' ? Reflect.apply(row, undefined, key.endsWith('.seats') ? ['2', ['3', '4']] : ['2', '3', '4']) : row;
  expect(words).toEqual({ zh: expect.stringMatching(/\S/), en: expect.stringMatching(/\S/) });
  const { zh, en } = words as { zh: string; en: string };
  expect(zh.length).toBeLessThanOrEqual(70);
  expect(en.length).toBeLessThanOrEqual(170);
  // A sentence that was forgotten in the other language, or half-width punctuation between Chinese characters.
  expect(en).not.toMatch(/[\u4e00-\u9fff]/u.test(en) && en !== '中文' ? /[\u4e00-\u9fff]/u : /^$/u);
  expect(zh).not.toMatch(/[\u4e00-\u9fff][,;?!]/u);
  // The house's font draws it as wide as a Chinese character.
  expect(en).not.toMatch(/[‘’]/u);
});

test('amounts carry the sign of their currency in both languages', () => {
  expect(formatMoney({ minor: 8_400, currency: 'CNY' }, 'zh')).toBe('¥84.00');
  expect(formatMoney({ minor: 8_400, currency: 'CNY' }, 'en')).toBe('¥84.00');
  expect(formatMoney({ minor: 1_325, currency: 'GBP' }, 'en')).toBe('£13.25');
});

test('times are those of the site, whatever the clock of the machine', () => {
  const iso = '2026-02-17T11:30:00.000Z';
  expect(formatTime(iso, 'Asia/Shanghai', 'zh')).toBe('19:30');
  expect(formatTime(iso, 'Europe/London', 'en')).toBe('11:30');
  expect(formatTime('2026-02-17T16:05:00.000Z', 'Asia/Shanghai', 'en')).toBe('00:05');
  expect(formatDate(iso, 'Asia/Shanghai', 'zh')).toContain('2月17日');
  expect(formatDay('2026-02-17', 'en')).toContain('17');
});

test('a countdown never goes below nothing, and a code is read in threes', () => {
  expect(formatCountdown(245.9)).toBe('4:05');
  expect(formatCountdown(-3)).toBe('0:00');
  expect(formatPickUpCode('482917305662')).toBe('482 917 305 662');
});
