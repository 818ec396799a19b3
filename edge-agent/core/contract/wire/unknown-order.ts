import { type Money, majorUnits } from '../../base/money.ts';
import { OrderId } from '../identifiers.ts';
import { MoneyAmount } from '../values.ts';

/** The detail of the audit `order-unknown`: the order, and what it came to as far as the machine knows. `261031-ABCDEFGH CNY 96.00` */
export interface UnknownOrderDetail {
  readonly orderId: OrderId;
  readonly amount: Money | undefined;
}

export function unknownOrderText({ orderId, amount }: UnknownOrderDetail): string {
  return amount === undefined ? orderId : `${orderId} ${amount.currency} ${majorUnits(amount)}`;
}

/** Undefined for what names no order. An amount that cannot be read is none. */
export function parseUnknownOrder(detail: string): UnknownOrderDetail | undefined {
  const [order, currency, units = ''] = detail.split(' ');
  const orderId = OrderId.safeParse(order);
  if (!orderId.success) return undefined;
  const [, major, minor] = /^(\d{1,12})\.(\d\d)$/.exec(units) ?? [];
  const amount = MoneyAmount.safeParse({ minor: Number(`${major}${minor}`), currency });
  return { orderId: orderId.data, amount: amount.success ? amount.data : undefined };
}
