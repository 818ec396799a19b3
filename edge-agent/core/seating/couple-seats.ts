import type { PlanSeat, SeatPlan } from '../contract/box-office/programme.ts';
import type { SeatId } from '../contract/identifiers.ts';

/** Seats that go together: the two halves of a couple seat, and the place beside a wheelchair. */

function find(plan: SeatPlan, seatId: SeatId): PlanSeat | undefined {
  return plan.seats.find((seat) => seat.id === seatId);
}

function at(plan: SeatPlan, x: number, y: number): PlanSeat | undefined {
  return plan.seats.find((seat) => seat.x === x && seat.y === y);
}

/** The other half of a couple seat; undefined for every other seat. */
export function coupleHalf(plan: SeatPlan, seatId: SeatId): SeatId | undefined {
  const seat = find(plan, seatId);
  if (seat?.kind === 'couple-left') {
    const right = at(plan, seat.x + 1, seat.y);
    return right?.kind === 'couple-right' ? right.id : undefined;
  }
  if (seat?.kind === 'couple-right') {
    const left = at(plan, seat.x - 1, seat.y);
    return left?.kind === 'couple-left' ? left.id : undefined;
  }
  return undefined;
}

/** The companion places on either side of a wheelchair place, to be offered with it. */
export function companionsOf(plan: SeatPlan, seatId: SeatId): SeatId[] {
  const seat = find(plan, seatId);
  if (seat?.kind !== 'wheelchair') return [];
  return [at(plan, seat.x - 1, seat.y), at(plan, seat.x + 1, seat.y)].flatMap((beside) => (beside?.kind === 'companion' ? [beside.id] : []));
}

/**
 * The selection after a tap on `seatId`: added when it was not selected, removed when it was, and its couple half with it. Order of selection is kept.
 * Whether the seat is free and how many may be chosen is for the caller to judge.
 */
export function selectSeat(plan: SeatPlan, selected: readonly SeatId[], seatId: SeatId): SeatId[] {
  const half = coupleHalf(plan, seatId);
  const touched = half === undefined ? [seatId] : [seatId, half];
  const rest = selected.filter((id) => !touched.includes(id));
  return selected.includes(seatId) ? rest : [...rest, ...touched];
}

/** The halves that are missing from a selection. Empty when every couple seat in it is whole. */
export function coupleSplits(plan: SeatPlan, selected: readonly SeatId[]): SeatId[] {
  return selected.flatMap((seatId) => {
    const half = coupleHalf(plan, seatId);
    return half === undefined || selected.includes(half) ? [] : [half];
  });
}
