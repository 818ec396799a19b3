import type { LobbyChecker, LobbyCheckerContext } from '../observation.ts';

/** M2: of one order at most one payment is kept. A second one may have come (a guest who pays an old code), and went back. */
export function oneKeptCharge({ world, broken }: LobbyCheckerContext): LobbyChecker {
  return {
    name: 'M2',
    promise: 'Of one order at most one payment is kept.',
    finished: () => {
      const kept = new Map<string, string>();
      for (const { merchantOrder, state, amount, returned } of world.charges()) {
        if (state !== 'paid' || returned >= amount) continue;
        const orderId = world.books.numbers.get(merchantOrder)?.orderId ?? saleOf(merchantOrder);
        const before = kept.get(orderId);
        if (before !== undefined) broken(`order ${orderId} was paid by ${before} and by ${merchantOrder}, and both are kept`);
        kept.set(orderId, merchantOrder);
      }
    },
  };
}

/** The number of an attempt begins with the sale that it is of. */
const saleOf = (merchantOrder: string): string => merchantOrder.split('-')[0] ?? merchantOrder;
