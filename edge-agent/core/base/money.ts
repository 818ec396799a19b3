import { assert } from './fault.ts';

/** ISO 4217. */
export type Currency = 'CNY' | 'EUR' | 'GBP' | 'USD' | 'HKD';

/** An amount in minor units (fen, pence, cents) of one currency. Never a float of a major unit, never without its currency. */
export interface Money {
  readonly minor: number;
  readonly currency: Currency;
}

export function money(minor: number, currency: Currency): Money {
  assert(Number.isSafeInteger(minor), `an amount is an integer number of minor units, not ${minor}`);
  return { minor, currency };
}

export function addMoney(a: Money, b: Money): Money {
  assert(a.currency === b.currency, `cannot add ${b.currency} to ${a.currency}`);
  return money(a.minor + b.minor, a.currency);
}

export function sumMoney(amounts: readonly Money[], currency: Currency): Money {
  return amounts.reduce(addMoney, money(0, currency));
}

/** `45.00`: the digits alone, for paper and for the wire's human side; screens add the symbol through Intl. */
export function majorUnits(amount: Money): string {
  const sign = amount.minor < 0 ? '-' : '';
  const digits = Math.abs(amount.minor).toString().padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
