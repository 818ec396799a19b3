import type { LobbyChecker, LobbyCheckerContext } from '../observation.ts';

/** M5: after everything is well, the kiosks' journals, the box office's orders and the provider's books come to the same sums. */
export function booksAgree({ world, broken }: LobbyCheckerContext): LobbyChecker {
  return {
    name: 'M5',
    promise: 'The journals of the kiosks, the orders of the box office and the books of the provider come to the same sums.',
    finished: () => {
      const confirmed = [...world.books.orders.values()].filter(({ status }) => status === 'confirmed');
      const sold = sum(confirmed.map(({ total }) => total.minor));
      const kept = sum(world.charges().map(({ state, amount, returned }) => (state === 'paid' ? amount - returned : 0)));
      if (sold !== kept) {
        broken(`the box office has sold for ${sold}, and the provider keeps ${kept}`);
        return;
      }
      for (const { machine, sales, wasRestored } of world.kiosks) {
        // A disk that was replaced does not know what was sold after it was copied.
        if (wasRestored()) continue;
        const journal = sum(sales().map(({ ending, total }) => (ending === 'paid' ? total : 0)));
        const here = sum(confirmed.filter((order) => order.machine === machine).map(({ total }) => total.minor));
        if (journal !== here) {
          broken(`the journal of ${machine} comes to ${journal}, and its orders at the box office to ${here}`);
          return;
        }
      }
    },
  };
}

const sum = (figures: readonly number[]): number => figures.reduce((total, each) => total + each, 0);
