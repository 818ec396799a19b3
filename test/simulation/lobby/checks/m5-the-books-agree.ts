import type { OrderRecord } from '#core/box-office/records.ts';
import type { Charge, LobbyChecker, LobbyCheckerContext, LobbyView, StoredSale } from '../observation.ts';

/** M5: after everything is well, the kiosks' journals, the box office's orders and the provider's books come to the same sums. */
export function booksAgree({ world, broken }: LobbyCheckerContext): LobbyChecker {
  return {
    name: 'M5',
    promise: 'The journals of the kiosks, the orders of the box office and the books of the provider come to the same sums.',
    finished: () => {
      const orders = [...world.books.orders.values()];
      // Of one whose terminal took the money back after paper was out, M1 knows.
      const sold = sum(
        orders.filter((order) => order.status === 'confirmed' && world.chargeOf(order)?.byItself !== true).map(({ total }) => total.minor),
      );
      const kept = sum(
        world.charges().map((charge) => (charge.state === 'paid' && !isOpenForAPerson(world, charge) ? charge.amount - charge.returned : 0)),
      );
      if (sold !== kept) {
        broken(`the box office has sold for ${sold}, and the provider keeps ${kept}`);
        return;
      }
      for (const { machine, sales, wasRestored } of world.kiosks) {
        // A disk that was replaced does not know what was sold after it was copied.
        if (wasRestored()) continue;
        // Of one that staff gave back before the kiosk had heard of its money, it has heard of both.
        const isSold = ({ ending, orderId }: StoredSale): boolean =>
          ending === 'paid' || (ending === 'refunded' && orders.some((order) => order.id === orderId && wasSold(order)));
        const journal = sum(sales().map((sale) => (isSold(sale) ? sale.total : 0)));
        // Sold is sold at the kiosk, also when somebody gave it back later.
        const here = sum(orders.filter((order) => order.machine === machine && wasSold(order)).map(({ total }) => total.minor));
        if (journal !== here) {
          broken(`the journal of ${machine} comes to ${journal}, and its orders at the box office to ${here}`);
          return;
        }
      }
    },
  };
}

const sum = (figures: readonly number[]): number => figures.reduce((total, each) => total + each, 0);

const wasSold = ({ status, refund, soldAt }: OrderRecord): boolean => status === 'confirmed' || (soldAt !== undefined && refund !== undefined);

/** Neither sold nor given back yet: a person looks it up at the terminal, or turns it back there. */
function isOpenForAPerson({ books, isLeftToPerson }: LobbyView, { merchantOrder }: Charge): boolean {
  const attempt = books.numbers.get(merchantOrder);
  return attempt !== undefined && ['refunding', 'unknown'].includes(attempt.state.phase) && isLeftToPerson(attempt.key);
}
