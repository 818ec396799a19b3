import { minutes, seconds } from '#core/base/time.ts';
import type { Prng } from '../kernel/prng.ts';
import { BAD_TICKETS, OPENING, phoneText, type StockTicket } from './cinema.ts';
import type { Stage, StageLane } from './stage.ts';

/** Guests: they come when they may, or too early or too late, try again when the gate stays shut, go out for popcorn and come back. */
export interface Guests {
  /** Plans all visits of a ticket that was just sold. */
  expect(ticket: StockTicket, soldAt: number): void;
  present(lane: StageLane, ticket: StockTicket, text: string, what: string): void;
}

const MINUTE = minutes(1);

/** @param moved tickets that the box office may give to another show: nobody outside can say which rules a gate holds them against */
export function createGuests(stage: Stage, chance: Prng, end: number, moved: ReadonlySet<StockTicket>): Guests {
  const { timeline } = stage;
  const entries = stage.lanes.filter(({ plan }) => plan.direction === 'entry');
  const exits = stage.lanes.filter(({ plan }) => plan.direction === 'exit');

  const present = (lane: StageLane, ticket: StockTicket, text: string, what: string): void => {
    stage.reached(`guest ${what}`);
    const { row, show } = ticket;
    const isMoved = moved.has(ticket);
    const window = isMoved ? undefined : { from: Date.parse(show.entryFrom), until: Date.parse(show.entryUntil) };
    lane.present(bytesOf(text), {
      ticketId: row.id,
      admits: row.admits,
      reentry: show.reentry || isMoved,
      window,
      escorts: show.escortChildren && row.ticketClass === 'child' && !isMoved ? row.escorts : undefined,
      isChanging: text.startsWith('FR'),
      what,
    });
  };
  const textOf = (ticket: StockTicket): string => {
    if (ticket.foreign !== undefined && chance.chance(0.7)) return ticket.foreign;
    const isRight = !chance.chance(0.03);
    const isPhone = ticket.row.forms === 'rotating' || (ticket.row.forms === 'both' && chance.chance(0.5));
    return isPhone === isRight ? phoneText(ticket, timeline.now()) : ticket.paper;
  };
  const later = (at: number, action: () => void): void => {
    if (at < end) timeline.at(Math.max(timeline.now(), at), 'a guest', action);
  };
  const knock = (ticket: StockTicket, lane: StageLane, triesLeft: number): void => {
    present(lane, ticket, textOf(ticket), 'shows a ticket');
    if (triesLeft === 0) return;
    later(timeline.now() + chance.between(seconds(4), seconds(30)), () => {
      if (!lane.barrier.isOpen()) knock(ticket, chance.chance(0.5) ? lane : chance.pick(entries), triesLeft - 1);
    });
  };
  const leaveAndReturn = (ticket: StockTicket, at: number): void => {
    const exit = exits[0];
    if (exit === undefined) return;
    later(at, () => {
      present(exit, ticket, ticket.paper, 'goes out');
      later(timeline.now() + chance.between(seconds(20), 2 * MINUTE), () => present(chance.pick(entries), ticket, textOf(ticket), 'comes back'));
    });
  };
  const visit = (ticket: StockTicket, at: number): void => {
    const lane = chance.pick(entries);
    const bodies = ticket.row.admits;
    for (let body = 0; body < bodies; body++) {
      later(at + body * chance.between(seconds(2), seconds(8)), () => knock(ticket, lane, chance.chance(0.35) ? 1 + chance.int(2) : 0));
    }
    if (chance.chance(0.2)) leaveAndReturn(ticket, at + chance.between(seconds(30), 2 * MINUTE));
  };

  return {
    present,
    expect: (ticket, soldAt) => {
      const opens = Math.max(soldAt, Date.parse(ticket.show.entryFrom));
      const closes = Math.min(end, Date.parse(ticket.show.entryUntil));
      const draw = chance.uniform();
      if (draw < 0.05) visit(ticket, chance.between(soldAt, Math.max(soldAt + 1, opens)));
      else if (draw < 0.1) visit(ticket, closes + chance.between(0, 5 * MINUTE));
      else visit(ticket, chance.between(opens, Math.max(opens + 1, closes)));
    },
  };
}

/** Everything that is held before a reader and is no ticket of tonight. */
export function planOddities(stage: Stage, chance: Prng, from: number, end: number): void {
  const entries = stage.lanes.filter(({ plan }) => plan.direction === 'entry');
  const digits = (head: string, length: number): string => head + Array.from({ length: length - head.length }, () => chance.int(10)).join('');
  const kinds: readonly (readonly [string, () => string])[] = [
    ['payment code', () => digits('13', 18)],
    ['pick-up code', () => digits('4', 12)],
    ['member card', () => digits('1380', 11)],
    ['a text', () => 'HELLO'],
    ['a web address', () => 'https://example.org/a'],
    ['control characters', () => 'FY1:\u0000\u0007\u001b[2J'],
    ["another cinema's code", () => digits('36090799', 180)],
    ['a code of the national platform', () => digits('36090702', 180)],
    ['SQL', () => "FY1:'; DROP TABLE admission; --"],
    ['a key that has ended', () => BAD_TICKETS['ended-key']],
    ['another site', () => BAD_TICKETS['other-site']],
    ['a ticket that was never sold', () => BAD_TICKETS.unsold],
    ['a ticket too young for the data', () => BAD_TICKETS.young],
  ];
  for (let count = 4 + chance.int(8); count > 0; count--) {
    stage.timeline.at(chance.between(from, end), 'something odd', () => {
      const [what, make] = chance.pick(kinds);
      stage.reached(`guest shows ${what}`);
      chance
        .pick(entries)
        .present(bytesOf(make()), { ticketId: undefined, admits: 0, reentry: false, window: undefined, escorts: undefined, isChanging: false, what });
    });
  }
}

export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Minutes of the evening in which the doors see guests. */
export const EVENING_MINUTES = 6;
export const EVENING_END = OPENING + EVENING_MINUTES * MINUTE;
