import type { Ledger } from '../ledger/ledger.ts';
import type { StaffRecord } from './staff-file.ts';

/** Tells every change of the staff, made by `foyer staff` or by whoever else can write the file, in the audit of the machine. */
export interface StaffAudit {
  tellChanges(now: readonly StaffRecord[]): void;
}

interface ToldRow {
  readonly name: string;
  readonly role: string;
  readonly credential: string;
}

export function createStaffAudit({ database, transaction, append }: Pick<Ledger, 'database' | 'transaction' | 'append'>): StaffAudit {
  const all = database.prepare<[], ToldRow>('SELECT name, role, credential FROM staff_told');
  const clear = database.prepare('DELETE FROM staff_told');
  const insert = database.prepare<[ToldRow]>('INSERT INTO staff_told (name, role, credential) VALUES (:name, :role, :credential)');
  return {
    tellChanges: (now) => {
      const before = new Map(all.all().map((row) => [row.name, row]));
      const details = [
        ...now.flatMap(({ name, role, salt }) => {
          const old = before.get(name);
          if (old === undefined) return [`added ${name} (${role})`];
          return [...(old.role === role ? [] : [`${name} is ${role} now`]), ...(old.credential === salt ? [] : [`${name} has a new PIN`])];
        }),
        ...[...before.keys()].filter((name) => !now.some((member) => member.name === name)).map((name) => `removed ${name}`),
      ];
      if (details.length === 0) return;
      transaction(() => {
        clear.run();
        for (const { name, role, salt } of now) insert.run({ name, role, credential: salt });
        for (const detail of details) append({ t: 'audit', d: { action: 'staff-changed', by: 'staff-file', detail } });
      });
    },
  };
}
