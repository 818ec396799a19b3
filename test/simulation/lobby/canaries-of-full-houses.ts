import type { LobbyCanary } from './canaries.ts';
import { storeWith } from './wrong-store.ts';

/** Wrong parts where members, card terminals and staff come in. */
export const fullHouseCanaries: readonly LobbyCanary[] = [
  {
    name: 'member-refund-lost',
    bug: 'What a member gets back is said to be in the account, and is not.',
    isFull: true,
    make: () => ({
      store: (real) =>
        storeWith(real, ({ members }) => ({
          members: { ...members, append: async (entry) => entry.kind === 'refund' || members.append(entry) },
        })),
    }),
  },
  {
    name: 'goods-denied',
    bug: 'A card terminal hears of goods that came out that they did not.',
    isFull: true,
    make: () => ({
      terminal: (real) => ({
        ...real,
        authorise: (request) => real.authorise({ ...request, decide: () => (request.decide() === 'goods-issued' ? 'not-issued' : 'wait') }),
      }),
    }),
  },
  {
    name: 'reprint-unmarked',
    bug: 'A ticket that is printed once more looks like the first.',
    isFull: true,
    make: () => ({
      printer: (real) => ({
        ...real,
        print: (job) => {
          const blocks = job.document.blocks.map((block) => (block.kind === 'text' ? { ...block, runs: block.runs.slice(0, 1) } : block));
          return real.print({ ...job, document: { ...job.document, blocks } });
        },
      }),
    }),
  },
];
