import { type Duration, type Instant, milliseconds } from '../base/time.ts';
import type { SeatPicture, SeatPlan, Show } from '../contract/box-office/programme.ts';
import type { HoldRefusal } from '../contract/box-office/sales.ts';
import type { SeatId } from '../contract/identifiers.ts';
import { coupleSplits } from '../seating/couple-seats.ts';
import { nearestOffer } from '../seating/nearest-offer.ts';
import { judgeSelection, relaxesSingleGap } from '../seating/single-gap.ts';

/** Whether seats may be held, by every rule that can be judged from the picture of the show. That they are still free is decided by the store, not here. */
export interface WantedSeats {
  readonly show: Pick<Show, 'startsAt' | 'saleEndsAt'>;
  readonly plan: SeatPlan;
  readonly picture: SeatPicture;
  readonly seats: readonly SeatId[];
  readonly seatsPerOrder: number;
  readonly now: Instant;
}

export function judgeHold(wanted: WantedSeats): HoldRefusal | undefined {
  const { plan, picture, now } = wanted;
  const seats = [...new Set(wanted.seats)];
  const strangers = seats.filter((id) => !plan.seats.some((seat) => seat.id === id));
  if (strangers.length > 0) return { code: 'no-such-seat', seats: strangers };
  if (seats.length > wanted.seatsPerOrder) return { code: 'too-many-seats', limit: wanted.seatsPerOrder };
  if (now >= Date.parse(wanted.show.saleEndsAt)) return { code: 'sale-ended' };
  const isFree = (id: SeatId): boolean => picture.states[plan.seats.findIndex((seat) => seat.id === id)] === 'F';
  const lost = seats.filter((id) => !isFree(id));
  if (lost.length > 0) return lostRefusal(plan, picture, seats, lost);
  // A half whose other half is already taken can be sold alone: there is nobody left to keep it for.
  const partners = coupleSplits(plan, seats).filter(isFree);
  if (partners.length > 0) return { code: 'couple-split', partners, picture, offer: [...seats, ...partners] };
  const untilStart: Duration = milliseconds(Date.parse(wanted.show.startsAt) - now);
  const verdict = judgeSelection(plan, picture.states, seats, { relaxed: relaxesSingleGap(picture.states, untilStart) });
  if (!verdict.allowed) return { code: 'single-gap', stranded: [...verdict.stranded], picture, offer: [...verdict.fix] };
  return undefined;
}

/** Names the seats that are gone and offers as many as were wanted, as near as can be; the ones that are still free are kept where that is possible. */
export function lostRefusal(plan: SeatPlan, picture: SeatPicture, seats: readonly SeatId[], lost: readonly SeatId[]): HoldRefusal {
  return { code: 'seats-lost', lost: [...lost], picture, offer: nearestOffer(plan, picture.states, seats) };
}
