import type { OrderStatus } from '#core/contract/box-office/sales.ts';
import type { LobbyChecker, LobbyCheckerContext } from '../observation.ts';

const LIVE: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['unpaid', 'paying', 'payment-unknown', 'confirmed']);

/** T1: a seat is never in two orders that may still have it. */
export function oneOrderForASeat({ world, broken }: LobbyCheckerContext): LobbyChecker {
  return {
    name: 'T1',
    promise: 'No seat is in two orders that may still have it, and no two tickets that are good are for one seat.',
    office: () => {
      const owners = new Map<string, string>();
      for (const { id, showId, lines, status } of world.books.orders.values()) {
        if (!LIVE.has(status)) continue;
        for (const { seatId } of lines) {
          const place = `${showId}/${seatId}`;
          const other = owners.get(place);
          if (other !== undefined) broken(`seat ${place} is in the orders ${other} and ${id}`);
          owners.set(place, id);
        }
      }
    },
    finished: () => {
      const tickets = new Map<string, string>();
      for (const { id, showId, seatId, status } of world.books.tickets.values()) {
        if (status !== 'valid') continue;
        const other = tickets.get(`${showId}/${seatId}`);
        if (other !== undefined) broken(`tickets ${other} and ${id} are for one seat`);
        tickets.set(`${showId}/${seatId}`, id);
      }
    },
  };
}
