import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { systemClock, systemRandom } from '#agent/runtime/clock.ts';
import { StoreUnknownError } from '#agent/store/transactor.ts';
import { FaultError } from '#core/base/fault.ts';

/**
 * A process of its own for tests that make system calls fail. Opens the ledger at argv[2], then tries `argv[3]` commits one after the other, printing one
 * line of JSON for each outcome.
 */
const [, , path = '', commits = '0'] = process.argv;

function say(outcome: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

function attempt(ledger: Ledger, number: number): void {
  try {
    ledger.transaction(() => ledger.append({ t: 'audit', d: { action: 'test-scan', by: 'child', detail: `commit ${number}` } }));
    say({ commit: number, outcome: 'committed' });
  } catch (cause) {
    if (cause instanceof StoreUnknownError) say({ commit: number, outcome: 'unknown' });
    else if (cause instanceof FaultError) say({ commit: number, outcome: cause.fault.code });
    else throw cause;
  }
}

try {
  const ledger = openLedger(path, { clock: systemClock, random: systemRandom, boot: 'child' });
  say({ opened: true });
  for (let number = 1; number <= Number(commits); number++) attempt(ledger, number);
} catch (cause) {
  if (!(cause instanceof FaultError)) throw cause;
  say({ opened: false, code: cause.fault.code });
}
