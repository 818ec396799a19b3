import type { PlannedShow } from '#core/box-office/programme-source.ts';
import type { TicketTypeId } from '#core/contract/box-office/programme.ts';
import type { SeatId } from '#core/contract/identifiers.ts';
import type { Prng } from '../kernel/prng.ts';
import { HOUSE_PLANS } from './house.ts';
import type { OfficeBooks } from './observation.ts';

export function priceOf(show: PlannedShow, type: TicketTypeId): number {
  const price = show.prices.find(({ ticketType }) => ticketType === type);
  return price === undefined ? 0 : price.price.minor + price.fee.minor;
}

/** Seats side by side, mostly ones that are free; from the row's end, so that the single-gap rule seldom minds. */
export function chooseSeats(books: OfficeBooks, chance: Prng, show: PlannedShow): readonly SeatId[] | undefined {
  const plan = HOUSE_PLANS.find(({ screenId }) => screenId === show.screenId);
  if (plan === undefined) return undefined;
  const isStale = chance.chance(0.4);
  const count = chance.pick([1, 2, 2, 2, 3]);
  const rows = [...new Set(plan.seats.map(({ row }) => row))];
  for (let tries = 0; tries < 6; tries++) {
    const row = chance.pick(rows);
    const seats = plan.seats.filter((seat) => seat.row === row && (isStale || !books.seats.has(`${show.id}/${seat.id}`)));
    const chosen = chance.chance(0.5) ? seats.slice(0, count) : seats.slice(-count);
    const [first, last] = [chosen[0], chosen.at(-1)];
    if (first !== undefined && last !== undefined && chosen.length === count && last.x - first.x === count - 1) return chosen.map(({ id }) => id);
  }
  return undefined;
}
