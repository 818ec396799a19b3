import { type PlanSeat, SeatPlan } from '#core/contract/box-office/programme.ts';
import type { SeatId } from '#core/contract/identifiers.ts';

/** What one letter of a drawing stands for. */
const LETTERS: Record<string, { kind: PlanSeat['kind']; state: string }> = {
  F: { kind: 'standard', state: 'F' },
  V: { kind: 'standard', state: 'F' },
  X: { kind: 'standard', state: 'S' },
  H: { kind: 'standard', state: 'H' },
  R: { kind: 'standard', state: 'R' },
  B: { kind: 'standard', state: 'X' },
  '(': { kind: 'couple-left', state: 'F' },
  ')': { kind: 'couple-right', state: 'F' },
  '[': { kind: 'couple-left', state: 'S' },
  ']': { kind: 'couple-right', state: 'S' },
  W: { kind: 'wheelchair', state: 'F' },
  w: { kind: 'wheelchair', state: 'S' },
  C: { kind: 'companion', state: 'F' },
  c: { kind: 'companion', state: 'S' },
};

/**
 * A plan and its states from a drawing, one string a row, front row first: F free, V free in a dearer
 * zone, X sold, H held, R reserved, B broken, () free couple seat, [] sold
 * couple seat, W and C free wheelchair and companion place (small letters: sold), | or a space an aisle. A seat is named after its row and its place in
 * the drawing, both from 0: `0-3` is the fourth letter of the front row.
 */
export function sketch(...rows: readonly string[]): { plan: SeatPlan; states: string } {
  let states = '';
  const seats: unknown[] = [];
  rows.forEach((row, y) => {
    [...row].forEach((letter, x) => {
      const meaning = LETTERS[letter];
      if (meaning === undefined) return;
      const couple = meaning.kind === 'couple-left' || meaning.kind === 'couple-right';
      seats.push({
        id: `${y}-${x}`,
        row: `${y}`,
        number: `${x}`,
        x,
        y,
        zone: couple ? 'couple' : letter === 'V' ? 'premium' : 'standard',
        kind: meaning.kind,
      });
      states += meaning.state;
    });
  });
  const width = Math.max(...rows.map((row) => row.length));
  const plan = SeatPlan.parse({
    screenId: '1',
    name: { zh: '一号厅', en: 'Screen 1' },
    width,
    height: rows.length,
    zones: [
      { id: 'standard', name: { zh: '普通', en: 'Standard' } },
      { id: 'premium', name: { zh: '尊享', en: 'Premium' } },
      { id: 'couple', name: { zh: '情侣', en: 'Couple' } },
    ],
    focalPoint: { x: (width - 1) / 2, y: ((rows.length - 1) * 2) / 3 },
    seats,
  });
  return { plan, states };
}

/** `0-1 0-2` of a sketch, in the plan's own type. */
export function seatIds(plan: SeatPlan, names: string): SeatId[] {
  return names
    .split(' ')
    .filter((name) => name !== '')
    .map((name) => {
      const seat = plan.seats.find((candidate) => candidate.id === name);
      if (seat === undefined) throw new Error(`the sketch has no seat ${name}`);
      return seat.id;
    });
}
