import { minutes, seconds } from '#core/base/time.ts';
import type { Prng } from '../kernel/prng.ts';
import { phoneText, STOCK_TICKETS, type StockTicket } from './cinema.ts';
import type { Guests } from './guests.ts';
import type { Sales } from './sales.ts';
import type { Stage, StageLane } from './stage.ts';

/**
 * Children and their grown-ups, of shows to which no child goes alone. The child runs ahead, or comes after; the grown-up goes in by another gate, or does not
 * get through, or leaves again.
 */
export function planFamilies(stage: Stage, guests: Guests, chance: Prng, sales: Sales, from: number, end: number): void {
  const { timeline } = stage;
  const ways = (direction: 'entry' | 'exit'): readonly StageLane[] => stage.lanes.filter(({ plan }) => plan.direction === direction);
  const [entries, exits] = [ways('entry'), ways('exit')];
  const show = (lanes: readonly StageLane[], ticket: StockTicket, what: string): void => {
    if (lanes.length === 0) return;
    const isPhone = ticket.row.forms === 'rotating';
    guests.present(chance.pick(lanes), ticket, isPhone ? phoneText(ticket, timeline.now()) : ticket.paper, what);
  };
  const later = (at: number, action: () => void): void => {
    if (at < end) timeline.at(at, 'a family', action);
  };
  const come = (child: StockTicket, grownUp: StockTicket, at: number): void => {
    if (chance.chance(0.5)) later(at, () => show(entries, child, 'child runs ahead'));
    const inside = at + chance.between(seconds(3), seconds(20));
    later(inside, () => show(entries, grownUp, 'grown-up of a child'));
    const after = inside + chance.between(seconds(1), seconds(20));
    const hasLeft = chance.chance(0.3);
    if (hasLeft) later(inside + chance.between(seconds(10), seconds(20)), () => show(exits, grownUp, 'grown-up goes out'));
    for (
      let tries = 1 + chance.int(3), next = hasLeft ? after + seconds(15) : after;
      tries > 0;
      tries--, next += chance.between(seconds(4), seconds(15))
    ) {
      later(next, () => show(entries, child, 'child comes after'));
    }
  };

  const children = STOCK_TICKETS.filter(
    ({ row, show: { escortChildren } }) => escortChildren && row.ticketClass === 'child' && row.escorts.length > 0,
  );
  for (let count = chance.int(3); count > 0; count--) {
    const child = chance.pick(children);
    const grownUps = STOCK_TICKETS.filter(({ row }) => child.row.escorts.includes(row.id));
    const soldAt = chance.between(from, end - minutes(1));
    timeline.at(soldAt, 'a family buys', () => {
      sales.sellMore([...grownUps, child]);
      come(child, chance.pick(grownUps), timeline.now() + chance.between(seconds(2), seconds(40)));
    });
  }
}
