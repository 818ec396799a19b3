import { type ReadonlySignal, signal } from '@preact/signals';
import { unreachable } from '#core/base/fault.ts';
import type { FoundTicket, SearchKind } from '#core/contract/local/usher.ts';
import { failureWords } from './refusal-words.ts';
import type { Usher } from './usher.ts';

export type SearchResult =
  | { readonly at: 'nothing' }
  | { readonly at: 'asking' }
  | { readonly at: 'found'; readonly tickets: readonly FoundTicket[]; readonly kind: SearchKind };

/** Finds tickets whose code cannot be read. */
export interface Search {
  readonly query: ReadonlySignal<string>;
  readonly result: ReadonlySignal<SearchResult>;
  type(query: string): void;
  find(): Promise<void>;
}

export function createSearch(usher: Usher): Search {
  const query = signal('');
  const result = signal<SearchResult>({ at: 'nothing' });
  let asked = 0;
  return {
    query,
    result,
    type: (next) => {
      query.value = next;
    },
    find: async () => {
      const wanted = query.value.trim();
      if (wanted === '') return;
      const mine = ++asked;
      result.value = { at: 'asking' };
      const answer = await usher.agent.call('searchTickets', { body: { query: wanted } });
      // Of two questions only the last one is answered on the screen.
      if (mine !== asked) return;
      switch (answer.kind) {
        case 'done':
          result.value = { at: 'found', ...answer.value };
          return;
        case 'refused':
          result.value = { at: 'nothing' };
          usher.hearRefusal(answer.refusal);
          return;
        case 'problem':
        case 'unreachable':
          result.value = { at: 'nothing' };
          usher.tell(failureWords(answer), 'bad');
          return;
        default:
          unreachable(answer);
      }
    },
  };
}
