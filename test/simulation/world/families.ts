import { LIMITS } from '#core/base/limits.ts';
import { minutes, seconds } from '#core/base/time.ts';
import type { Prng } from '../kernel/prng.ts';
import { phoneText, STOCK_TICKETS, type StockTicket } from './cinema.ts';
import type { Guests } from './guests.ts';
import type { Sales } from './sales.ts';
import type { Stage, StageLane } from './stage.ts';

/**
 * Children and their grown-ups, of shows to which no child goes alone. The child runs ahead, or comes after, or shows its ticket at the next gate while the
 * grown-up shows hers; the grown-up goes in by another gate, or does not get through, or leaves again.
 */
export function planFamilies(stage: Stage, guests: Guests, chance: Prng, sales: Sales, from: number, end: number): void {
  const { timeline } = stage;
  const ways = (direction: 'entry' | 'exit'): readonly StageLane[] => stage.lanes.filter(({ plan }) => plan.direction === direction);
  const [entries, exits] = [ways('entry'), ways('exit')];
  /** Drawn apart, so that everybody else of a seed does what he did. */
  const atOnce = chance.fork('at once');
  const present = (lane: StageLane, ticket: StockTicket, what: string): void => {
    const isPhone = ticket.row.forms === 'rotating';
    guests.present(lane, ticket, isPhone ? phoneText(ticket, timeline.now()) : ticket.paper, what);
  };
  const show = (lanes: readonly StageLane[], ticket: StockTicket, what: string): StageLane | undefined => {
    if (lanes.length === 0) return undefined;
    const lane = chance.pick(lanes);
    present(lane, ticket, what);
    return lane;
  };
  const later = (at: number, action: () => void): void => {
    if (at < end) timeline.at(at, 'a family', action);
  };
  /** The answer of a third gate does not arrive: what `asking` is about to do stays open for as long as a claim may. */
  const leaveUnanswered = (asking: string, beside: string): void => {
    const third = stage.machines.find(({ machine }) => machine !== asking && machine !== beside);
    if (third === undefined) return;
    stage.network.cut(third.machine, asking);
    timeline.at(timeline.now() + seconds(1), 'a way is mended', () => stage.network.mend(third.machine, asking));
  };
  const come = (child: StockTicket, grownUp: StockTicket, at: number): void => {
    if (chance.chance(0.5)) later(at, () => show(entries, child, 'child runs ahead'));
    const inside = at + chance.between(seconds(3), seconds(20));
    later(inside, () => {
      const lane = show(entries, grownUp, 'grown-up of a child');
      const next = entries.filter(({ machine }) => machine !== lane?.machine);
      if (lane === undefined || next.length === 0 || !atOnce.chance(0.5)) return;
      const beside = atOnce.pick(next);
      if (stage.plan.faults.has('one-way-cut')) leaveUnanswered(lane.machine, beside.machine);
      later(timeline.now() + atOnce.between(0, LIMITS.site.claimBudget), () => present(beside, child, 'child at the next gate'));
    });
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
