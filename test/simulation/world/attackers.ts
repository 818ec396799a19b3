import { seconds } from '#core/base/time.ts';
import type { Prng } from '../kernel/prng.ts';
import { BAD_TICKETS, phoneText, type StockTicket } from './cinema.ts';
import { bytesOf, type Guests } from './guests.ts';
import type { Sales } from './sales.ts';
import type { Stage } from './stage.ts';

/** Those who would like to get in without paying. Who restores disks and sets clocks is among the accidents, because it looks the same. */
export function planAttacks(
  stage: Stage,
  guests: Guests,
  chance: Prng,
  { sold, ended }: Pick<Sales, 'sold' | 'ended'>,
  from: number,
  end: number,
): void {
  const { timeline, plan } = stage;
  const entries = stage.lanes.filter(({ plan: lane }) => lane.direction === 'entry');
  const often = (name: Parameters<Stage['plan']['faults']['has']>[0], times: number, attack: () => void): void => {
    if (!plan.faults.has(name)) return;
    for (let count = times; count > 0; count--) timeline.at(chance.between(from, end), `attack: ${name}`, attack);
  };
  const victim = (): StockTicket | undefined => (sold().length === 0 ? undefined : chance.pick(sold()));

  /** One code at every gate, at the same moment or a little later. */
  often('replay', 12, () => {
    const ticket = victim();
    if (ticket === undefined) return;
    stage.reached('replay');
    const text = ticket.row.forms === 'rotating' ? phoneText(ticket, timeline.now()) : ticket.paper;
    const spread = chance.pick([0, 5, 60, 3_000]);
    for (const lane of entries) {
      timeline.at(timeline.now() + chance.uniform() * spread, 'replay', () => guests.present(lane, ticket, text, 'shows a copy'));
    }
  });
  /** A picture of a phone's code, shown by somebody else while it is young, and later. */
  often('screenshot', 8, () => {
    const ticket = sold().find(({ row }) => row.forms !== 'paper' && chance.chance(0.3));
    if (ticket === undefined) return;
    stage.reached('screenshot');
    const text = phoneText(ticket, timeline.now());
    const lane = chance.pick(entries);
    guests.present(lane, ticket, text, 'shows a phone');
    timeline.at(timeline.now() + chance.between(seconds(4), seconds(20)), 'screenshot', () => guests.present(lane, ticket, text, 'shows a picture'));
    timeline.at(timeline.now() + chance.between(seconds(50), seconds(300)), 'screenshot', () =>
      guests.present(lane, ticket, text, 'shows an old picture'),
    );
  });
  /** In with a phone, out again, and a friend in with a picture of it before it has changed. */
  often('screenshot', 6, () => {
    const ticket = sold().find(({ row, show }) => show.reentry && row.forms !== 'paper' && row.admits === 1 && chance.chance(0.4));
    const exit = stage.lanes.find(({ plan: lane }) => lane.direction === 'exit');
    if (ticket === undefined || exit === undefined) return;
    const text = phoneText(ticket, timeline.now());
    guests.present(chance.pick(entries), ticket, text, 'shows a phone');
    timeline.at(timeline.now() + chance.between(seconds(3), seconds(5)), 'screenshot', () => guests.present(exit, ticket, ticket.paper, 'goes out'));
    timeline.at(timeline.now() + chance.between(seconds(7), seconds(11)), 'screenshot', () =>
      guests.present(chance.pick(entries), ticket, text, 'shows a picture'),
    );
  });
  /** A machine is made to start anew, and is then offered what the box office had signed at the opening; tickets that were good then are shown. */
  const old = chance.fork('old data');
  if (plan.faults.has('old-data')) {
    for (let count = 2; count > 0; count--) {
      timeline.at(old.between((from + end) / 2, end), 'attack: old-data', () => {
        const lane = old.pick(entries);
        const machine = stage.machines.find((each) => each.machine === lane.machine);
        const tickets = ended().slice(-6);
        if (machine === undefined || tickets.length === 0) return;
        stage.reached('old-data');
        stage.offerOldData(lane.machine, seconds(40));
        machine.kill(false, seconds(1));
        for (const [index, ticket] of tickets.entries()) {
          timeline.at(timeline.now() + seconds(8 + 4 * index), 'old data', () =>
            guests.present(lane, ticket, ticket.paper, 'shows what was good once'),
          );
        }
      });
    }
  }
  const showNothing = (bytes: Uint8Array, what: string): void =>
    chance
      .pick(entries)
      .present(bytes, { ticketId: undefined, admits: 0, reentry: false, window: undefined, escorts: undefined, isChanging: false, what });
  often('forge', 5, () => {
    stage.reached('forge');
    showNothing(bytesOf(BAD_TICKETS.forged), 'shows a forgery');
  });
  often('bit-flip', 6, () => {
    const ticket = victim();
    if (ticket === undefined) return;
    stage.reached('bit-flip');
    const bytes = bytesOf(ticket.paper);
    const at = chance.int(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.int(8));
    showNothing(bytes, 'shows a ticket with one bit changed');
  });
}
