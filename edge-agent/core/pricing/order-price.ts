import { addMoney, type Currency, type Money, sumMoney } from '../base/money.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ShowPrice, TicketTypeId } from '../contract/box-office/programme.ts';

/**
 * What tickets cost. The first figure that a guest sees is always the all-in price, fee included; the fee is a separate figure again only on the bill and
 * on the ticket. The screen and the box office use these functions over the same price list, so that the total that was shown is the total that is charged.
 */
export interface TicketPrice {
  /** The printed price. */
  readonly price: Money;
  /** The booking fee of this one ticket. */
  readonly fee: Money;
  /** `price` + `fee`. */
  readonly allIn: Money;
}

/** One seat of an order: its zone decides the price, not its place. */
export interface PriceLine {
  readonly zone: string;
  readonly ticketType: TicketTypeId;
}

export interface OrderPrice {
  /** In the order of the lines asked for. */
  readonly lines: readonly TicketPrice[];
  /** Sum of the printed prices. */
  readonly tickets: Money;
  readonly fees: Money;
  /** `tickets` + `fees`: what the guest pays. */
  readonly total: Money;
}

export interface NoSuchPrice {
  readonly code: 'no-such-price';
  readonly zone: string;
  readonly ticketType: TicketTypeId;
}

/** A show, or whatever else has a price list. */
export interface PriceList {
  readonly prices: readonly ShowPrice[];
}

/** The price of one ticket; undefined when the show does not sell this type in this zone. */
export function ticketPrice(show: PriceList, zone: string, ticketType: TicketTypeId): TicketPrice | undefined {
  const listed = show.prices.find((price) => price.zone === zone && price.ticketType === ticketType);
  if (listed === undefined) return undefined;
  return { price: listed.price, fee: listed.fee, allIn: addMoney(listed.price, listed.fee) };
}

/** Prices every line and adds up. `currency` is the site's, and that of the zeros when there is no line. */
export function totalOf(lines: readonly PriceLine[], show: PriceList, currency: Currency): Result<OrderPrice, NoSuchPrice> {
  const priced: TicketPrice[] = [];
  for (const { zone, ticketType } of lines) {
    const price = ticketPrice(show, zone, ticketType);
    if (price === undefined) return err({ code: 'no-such-price', zone, ticketType });
    priced.push(price);
  }
  const tickets = sumMoney(
    priced.map((line) => line.price),
    currency,
  );
  const fees = sumMoney(
    priced.map((line) => line.fee),
    currency,
  );
  return ok({ lines: priced, tickets, fees, total: addMoney(tickets, fees) });
}

/** The lowest all-in price of a ticket type over all zones ("from ¥48"); undefined when the show does not sell the type. */
export function lowestPrice(show: PriceList, ticketType: TicketTypeId): Money | undefined {
  return show.prices
    .filter((price) => price.ticketType === ticketType)
    .map((price) => addMoney(price.price, price.fee))
    .reduce<Money | undefined>((lowest, price) => (lowest === undefined || price.minor < lowest.minor ? price : lowest), undefined);
}
