import type { Locator } from 'playwright-core';
import type { PlanSeat } from '#core/contract/box-office/programme.ts';
import type { Guest } from './guest.ts';
import { type Counter, type Outing, readSeats } from './orders.ts';

/** A seat on the map, found by the beginning of its name: where it is. */
export function seatButton({ page, words }: Guest, { row, number }: Pick<PlanSeat, 'row' | 'number'>): Locator {
  const name = words.language === 'zh' ? `${row}排${number}座，` : `Row ${row} Seat ${number}, `;
  return page.getByRole('group', { name: words.seatMap }).getByRole('button', { name: new RegExp(`^${name}`) });
}

/** The first two seats of a row of at least five ordinary ones that are all free: whoever takes the second leaves the first alone. */
export async function seatsAtWall(counter: Counter, where: Outing): Promise<readonly [PlanSeat, PlanSeat]> {
  const { plan, picture } = await readSeats(counter, where);
  for (const [index, first] of plan.seats.entries()) {
    const run = plan.seats.filter(
      (seat, at) => seat.y === first.y && seat.x >= first.x && seat.x < first.x + 5 && seat.kind === 'standard' && picture.states[at] === 'F',
    );
    const isAtWall = !plan.seats.some((seat) => seat.y === first.y && seat.x === first.x - 1);
    const second = run.find((seat) => seat.x === first.x + 1);
    if (run.length === 5 && isAtWall && second !== undefined && picture.states[index] === 'F') return [first, second];
  }
  throw new Error('no row with five free seats beside a wall or aisle');
}
