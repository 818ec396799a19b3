import { expect, test } from 'vitest';
import { OrderId } from '#core/contract/identifiers.ts';
import { parseUnknownOrder, unknownOrderText } from '#core/contract/wire/unknown-order.ts';

const orderId = OrderId.parse('261031-ABCDEFGH');

test.each([undefined, { minor: 9_600, currency: 'CNY' }, { minor: 5, currency: 'EUR' }, { minor: 0, currency: 'GBP' }] as const)(
  'an order that the box office has lost is told with what it came to, as far as that is known: %o',
  (amount) => {
    expect(parseUnknownOrder(unknownOrderText({ orderId, amount }))).toEqual({ orderId, amount });
  },
);

test('what names no order is none, and an amount that cannot be read is none', () => {
  for (const detail of ['', 'no order', ' 261031-ABCDEFGH', '261031-abc']) expect(parseUnknownOrder(detail), detail).toBeUndefined();
  for (const rest of ['CNY', 'CNY 96', 'CNY 96.0', 'CNY -1.00', 'cny 96.00', 'XYZ 1.00', '96.00 CNY', `CNY ${'9'.repeat(40)}.00`, 'away']) {
    expect(parseUnknownOrder(`${orderId} ${rest}`), rest).toEqual({ orderId, amount: undefined });
  }
});
