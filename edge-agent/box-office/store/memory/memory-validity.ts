import type { TicketKey, ValidityShow, ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { StoredDelta, Validity, ValidityMark } from '../box-office-store.ts';
import { createJournaledMap, type UndoJournal } from './journaled-map.ts';

export function memoryValidity(journal: UndoJournal): Validity {
  const single = createJournaledMap<'mark', ValidityMark>(journal);
  const ring = createJournaledMap<'keys', readonly TicketKey[]>(journal);
  const tickets = createJournaledMap<string, ValidityTicket>(journal);
  const shows = createJournaledMap<string, ValidityShow>(journal);
  const deltas = createJournaledMap<number, StoredDelta>(journal);
  const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
  const inOrder = (): StoredDelta[] => deltas.values().sort((a, b) => a.version - b.version);
  return {
    mark: async () => single.get('mark'),
    setMark: async (mark) => single.set('mark', mark),
    keys: async () => ring.get('keys') ?? [],
    setKeys: async (keys) => ring.set('keys', keys),
    ticket: async (id) => tickets.get(id),
    putTicket: async (ticket) => tickets.set(ticket.id, ticket),
    dropTicket: async (id) => {
      tickets.delete(id);
    },
    show: async (id) => shows.get(id),
    putShow: async (show) => shows.set(show.id, show),
    dropShow: async (id) => {
      shows.delete(id);
    },
    tickets: async () => tickets.values().sort(byId),
    ticketsOfShow: async (id) =>
      tickets
        .values()
        .filter((ticket) => ticket.showId === id)
        .sort(byId),
    shows: async () => shows.values().sort(byId),
    addDelta: async (delta) => deltas.set(delta.version, delta),
    deltasAfter: async (version, limit) =>
      inOrder()
        .filter((delta) => delta.version > version)
        .slice(0, limit),
    oldestDelta: async () => inOrder()[0]?.version,
    dropDeltasUpTo: async (version) => {
      for (const delta of inOrder()) if (delta.version <= version) deltas.delete(delta.version);
    },
  };
}
