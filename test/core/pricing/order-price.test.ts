import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { money } from '#core/base/money.ts';
import type { ShowPrice, TicketTypeId } from '#core/contract/box-office/programme.ts';
import { lowestPrice, ticketPrice, totalOf } from '#core/pricing/order-price.ts';

const listed = (zone: string, ticketType: TicketTypeId, price: number): ShowPrice => ({
  zone,
  ticketType,
  price: money(price, 'CNY'),
  fee: money(300, 'CNY'),
});

const show = { prices: [listed('standard', 'adult', 45_00), listed('standard', 'child', 30_00), listed('premium', 'adult', 59_90)] };

describe('the price of an order', () => {
  it('adds printed prices, fees and all-in totals', () => {
    const lines = [
      { zone: 'premium', ticketType: 'adult' },
      { zone: 'standard', ticketType: 'child' },
    ] as const;
    expect(totalOf(lines, show, 'CNY')).toEqual({
      ok: true,
      value: {
        lines: [
          { price: money(59_90, 'CNY'), fee: money(3_00, 'CNY'), allIn: money(62_90, 'CNY') },
          { price: money(30_00, 'CNY'), fee: money(3_00, 'CNY'), allIn: money(33_00, 'CNY') },
        ],
        tickets: money(89_90, 'CNY'),
        fees: money(6_00, 'CNY'),
        total: money(95_90, 'CNY'),
      },
    });
  });

  it('is nothing for no tickets', () => {
    expect(totalOf([], show, 'CNY')).toMatchObject({ ok: true, value: { total: money(0, 'CNY') } });
  });

  it('refuses a type that a zone does not sell, and names it', () => {
    const lines = [{ zone: 'premium', ticketType: 'child' }] as const;
    expect(totalOf(lines, show, 'CNY')).toEqual({ ok: false, error: { code: 'no-such-price', zone: 'premium', ticketType: 'child' } });
    expect(ticketPrice(show, 'premium', 'child')).toBeUndefined();
  });

  it('shows the lowest price with its fee', () => {
    expect(lowestPrice(show, 'adult')).toEqual(money(48_00, 'CNY'));
    expect(lowestPrice(show, 'senior')).toBeUndefined();
  });

  it('has a total that is the sum of its all-in lines, whatever is bought', () => {
    const line = fc.constantFrom(...show.prices).map(({ zone, ticketType }) => ({ zone, ticketType }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const priced = totalOf(lines, show, 'CNY');
        if (!priced.ok) throw new Error('every line is listed');
        const { value } = priced;
        expect(value.total.minor).toBe(value.lines.reduce((sum, { allIn }) => sum + allIn.minor, 0));
        expect(value.total.minor).toBe(value.tickets.minor + value.fees.minor);
        expect(value.lines).toHaveLength(lines.length);
      }),
    );
    expect.hasAssertions();
  });
});
