import { instant, minutes, seconds, toIso } from '#core/base/time.ts';
import type { TicketStanding, ValidityOp, ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { Prng } from '../kernel/prng.ts';
import { codeHashOf, KEYS, SHOWS, STOCK_TICKETS, type StockTicket } from './cinema.ts';
import type { Guests } from './guests.ts';
import type { Stage } from './stage.ts';

/** The box office's evening: tickets are sold, given back, revoked, moved; a show is cancelled; a stolen key leaves the ring. */
export interface Sales {
  sold(): readonly StockTicket[];
  /** Tickets that have lost their standing. */
  ended(): readonly StockTicket[];
  /** Tickets that may be given to another show. */
  moved: ReadonlySet<StockTicket>;
  /** Those of them that are not sold yet. */
  sellMore(tickets: readonly StockTicket[]): void;
  /** Sells the rest in the course of the evening, and lets the guests come. */
  begin(guests: Guests, from: number, end: number): void;
}

const STANDINGS: readonly TicketStanding[] = ['refunded', 'revoked', 'cancelled', 'blocked', 'unpaid', 'not-confirmed'];
/** Guests come more than once, and some tickets bring several: so many scans a ticket. */
const SCANS_A_TICKET = 1.9;

export function planSales(stage: Stage, chance: Prng): Sales {
  const { timeline, plan } = stage;
  const offered = [...STOCK_TICKETS].map((ticket) => ({ ticket, place: chance.uniform() })).sort((a, b) => a.place - b.place);
  const wanted = offered.slice(0, Math.round(plan.scans / SCANS_A_TICKET)).map(({ ticket }) => ticket);
  const early = wanted.slice(0, Math.round(wanted.length * 0.7));
  const late = wanted.slice(early.length);
  const moved = new Set(early.slice(0, 4));
  const sold: StockTicket[] = [];
  const ended: StockTicket[] = [];

  const putTicket = ({ row, foreign }: StockTicket, change: Partial<ValidityTicket> = {}): readonly ValidityOp[] => [
    { op: 'put-ticket', ticket: { ...row, ...change } },
    ...(foreign === undefined ? [] : [{ op: 'put-code', code: { hash: codeHashOf(foreign), ticketId: row.id } } as const]),
  ];
  const sell = (tickets: readonly StockTicket[], alsoFirst: readonly ValidityOp[] = []): void => {
    stage.decide([...alsoFirst, ...tickets.flatMap((ticket) => putTicket(ticket))]);
    sold.push(...tickets);
  };
  sell(
    early,
    SHOWS.map((show) => ({ op: 'put-show', show })),
  );

  const changeStanding = (): void => {
    const ticket = sold[chance.int(sold.length)];
    if (ticket === undefined) return;
    const standing = chance.pick(STANDINGS);
    ended.push(ticket);
    stage.decide(putTicket(ticket, { standing, since: toIso(instant(Math.floor(timeline.now()))) }));
  };
  /** To another show, which makes the old paper worthless. */
  const rebook = (): void => {
    const ticket = chance.pick([...moved]);
    const [show] = SHOWS;
    if (show !== undefined && ticket.show !== show) stage.decide(putTicket(ticket, { showId: show.id }));
  };
  const cancelShow = (): void => {
    const show = SHOWS.at(-1);
    if (show !== undefined) stage.decide([{ op: 'put-show', show: { ...show, cancelled: true } }]);
  };
  const dropStolenKey = (): void => stage.decide([{ op: 'put-keys', keys: [KEYS.current.key, KEYS.ended.key] }]);

  return {
    sold: () => sold,
    ended: () => ended,
    moved,
    sellMore: (tickets) => sell(tickets.filter((ticket) => !sold.includes(ticket))),
    begin: (guests, from, end) => {
      for (const ticket of early) guests.expect(ticket, from);
      for (let at = from + minutes(1), next = 0; next < late.length && at < end; at += chance.between(seconds(15), minutes(1)), next += 2) {
        const order = late.slice(next, next + 2);
        timeline.at(at, 'a sale', () => {
          sell(order);
          for (const ticket of order) guests.expect(ticket, timeline.now() + seconds(20));
        });
      }
      for (let count = 8 + chance.int(10); count > 0; count--) timeline.at(chance.between(from, end), 'a standing changes', changeStanding);
      for (let count = 3; count > 0; count--) timeline.at(chance.between(from, end), 'a ticket is moved', rebook);
      timeline.at(chance.between(from, end), 'a show is cancelled', cancelShow);
      timeline.at(chance.between(from, end), 'a key is taken back', dropStolenKey);
    },
  };
}
