import type { MachineTime } from '#core/ports/clock.ts';
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

/**
 * The name of this start of the machine. A ledger that was salvaged may lack what was done under it, as an older copy does; and where the system has no name for
 * a start of its own, every start of the program counts as one.
 */
export function nameOfStart({ boot, salvaged }: Pick<Ledger, 'boot' | 'salvaged'>, machine: MachineTime): string {
  return (salvaged === undefined ? machine.read()?.boot : undefined) ?? boot;
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
