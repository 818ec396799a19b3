import type { LobbyChecker, LobbyCheckerContext } from '../observation.ts';

/** M4: when a ticket comes out of a printer, the provider has the money for it. */
export function nothingPrintedUnpaid({ world, broken }: LobbyCheckerContext): LobbyChecker {
  return {
    name: 'M4',
    promise: 'No ticket is on paper for which the provider does not have the money.',
    paper: ({ ticketId, machine }) => {
      const ticket = world.books.tickets.get(ticketId);
      const order = ticket === undefined ? undefined : world.books.orders.get(ticket.orderId);
      if (order === undefined) {
        broken(`${machine} printed ${ticketId}, which the box office never sold`);
        return;
      }
      const charge = world.chargeOf(order);
      // A terminal that takes its money back while it waits for word of the goods: M1 wants a person to hear of it.
      if (charge?.byItself === true) return;
      if (charge?.state !== 'paid' || charge.returned > 0) {
        broken(
          `${machine} printed ${ticketId} of order ${order.id}, whose payment is ${charge?.state ?? 'not there'}, ${charge?.returned ?? 0} given back`,
        );
      }
    },
  };
}
