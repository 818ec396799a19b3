import type { CommandRecord } from '#core/box-office/command-record.ts';
import type { Commands } from '../box-office-store.ts';
import { createJournaledMap, type UndoJournal } from './journaled-map.ts';

export function memoryCommands(journal: UndoJournal): Commands {
  const records = createJournaledMap<number, CommandRecord>(journal);
  const newest = (): CommandRecord[] => records.values().sort((a, b) => b.command.n - a.command.n);
  return {
    find: async (id) => records.values().find(({ command }) => command.id === id),
    findByKey: async (key) => records.values().find((record) => record.key === key),
    put: async (record) => {
      records.set(record.command.n, record);
    },
    newest: async (limit) => newest().slice(0, limit),
    prune: async (keep) => {
      for (const { command } of newest().slice(keep)) records.delete(command.n);
    },
  };
}
