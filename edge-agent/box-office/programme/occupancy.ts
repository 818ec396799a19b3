import type { SeatPlan } from '#core/contract/box-office/programme.ts';
import type { SeatId } from '#core/contract/identifiers.ts';
import type { Chance } from './chance.ts';

/**
 * Seats that others have bought already, in the way people choose: in groups, near the middle two thirds back, rarely right beside strangers. The picture
 * is invented, but looks like one from a cinema and leaves plenty free.
 */
export interface Crowd {
  /** Share of seats to fill, 0 to 1. */
  readonly fullness: number;
  readonly chance: Chance;
}

/** How many come together, the likeliest first. */
const GROUPS = [
  { size: 2, weight: 55 },
  { size: 1, weight: 16 },
  { size: 3, weight: 16 },
  { size: 4, weight: 11 },
  { size: 5, weight: 2 },
] as const;

interface Column {
  readonly id: SeatId;
  readonly x: number;
  readonly y: number;
  taken: boolean;
}

/** Ids of the sold seats. `closed` seats (house, broken) are never among them, nor are wheelchair and companion places. */
export function soldSeats(plan: SeatPlan, closed: ReadonlySet<string>, { fullness, chance }: Crowd): SeatId[] {
  const rows = ordinaryRows(plan, closed);
  const couples = coupleSeats(plan, closed);
  const wanted = Math.round(plan.seats.length * fullness);
  const sold: SeatId[] = [];
  // Every try takes a few seats or none; four tries a seat are far more than a plan can need.
  for (let tries = plan.seats.length * 4; tries > 0 && sold.length < wanted; tries--) {
    const left = wanted - sold.length;
    if (couples.length > 0 && left >= 2 && chance.next() < 0.08) sold.push(...couples.splice(chance.below(couples.length), 1).flat());
    else sold.push(...seatGroup(rows, plan, left, chance));
  }
  return sold;
}

/** Seats one group side by side in a likely row, as near to a likely place as it can sit; nobody when the row has no such room. */
function seatGroup(rows: readonly Column[][], plan: SeatPlan, left: number, chance: Chance): SeatId[] {
  const group = chance.pick(GROUPS, ({ size, weight }) => (size <= left ? weight : 0));
  const row = chance.pick(rows, ([first]) => (first === undefined ? 0 : 1 / (1 + ((first.y - plan.focalPoint.y) / 3) ** 2)));
  if (group === undefined || row === undefined) return [];
  // The sum of three is most often near the middle.
  const place = plan.focalPoint.x + ((chance.next() + chance.next() + chance.next()) / 1.5 - 1) * plan.width * 0.62;
  let best: { seats: Column[]; cost: number } | undefined;
  for (let from = 0; from + group.size <= row.length; from++) {
    const seats = row.slice(from, from + group.size);
    const [first] = seats;
    const last = seats.at(-1);
    if (first === undefined || last === undefined || last.x - first.x !== group.size - 1 || seats.some((seat) => seat.taken)) continue;
    const cost = Math.abs((first.x + last.x) / 2 - place) + 2 * loneNeighbours(row, from, group.size);
    if (best === undefined || cost < best.cost) best = { seats, cost };
  }
  for (const seat of best?.seats ?? []) seat.taken = true;
  return best?.seats.map((seat) => seat.id) ?? [];
}

/** Free seats that would be left alone beside the group: one-seat gaps look as odd in the picture as they do in a house. */
function loneNeighbours(row: readonly Column[], from: number, size: number): number {
  const isFree = (index: number, beside: number): boolean => {
    const seat = row[index];
    const next = row[beside];
    return seat !== undefined && next !== undefined && !seat.taken && Math.abs(seat.x - next.x) === 1;
  };
  const left = isFree(from - 1, from) && !isFree(from - 2, from - 1) ? 1 : 0;
  const right = isFree(from + size, from + size - 1) && !isFree(from + size + 1, from + size) ? 1 : 0;
  return left + right;
}

function ordinaryRows(plan: SeatPlan, closed: ReadonlySet<string>): Column[][] {
  const rows: Column[][] = Array.from({ length: plan.height }, () => []);
  for (const { id, x, y, kind } of plan.seats) if (kind === 'standard' && !closed.has(id)) rows[y]?.push({ id, x, y, taken: false });
  return rows.map((row) => row.sort((a, b) => a.x - b.x)).filter((row) => row.length > 0);
}

function coupleSeats(plan: SeatPlan, closed: ReadonlySet<string>): SeatId[][] {
  return plan.seats.flatMap((left) => {
    const right = left.kind === 'couple-left' ? plan.seats.find((seat) => seat.y === left.y && seat.x === left.x + 1) : undefined;
    return right === undefined || closed.has(left.id) || closed.has(right.id) ? [] : [[left.id, right.id]];
  });
}
