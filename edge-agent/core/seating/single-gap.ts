import type { Duration } from '../base/time.ts';
import type { PlanSeat, SeatPlan } from '../contract/box-office/programme.ts';
import type { SeatId } from '../contract/identifiers.ts';
import { freeRuns, isAccessible, type Placement, placements, type Run, seatCount, strandedBy, strandedByPlacement, unitsOf } from './segments.ts';

/**
 * The single-gap rule: a selection may not leave a seat alone that nobody will buy, when the same number of seats side by side in the same run could have
 * been taken without it. "No worse than the best choice of the same size" means that there is always an allowed choice: the rule never sends a guest away.
 * The screen, the agent and the box office use this one function over the same picture of the seats.
 */
export type SelectionVerdict =
  /** `stranded` is empty unless the rule is relaxed: then these seats are worth a word to the guest, no more. */
  | { readonly allowed: true; readonly stranded: readonly SeatId[] }
  /** `fix` is an allowed selection of the same size, as near as can be. */
  | { readonly allowed: false; readonly stranded: readonly SeatId[]; readonly fix: readonly SeatId[] };

export interface SelectionOptions {
  /** Warn only, see {@link relaxesSingleGap}. A selection with a wheelchair or companion place is always judged like this. */
  readonly relaxed?: boolean;
}

/**
 * Judges seats that are free in `states` (a selected seat that is not free, or not of the plan, is not judged here: the caller has to refuse it). Couple
 * seats must be whole (`coupleSplits`); half of one is judged as if all of it were taken.
 */
export function judgeSelection(plan: SeatPlan, states: string, selected: readonly SeatId[], options: SelectionOptions = {}): SelectionVerdict {
  const wanted = new Set<SeatId>(selected);
  const relaxed = options.relaxed === true || plan.seats.some((seat) => wanted.has(seat.id) && isAccessible(seat));
  const stranded: SeatId[] = [];
  const moves = new Map<SeatId, SeatId | undefined>();
  for (const run of freeRuns(plan, states)) {
    const taken = run.units.filter((unit) => unit.seats.some((seat) => wanted.has(seat.id)));
    if (taken.length === 0) continue;
    const left = strandedBy(run, (index) => taken.some((unit) => unit === run.units[index]));
    const choices = placements(run, seatCount(taken));
    const fewest = Math.min(...choices.map((choice) => strandedByPlacement(choice).length));
    if (left.length <= fewest) continue;
    stranded.push(...left.map((seat) => seat.id));
    const from = taken.flatMap((unit) => unit.seats);
    const to = nearestChoice(choices, fewest, from, plan);
    from.forEach((seat, index) => {
      moves.set(seat.id, to[index]?.id);
    });
  }
  if (stranded.length === 0 || relaxed) return { allowed: true, stranded };
  return { allowed: false, stranded, fix: applyMoves(selected, moves) };
}

/** Seats keep their place in the order of selection. A half couple seat in the selection gains its other half here. */
function applyMoves(selected: readonly SeatId[], moves: ReadonlyMap<SeatId, SeatId | undefined>): SeatId[] {
  const moved = selected.map((seatId) => moves.get(seatId) ?? seatId);
  const extra = [...moves].flatMap(([from, to]) => (selected.includes(from) || to === undefined ? [] : [to]));
  return [...moved, ...extra];
}

/** Among the choices that strand fewest: least change of zone (and thereby of price), least movement, nearest to the best seats, leftmost. */
function nearestChoice(choices: readonly Placement[], fewest: number, from: readonly PlanSeat[], plan: SeatPlan): readonly PlanSeat[] {
  let best: { seats: readonly PlanSeat[]; cost: readonly number[] } | undefined;
  for (const choice of choices) {
    if (strandedByPlacement(choice).length > fewest) continue;
    const seats = unitsOf(choice).flatMap((unit) => unit.seats);
    let zones = 0;
    let movement = 0;
    let offCentre = 0;
    seats.forEach((seat, index) => {
      const was = from[index];
      if (was === undefined) return;
      if (was.zone !== seat.zone) zones++;
      movement += Math.abs(was.x - seat.x);
      offCentre += Math.abs(seat.x - plan.focalPoint.x);
    });
    const cost = [zones, movement, offCentre];
    if (best === undefined || isLess(cost, best.cost)) best = { seats, cost };
  }
  return best?.seats ?? from;
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value < other;
  }
  return false;
}

/** Before the start as after it, a seat beside a gap is better sold than argued about. */
const RELAXED_BEFORE_START_MS = 15 * 60_000;
const RELAXED_FROM_OCCUPANCY = 0.85;

/** Whether the rule only warns: the show starts within 15 minutes, or 85 % of the seats that are in use are gone. */
export function relaxesSingleGap(states: string, untilStart: Duration): boolean {
  if (untilStart <= RELAXED_BEFORE_START_MS) return true;
  let inUse = 0;
  let free = 0;
  for (const state of states) {
    if (state !== 'X') inUse++;
    if (state === 'F') free++;
  }
  return inUse > 0 && (inUse - free) / inUse >= RELAXED_FROM_OCCUPANCY;
}

/** For the search for good seats: the placements of `seats` adjacent seats that the rule allows in this run. */
export function allowedPlacements(run: Run, seats: number): { placement: Placement; stranded: number }[] {
  const all = placements(run, seats).map((placement) => ({ placement, stranded: strandedByPlacement(placement).length }));
  const fewest = Math.min(...all.map(({ stranded }) => stranded));
  return all.filter(({ stranded }) => stranded === fewest);
}
