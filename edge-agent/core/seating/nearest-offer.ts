import type { PlanSeat, SeatPlan } from '../contract/box-office/programme.ts';
import type { SeatId } from '../contract/identifiers.ts';
import { bestAvailable } from './best-available.ts';
import { isAccessible } from './segments.ts';

/**
 * What to offer a guest whose seats were lost: a set of the same size and kind, as near as can be. A wheelchair place is answered with a wheelchair place
 * or with nothing at all; a companion place with the companion place beside it, else with an ordinary seat near it. Empty when there is no such set.
 */
export function nearestOffer(plan: SeatPlan, states: string, wanted: readonly SeatId[]): SeatId[] {
  const seats = plan.seats.filter((seat) => wanted.includes(seat.id));
  const offered: PlanSeat[] = [];
  const places = seats.filter(isAccessible).sort((a, b) => Number(b.kind === 'wheelchair') - Number(a.kind === 'wheelchair'));
  let ordinary = seats.length - places.length;
  for (const place of places) {
    const around = place.kind === 'companion' ? (offered.at(-1) ?? place) : place;
    const free = plan.seats.filter((seat, index) => seat.kind === place.kind && states[index] === 'F' && !offered.includes(seat));
    const nearest = free.sort((a, b) => distance(a, around) - distance(b, around))[0];
    if (nearest !== undefined) offered.push(nearest);
    else if (place.kind === 'companion') ordinary++;
    else return [];
  }
  const ids = offered.map((seat) => seat.id);
  if (ordinary === 0) return ids;
  const near = ids.length === 0 ? wanted : ids;
  const rest = bestAvailable(plan, states, ordinary, { avoid: ids, near });
  return rest.length === ordinary ? [...ids, ...rest] : [];
}

function distance(a: PlanSeat, b: PlanSeat): number {
  return Math.hypot(a.x - b.x, 2 * (a.y - b.y));
}
