import type { LobbyChecker, LobbyCheckerContext } from '../observation.ts';

/** T2: seats are not given free while somebody may pay for them, and not while paid money is neither tickets nor on its way back. */
export function seatsStayUnderPayment({ world, broken }: LobbyCheckerContext): LobbyChecker {
  return {
    name: 'T2',
    promise: 'Seats are never given free while their payment is open, or paid and not on its way back.',
    office: (freed) => {
      for (const holdId of freed) {
        for (const order of world.books.orders.values()) {
          if (order.holdId !== holdId) continue;
          for (const { merchantOrder } of [...world.books.attempts.values()].filter(({ orderId }) => orderId === order.id)) {
            const charge = world.charge(merchantOrder);
            if (charge?.isKnown !== true) continue;
            const isOpen = charge.state === 'open' || charge.state === 'user-paying';
            const isReturning = order.status === 'refunding' || order.status === 'refunded' || charge.returned >= charge.amount;
            if (isOpen || (charge.state === 'paid' && !isReturning && order.status !== 'cancelled')) {
              broken(`the seats of order ${order.id} (${order.status}) were given free while ${merchantOrder} was ${charge.state}`);
            }
          }
        }
      }
    },
  };
}
