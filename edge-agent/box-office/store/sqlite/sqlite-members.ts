import type { MemberEntry, MemberRecord } from '#core/box-office/member-account.ts';
import type { Database } from '../../../store/database.ts';
import type { Members } from '../box-office-store.ts';

/** Members and the entries of their accounts in SQLite. The schema refuses to change or remove an entry. */
export function sqliteMembers(database: Database): Members {
  const find = database.prepare<[string], string>('SELECT record FROM member WHERE id = ?').pluck();
  const findByCard = database.prepare<[string], string>('SELECT record FROM member WHERE card = ?').pluck();
  const put = database.prepare<[string, string, string]>(
    'INSERT INTO member (id, card, record) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET card = excluded.card, record = excluded.record',
  );
  const count = database.prepare<[], number>('SELECT count(*) FROM member').pluck();
  const balance = database.prepare<[string], number>('SELECT coalesce(sum(minor), 0) FROM member_entry WHERE member_id = ?').pluck();
  const entries = database.prepare<[string], string>('SELECT record FROM member_entry WHERE member_id = ? ORDER BY position').pluck();
  const append = database.prepare<[string, string, number, string]>(
    'INSERT INTO member_entry (member_id, reference, minor, record) VALUES (?, ?, ?, ?) ON CONFLICT (reference) DO NOTHING',
  );
  const memberOf = (text: string | undefined) => (text === undefined ? undefined : (JSON.parse(text) as MemberRecord));
  return {
    find: async (id) => memberOf(find.get(id)),
    findByCard: async (card) => memberOf(findByCard.get(card)),
    put: async (member) => {
      put.run(member.id, member.card, JSON.stringify(member));
    },
    balance: async (id) => balance.get(id) ?? 0,
    entries: async (id) => entries.all(id).map((text) => JSON.parse(text) as MemberEntry),
    append: async (entry) => append.run(entry.memberId, entry.reference, entry.minor, JSON.stringify(entry)).changes === 1,
    count: async () => count.get() ?? 0,
  };
}
