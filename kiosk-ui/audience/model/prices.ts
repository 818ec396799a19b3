import type { z } from 'zod';
import type { PlanSeat, Show, ShowPrice, TicketTypeId } from '#core/contract/box-office/programme.ts';
import type { MoneyAmount } from '#core/contract/values.ts';

/** Adds up what the box office publishes. The box office adds up again: a total that differs is refused by it, never charged. */

export type Amount = z.infer<typeof MoneyAmount>;

export const TICKET_TYPES: readonly TicketTypeId[] = ['adult', 'child', 'student', 'senior'];

export function priceOf(show: Show, zone: string, ticketType: TicketTypeId): ShowPrice | undefined {
  return show.prices.find((price) => price.zone === zone && price.ticketType === ticketType);
}

/** What a guest pays for one seat: price and fee. */
export function allIn(price: ShowPrice): Amount {
  return { minor: price.price.minor + price.fee.minor, currency: price.price.currency };
}

/** The ticket types that are sold in a zone, in the order of the chips. */
export function typesIn(show: Show, zone: string): readonly TicketTypeId[] {
  return TICKET_TYPES.filter((ticketType) => priceOf(show, zone, ticketType) !== undefined);
}

/** What a seat costs before anything is chosen: an adult's price, or the first that the zone has. */
export function ordinaryPrice(show: Show, zone: string): ShowPrice | undefined {
  return priceOf(show, zone, 'adult') ?? show.prices.find((price) => price.zone === zone);
}

/** The lowest all-in price of an ordinary ticket; undefined when the show has no prices. */
export function priceFrom(show: Show): Amount | undefined {
  const adults = show.prices.filter((price) => price.ticketType === 'adult');
  const offered = (adults.length > 0 ? adults : show.prices).map(allIn);
  return offered.reduce<Amount | undefined>((lowest, amount) => (lowest === undefined || amount.minor < lowest.minor ? amount : lowest), undefined);
}

export interface ChosenLine {
  readonly seat: PlanSeat;
  readonly ticketType: TicketTypeId;
  readonly price: ShowPrice;
}

export function totalOf(lines: readonly ChosenLine[]): Amount | undefined {
  const [first] = lines;
  if (!first) return undefined;
  return { minor: lines.reduce((sum, line) => sum + allIn(line.price).minor, 0), currency: first.price.price.currency };
}
