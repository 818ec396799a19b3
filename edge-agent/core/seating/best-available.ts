import type { PlanSeat, SeatPlan } from '../contract/box-office/programme.ts';
import type { SeatId } from '../contract/identifiers.ts';
import { freeRuns, type Placement, type Run, seatCount, type Unit, unitsOf } from './segments.ts';
import { allowedPlacements, judgeSelection } from './single-gap.ts';

/**
 * The best free seats for a party: side by side without leaving a seat alone; else side by side; else in two rows, one behind the other; else as near to
 * each other as can be. Never a wheelchair or companion place, never half a couple seat, and never a choice that {@link judgeSelection} would refuse.
 */
export interface BestAvailableOptions {
  /** Seats that are treated as taken. */
  readonly avoid?: readonly SeatId[];
  /** Look around these seats, and for the same share of couple seats, instead of around the plan's focal point. */
  readonly near?: readonly SeatId[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a search wants: where, and how many of the seats should be couple seats. */
interface Wish {
  readonly point: Point;
  readonly coupleSeats: number;
}

/** Rows are about twice as far apart as seats. */
const ROW_PITCH = 2;

/** `count` seats from left to right, row by row; empty when so many cannot be had. `states` as in `freeRuns`. */
export function bestAvailable(plan: SeatPlan, states: string, count: number, options: BestAvailableOptions = {}): SeatId[] {
  if (count < 1) return [];
  const avoid = new Set<SeatId>(options.avoid ?? []);
  const open = plan.seats.map((seat, index) => (avoid.has(seat.id) ? 'X' : (states[index] ?? 'X'))).join('');
  const runs = freeRuns(plan, open);
  const wish = wishOf(plan, options.near ?? []);
  const found = adjacent(runs, count, wish) ?? inTwoRows(runs, count, wish) ?? nearest(runs, count, wish);
  const seats = found.flatMap((unit) => unit.seats).sort((a, b) => a.y - b.y || a.x - b.x);
  const ids = seats.map((seat) => seat.id);
  const verdict = judgeSelection(plan, open, ids);
  return verdict.allowed ? ids : [...verdict.fix];
}

function wishOf(plan: SeatPlan, near: readonly SeatId[]): Wish {
  const seats = plan.seats.filter((seat) => near.includes(seat.id));
  if (seats.length === 0) return { point: plan.focalPoint, coupleSeats: 0 };
  return { point: centre(seats), coupleSeats: seats.filter(isCouple).length };
}

function adjacent(runs: readonly Run[], count: number, wish: Wish): readonly Unit[] | undefined {
  return cheapest(
    runs.flatMap((run) => allowedPlacements(run, count)),
    ({ placement, stranded }) => {
      const units = unitsOf(placement);
      return [coupleMismatch(units, wish), Math.min(stranded, 1), meanDistance(units, wish.point)];
    },
    ({ placement }) => unitsOf(placement),
  );
}

/** Splits the party once, the parts in neighbouring rows with at least one seat straight behind another; the more even, the better. */
function inTwoRows(runs: readonly Run[], count: number, wish: Wish): readonly Unit[] | undefined {
  const pairs: { units: readonly Unit[]; uneven: number; stranded: number }[] = [];
  for (let first = 1; first < count; first++) {
    const behind = runs.flatMap((run) => allowedPlacements(run, count - first));
    for (const one of runs.flatMap((run) => allowedPlacements(run, first))) {
      for (const other of behind) {
        if (!inLine(one.placement, other.placement)) continue;
        const units = [...unitsOf(one.placement), ...unitsOf(other.placement)];
        pairs.push({ units, uneven: Math.abs(count - 2 * first), stranded: one.stranded + other.stranded });
      }
    }
  }
  return cheapest(
    pairs,
    ({ units, uneven, stranded }) => [
      coupleMismatch(units, wish),
      Math.min(stranded, 1),
      uneven + meanDistance(units, wish.point) + meanDistance(units, centre(seatsOf(units))),
    ],
    ({ units }) => units,
  );
}

function inLine(front: Placement, back: Placement): boolean {
  if (back.run.y !== front.run.y + 1) return false;
  const [frontLeft, frontRight] = columns(front);
  const [backLeft, backRight] = columns(back);
  return frontLeft <= backRight && backLeft <= frontRight;
}

function columns(placement: Placement): readonly [first: number, last: number] {
  const seats = seatsOf(unitsOf(placement));
  return [seats[0]?.x ?? 0, seats.at(-1)?.x ?? 0];
}

/** One unit after the other, each the nearest to those already chosen. Couple seats only when nothing else is left, or when they were wished for. */
function nearest(runs: readonly Run[], count: number, wish: Wish): readonly Unit[] {
  const left = runs.flatMap((run) => run.units);
  const chosen: Unit[] = [];
  while (seatCount(chosen) < count) {
    const missing = count - seatCount(chosen);
    const around = chosen.length === 0 ? wish.point : centre(seatsOf(chosen));
    const next = cheapest(
      left.filter((unit) => unit.seats.length <= missing && !chosen.includes(unit)),
      (unit) => [coupleMismatch([...chosen, unit], wish), meanDistance([unit], around)],
      (unit) => [unit],
    );
    if (next === undefined) return [];
    chosen.push(...next);
  }
  return chosen;
}

function cheapest<Candidate>(
  candidates: readonly Candidate[],
  costOf: (candidate: Candidate) => readonly number[],
  unitsIn: (candidate: Candidate) => readonly Unit[],
): readonly Unit[] | undefined {
  let best: { candidate: Candidate; cost: readonly number[] } | undefined;
  for (const candidate of candidates) {
    const cost = costOf(candidate);
    const difference = best === undefined ? -1 : (cost.map((value, index) => value - (best?.cost[index] ?? 0)).find((delta) => delta !== 0) ?? 0);
    if (difference < 0) best = { candidate, cost };
  }
  return best === undefined ? undefined : unitsIn(best.candidate);
}

function coupleMismatch(units: readonly Unit[], wish: Wish): number {
  return Math.abs(seatsOf(units).filter(isCouple).length - wish.coupleSeats);
}

function isCouple(seat: PlanSeat): boolean {
  return seat.kind === 'couple-left' || seat.kind === 'couple-right';
}

function seatsOf(units: readonly Unit[]): PlanSeat[] {
  return units.flatMap((unit) => unit.seats);
}

function centre(seats: readonly PlanSeat[]): Point {
  const sum = seats.reduce((total, seat) => ({ x: total.x + seat.x, y: total.y + seat.y }), { x: 0, y: 0 });
  return { x: sum.x / seats.length, y: sum.y / seats.length };
}

function meanDistance(units: readonly Unit[], point: Point): number {
  const seats = seatsOf(units);
  return seats.reduce((sum, seat) => sum + Math.hypot(seat.x - point.x, ROW_PITCH * (seat.y - point.y)), 0) / seats.length;
}
