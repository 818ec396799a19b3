import type { PlanSeat, SeatPlan } from '../contract/box-office/programme.ts';

/** Runs of free seats: what the single-gap rule and the search for the best seats look at. They know nothing of zones and prices. */

/** What is taken or left as a whole: one seat, or a couple seat (two places that are sold together). */
export interface Unit {
  readonly seats: readonly PlanSeat[];
}

/** Units that stand side by side in one row, from left to right, all free. */
export interface Run {
  readonly y: number;
  readonly units: readonly Unit[];
}

/** Places kept for guests in wheelchairs and whoever comes with them. No rule about gaps applies to them, and they end a run. */
export function isAccessible(seat: PlanSeat): boolean {
  return seat.kind === 'wheelchair' || seat.kind === 'companion';
}

export function seatCount(units: readonly Unit[]): number {
  return units.reduce((sum, unit) => sum + unit.seats.length, 0);
}

/**
 * All runs of the plan, front row first. `states` is the letter of every seat in the plan's order (`SeatStates`); only `F` is free.
 *
 * A run ends at an aisle or wall (no neighbour with `x` + 1), at a seat that is sold, held, reserved or out of use, at an accessible place, and at a
 * couple seat of which only one half is free: nobody can buy that half. A change of zone does not end it.
 */
export function freeRuns(plan: SeatPlan, states: string): Run[] {
  const inOrder = plan.seats.map((seat, index) => ({ seat, free: states[index] === 'F' })).sort((a, b) => a.seat.y - b.seat.y || a.seat.x - b.seat.x);
  const runs: { y: number; units: Unit[]; endX: number }[] = [];
  let i = 0;
  while (i < inOrder.length) {
    const here = inOrder[i];
    const next = inOrder[i + 1];
    if (here === undefined) break;
    const paired = here.seat.kind === 'couple-left' && next?.seat.kind === 'couple-right' && areNeighbours(here.seat, next.seat);
    const parts = paired ? [here, next] : [here];
    i += parts.length;
    const whole = paired || here.seat.kind === 'standard';
    if (!whole || !parts.every((part) => part.free)) continue;
    const unit: Unit = { seats: parts.map((part) => part.seat) };
    const last = runs.at(-1);
    if (last?.y === here.seat.y && last.endX === here.seat.x) {
      last.units.push(unit);
      last.endX += parts.length;
    } else {
      runs.push({ y: here.seat.y, units: [unit], endX: here.seat.x + parts.length });
    }
  }
  return runs.map(({ y, units }) => ({ y, units }));
}

function areNeighbours(left: PlanSeat, right: PlanSeat): boolean {
  return left.y === right.y && left.x + 1 === right.x;
}

/** Consecutive units of a run: from index `from` up to and not including `to`. */
export interface Placement {
  readonly run: Run;
  readonly from: number;
  readonly to: number;
}

export function unitsOf({ run, from, to }: Placement): readonly Unit[] {
  return run.units.slice(from, to);
}

/** Every way of taking exactly `seats` adjacent seats from the run, from left to right. Couple seats are taken whole or not at all. */
export function placements(run: Run, seats: number): Placement[] {
  const found: Placement[] = [];
  for (let from = 0; from < run.units.length; from++) {
    let taken = 0;
    let to = from;
    while (to < run.units.length && taken < seats) taken += run.units[to++]?.seats.length ?? 0;
    if (taken === seats && seats > 0) found.push({ run, from, to });
  }
  return found;
}

/** Single seats that stand alone in the run once the units for which `isTaken` holds are gone. A free couple seat is never alone: two people can buy it. */
export function strandedBy(run: Run, isTaken: (unitIndex: number) => boolean): PlanSeat[] {
  const stranded: PlanSeat[] = [];
  const isEdge = (index: number): boolean => index < 0 || index >= run.units.length || isTaken(index);
  run.units.forEach((unit, index) => {
    const [seat] = unit.seats;
    if (seat !== undefined && unit.seats.length === 1 && !isTaken(index) && isEdge(index - 1) && isEdge(index + 1)) stranded.push(seat);
  });
  return stranded;
}

export function strandedByPlacement({ run, from, to }: Placement): PlanSeat[] {
  return strandedBy(run, (index) => index >= from && index < to);
}
