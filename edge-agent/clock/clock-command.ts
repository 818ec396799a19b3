import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Instant, instant, toIso } from '#core/base/time.ts';
import type { Clock, Random } from '#core/ports/clock.ts';
import type { CommandOutcome } from '../command.ts';
import { openLedger } from '../ledger/ledger.ts';
import { lockDataFolder } from '../store/data-folder-lock.ts';

/** `foyer clock reset`: the only way back for a machine whose box office has once told a time that was days ahead. A person's decision, so it is audited. */

export const CLOCK_USAGE = `  foyer clock reset                                forgets the time that the box office has told (the agent must be stopped)
`;

export interface ClockCommandParts {
  /** The data folder, which exists. */
  readonly data: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** @throws FaultError `E-STO-BUSY` the agent runs, and as `openLedger` does */
export function runClockCommand(words: readonly string[], { data, clock, random }: ClockCommandParts): CommandOutcome {
  const [action, ...more] = words;
  if (action !== 'reset' || more.length > 0) return { exit: 64, text: `This is how it goes:\n${CLOCK_USAGE}` };
  const path = join(data, 'ledger.db');
  if (!existsSync(path)) return { exit: 65, text: `There is no ledger in ${data}. Nothing was changed.` };
  const lock = lockDataFolder(data);
  try {
    const ledger = openLedger(path, { clock, random, boot: randomUUID().replaceAll('-', '').slice(0, 16) });
    try {
      const told = newestTold(ledger.database);
      if (told === undefined) return { exit: 0, text: 'The box office has told this machine no time. Nothing was changed.' };
      ledger.transaction(() => {
        // What the data were confirmed at counts as a time that the box office has signed; they are fetched again.
        ledger.database.exec('DELETE FROM clock; DELETE FROM validity_change; DELETE FROM validity_state');
        ledger.append({
          t: 'audit',
          d: { action: 'clock-jumped', by: 'terminal', detail: `a person made this machine forget the time ${toIso(told)}` },
        });
      });
      return {
        exit: 0,
        text: `Forgotten: ${toIso(told)}. At its next start the machine asks the box office for the time and for the validity data; until then its gates refuse.`,
      };
    } finally {
      ledger.close();
    }
  } finally {
    lock.release();
  }
}

function newestTold(database: ReturnType<typeof openLedger>['database']): Instant | undefined {
  const newest = database
    .prepare<[], number | null>('SELECT max(at) FROM (SELECT earliest AS at FROM clock UNION ALL SELECT confirmed_at FROM validity_state)')
    .pluck()
    .get();
  return newest == null ? undefined : instant(newest);
}
