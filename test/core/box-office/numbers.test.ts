import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemRandom } from '#agent/runtime/clock.ts';
import { parseBusinessDay } from '#core/base/business-day.ts';
import { readTypedCode } from '#core/box-office/lookup.ts';
import { newOrderId, newPickUpCode, newReference, newTicketId } from '#core/box-office/numbers.ts';
import { OrderId, PickUpCode, SiteId, TicketId } from '#core/contract/identifiers.ts';
import type { Random } from '#core/ports/clock.ts';

const SITE = SiteId.parse('36090702');
const DAY = parseBusinessDay('2026-10-31') ?? expect.unreachable('a date');

/** Chance made of the given bytes, over and over. */
function chanceOf(bytes: readonly number[]): Random {
  let at = 0;
  return { uniform: () => 0, bytes: (count) => Uint8Array.from({ length: count }, () => bytes[at++ % bytes.length] ?? 0) };
}

describe('numbers that guests see', () => {
  test('have their form, whatever chance gives', () => {
    const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 40 }).filter((some) => some.some((byte) => byte < 250));
    fc.assert(
      fc.property(bytes, (some) => {
        const random = chanceOf(some);
        expect(PickUpCode.safeParse(newPickUpCode(random)).success).toBe(true);
        expect(TicketId.safeParse(newTicketId(random, SITE)).success).toBe(true);
        expect(OrderId.safeParse(newOrderId(random, DAY)).success).toBe(true);
        expect(newReference(random, 'H').length).toBeLessThanOrEqual(40);
      }),
    );
  });

  test('every digit is equally likely', () => {
    const counts = new Map<string, number>();
    for (let made = 0; made < 5_000; made++)
      for (const digit of newTicketId(systemRandom, SITE).slice(8)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    expect(counts.size).toBe(10);
    // 40,000 digits: 4,000 of each, with a standard deviation of 60.
    for (const count of counts.values()) expect(Math.abs(count - 4_000)).toBeLessThan(400);
  });

  test('a pick-up code never begins with 0, so that nobody drops it', () => {
    expect(newPickUpCode(chanceOf([0]))).toBe('900000000000');
  });
});

describe('what a guest typed', () => {
  test('every number that is given out is read back as what it is, with spaces in it too', () => {
    for (let made = 0; made < 200; made++) {
      const code = newPickUpCode(systemRandom);
      expect(readTypedCode(code.replace(/(.{3})/g, '$1 '), SITE)).toEqual({ kind: 'pick-up', code });
      const id = newTicketId(systemRandom, SITE);
      expect(readTypedCode(id, SITE)).toEqual({ kind: 'ticket', id });
      const order = newOrderId(systemRandom, DAY);
      expect(readTypedCode(order, SITE)).toEqual({ kind: 'order', id: order });
    }
  });

  test('any text is read as something, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 256 }), (text) => {
        expect(['pick-up', 'ticket', 'order', 'other-site', 'nothing']).toContain(readTypedCode(text, SITE).kind);
      }),
    );
  });
});
