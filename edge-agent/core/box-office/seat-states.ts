import type { SeatPlan } from '../contract/box-office/programme.ts';
import type { TakenSeat } from './records.ts';

/** One letter for each seat of the plan, in its order (`SeatStates` of the contract). */
export function seatStates(plan: SeatPlan, taken: readonly TakenSeat[]): string {
  const states = new Map<string, string>(taken.map((seat) => [seat.seatId, seat.state]));
  return plan.seats.map((seat) => states.get(seat.id) ?? 'F').join('');
}
