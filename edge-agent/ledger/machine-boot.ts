import type { Ledger } from './ledger.ts';

/**
 * Which start of the machine (not of the program) this ledger was last used in. While a machine runs nobody exchanges its disk; after it was off the ledger may
 * be an older copy of itself, and knows nothing of what was done after the copy was made.
 */
export interface MachineBoot {
  /** Whether the machine was off since the ledger was used, or nobody can tell. */
  wasOff(boot: string): boolean;
  /** Inside a transaction. */
  keep(boot: string): void;
}

export function createMachineBoot({ database }: Pick<Ledger, 'database'>): MachineBoot {
  const read = database.prepare<[], string>(`SELECT value FROM meta WHERE name = 'machine-boot'`).pluck();
  const write = database.prepare<[string]>(`INSERT OR REPLACE INTO meta (name, value) VALUES ('machine-boot', ?)`);
  return {
    wasOff: (boot) => read.get() !== boot,
    keep: (boot) => {
      if (read.get() !== boot) write.run(boot);
    },
  };
}
