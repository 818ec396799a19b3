import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A number of so many letters in base 32, as the specification writes both parts. */
function inBase32(value: bigint, letters: number): string {
  return Array.from({ length: letters }, (_, at) => DIGITS[Number((value >> BigInt(5 * (letters - 1 - at))) & 31n)]).join('');
}

test('is the time in ten letters and the chance in sixteen, each a number in base 32 with its highest digit first', () => {
  const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), bytes, (at, random) => {
      const chance = BigInt(`0x${Buffer.from(random).toString('hex')}`);
      expect(ulid(instant(at), random)).toBe(inBase32(BigInt(at), 10) + inBase32(chance, 16));
    }),
  );
});

test.each([
  [0, 0x00, '00000000000000000000000000'],
  [2 ** 48 - 1, 0xff, '7ZZZZZZZZZZZZZZZZZZZZZZZZZ'],
])('at %i', (at, byte, text) => {
  expect(ulid(instant(at), new Uint8Array(10).fill(byte))).toBe(text);
});
