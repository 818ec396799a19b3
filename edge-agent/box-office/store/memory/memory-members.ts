import { assert } from '#core/base/fault.ts';
import type { MemberEntry, MemberRecord } from '#core/box-office/member-account.ts';
import type { Members } from '../box-office-store.ts';
import { createJournaledMap, type UndoJournal } from './journaled-map.ts';

export function memoryMembers(journal: UndoJournal): Members {
  const members = createJournaledMap<string, MemberRecord>(journal);
  /** By reference, in the order of their coming. */
  const entries = createJournaledMap<string, MemberEntry>(journal);
  const ofMember = (id: string): readonly MemberEntry[] => entries.values().filter(({ memberId }) => memberId === id);
  return {
    find: async (id) => members.get(id),
    findByCard: async (card) => members.values().find((member) => member.card === card),
    put: async (member) => {
      const twin = members.values().find((other) => other.id !== member.id && other.card === member.card);
      assert(twin === undefined, 'a card belongs to one member');
      members.set(member.id, member);
    },
    balance: async (id) => ofMember(id).reduce((sum, { minor }) => sum + minor, 0),
    entries: async (id) => ofMember(id),
    append: async (entry) => {
      if (entries.get(entry.reference) !== undefined) return false;
      assert(members.get(entry.memberId) !== undefined, 'an entry is of a member');
      entries.set(entry.reference, entry);
      return true;
    },
    count: async () => members.values().length,
  };
}
