import { LIMITS } from '#core/base/limits.ts';
import type { Ledger } from './ledger.ts';

/**
 * Which commands of people have been told in the audit. The command itself is kept by the box office's store, afterwards: a program that ends in between is asked
 * for the same command again, and tells it once all the same.
 */
export interface AuditedCommands {
  /**
   * A transaction of its own. `wish` names all that is wanted, in 64 digits.
   * @throws as `Ledger.transaction`
   */
  tell(wish: string, by: string, detail: string): void;
}

const DETAIL_MAX = 200;

export function createAuditedCommands({ database, transaction, append }: Pick<Ledger, 'database' | 'transaction' | 'append'>): AuditedCommands {
  const note = database.prepare<[string]>('INSERT INTO audited_command (wish) VALUES (?) ON CONFLICT DO NOTHING');
  // A key that is older than those of the commands that are remembered is a new command as well.
  const forget = database.prepare<[number]>('DELETE FROM audited_command WHERE position <= (SELECT max(position) FROM audited_command) - ?');
  return {
    tell: (wish, by, detail) => {
      transaction(() => {
        if (note.run(wish).changes === 0) return;
        forget.run(LIMITS.uplink.commandsKept);
        append({ t: 'audit', d: { action: 'command-sent', by, detail: detail.slice(0, DETAIL_MAX) } });
      });
    },
  };
}
