import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import type { Clock, Random } from '#core/ports/clock.ts';

/** A real ledger on a real disk, gone with the test. `open` again is what a restart does. */
export interface ScratchLedger {
  open(): Ledger;
}

export const testRandom: Random = { uniform: () => 0.5, bytes: (count) => new Uint8Array(randomBytes(count)) };

export function scratchLedger(clock: Clock): ScratchLedger {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-'));
  const opened: Ledger[] = [];
  onTestFinished(() => {
    for (const ledger of opened) if (ledger.database.open) ledger.close();
    rmSync(folder, { recursive: true });
  });
  return {
    open: () => {
      const ledger = openLedger(join(folder, 'ledger.db'), { clock, random: testRandom, boot: `boot-${opened.length}` });
      opened.push(ledger);
      return ledger;
    },
  };
}
