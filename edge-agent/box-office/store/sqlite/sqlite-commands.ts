import type { CommandRecord } from '#core/box-office/command-record.ts';
import type { Database } from '../../../store/database.ts';
import type { Commands } from '../box-office-store.ts';

/** Commands to machines in SQLite, in the order of their counter. */
export function sqliteCommands(database: Database): Commands {
  const find = database.prepare<[string], string>('SELECT record FROM machine_command WHERE id = ?').pluck();
  const findByKey = database.prepare<[string], string>('SELECT record FROM machine_command WHERE key = ?').pluck();
  const put = database.prepare<[number, string, string, string]>(
    'INSERT INTO machine_command (n, id, key, record) VALUES (?, ?, ?, ?) ON CONFLICT (n) DO UPDATE SET record = excluded.record',
  );
  const newest = database.prepare<[number], string>('SELECT record FROM machine_command ORDER BY n DESC LIMIT +?').pluck();
  const prune = database.prepare<[number]>('DELETE FROM machine_command WHERE n <= (SELECT n FROM machine_command ORDER BY n DESC LIMIT 1 OFFSET ?)');
  const read = (text: string): CommandRecord => JSON.parse(text) as CommandRecord;
  const one = (text: string | undefined): CommandRecord | undefined => (text === undefined ? undefined : read(text));
  return {
    find: async (id) => one(find.get(id)),
    findByKey: async (key) => one(findByKey.get(key)),
    put: async (record) => {
      put.run(record.command.n, record.command.id, record.key, JSON.stringify(record));
    },
    newest: async (limit) => newest.all(limit).map(read),
    prune: async (keep) => {
      prune.run(keep);
    },
  };
}
