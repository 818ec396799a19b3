import { z } from 'zod';
import { type Instant, instant, toIso } from '#core/base/time.ts';
import { type Closed, CloseWhy } from '#core/contract/local/staff.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Whether staff have taken this kiosk out of service. It outlives a restart: somebody may be at work inside. */
export interface Closure {
  closed(): Closed | undefined;
  /** Inside a transaction. */
  close(by: string, why: CloseWhy, at: Instant): void;
  /** Inside a transaction. */
  open(): void;
}

const Row = z.strictObject({ since: z.int(), by: z.string(), why: CloseWhy });

export function createClosure({ database }: Pick<Ledger, 'database'>): Closure {
  const read = database.prepare<[], unknown>('SELECT since, by, why FROM kiosk_closed');
  const write = database.prepare<[number, string, string]>('INSERT OR REPLACE INTO kiosk_closed (id, since, by, why) VALUES (1, ?, ?, ?)');
  const clear = database.prepare('DELETE FROM kiosk_closed');
  return {
    closed: () => {
      const row = read.get();
      if (row === undefined) return undefined;
      const { since, by, why } = Row.parse(row);
      return { since: toIso(instant(since)), by, why };
    },
    close: (by, why, at) => {
      write.run(at, by, why);
    },
    open: () => {
      clear.run();
    },
  };
}
