import { instant, milliseconds } from '#core/base/time.ts';
import type { KeptTime } from '#core/clock/interval-clock.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** The one row in which the time outlives the program. */
export interface KeptTimeStore {
  load(): KeptTime | undefined;
  /**
   * The lower bound on the disk never goes back, even when this one is lower.
   * @param jumps told to the box office by the same transaction: who has moved which clock
   * @throws as `Ledger.transaction` does
   */
  save(kept: KeptTime, jumps: readonly string[]): void;
}

interface ClockRow {
  readonly earliest: number;
  readonly latest: number | null;
  readonly boot: string | null;
  readonly uptime_ms: number | null;
}

export function createKeptTimeStore({ database, transaction, append }: Pick<Ledger, 'database' | 'transaction' | 'append'>): KeptTimeStore {
  const read = database.prepare<[], ClockRow>('SELECT earliest, latest, boot, uptime_ms FROM clock WHERE id = 1');
  const write = database.prepare<[ClockRow]>(`
    INSERT INTO clock (id, earliest, latest, boot, uptime_ms) VALUES (1, :earliest, :latest, :boot, :uptime_ms)
    ON CONFLICT (id) DO UPDATE SET earliest = max(earliest, excluded.earliest), latest = excluded.latest, boot = excluded.boot, uptime_ms = excluded.uptime_ms
  `);
  return {
    load: () => {
      const row = read.get();
      if (row === undefined) return undefined;
      const { earliest, latest, boot, uptime_ms } = row;
      return {
        earliest: instant(earliest),
        latest: latest === null ? undefined : instant(latest),
        machine: boot === null || uptime_ms === null ? undefined : { boot, uptime: milliseconds(uptime_ms) },
      };
    },
    save: ({ earliest, latest, machine }, jumps) => {
      transaction(() => {
        write.run({ earliest, latest: latest ?? null, boot: machine?.boot ?? null, uptime_ms: machine?.uptime ?? null });
        for (const detail of jumps) append({ t: 'audit', d: { action: 'clock-jumped', by: 'agent', detail } });
      });
    },
  };
}
