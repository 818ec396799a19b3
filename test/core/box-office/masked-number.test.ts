import { expect, test } from 'vitest';
import { maskedNumber } from '#core/box-office/masked-number.ts';

test.each([
  ['4200001234567890123456789731', '4200****9731'],
  ['MC8210046937512084', 'MC82****2084'],
  ['ABCDEFGHIJKL', 'ABC****JKL'],
  ['12345678', '12****78'],
  ['123', '****'],
  ['', '****'],
])('of %s enough is told to find it, and never more than half', (number, told) => {
  expect(maskedNumber(number)).toBe(told);
});
