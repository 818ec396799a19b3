import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { damageOf } from '../box-office/store/sqlite/open-box-office-database.ts';
import type { CommandOutcome } from '../command.ts';
import { systemClock, systemRandom } from '../runtime/clock.ts';
import { lockDataFolder } from '../store/data-folder-lock.ts';
import { openToRead, sqliteCode } from '../store/plain-database.ts';
import { checkRange, readJournalRows } from './journal-rows.ts';
import { JOURNALS, type JournalName, readEnds } from './ledger-chain.ts';
import { keyFileOf, makeLedgerKey, missingKey, readLedgerKey } from './ledger-key.ts';
import { finishRecovery, recoverLedger, salvageText } from './recover-ledger.ts';
import { createChainKey } from './row-chain.ts';

/** `foyer ledger …` and `foyer box-office …`: whether the records of this machine are what was written, and the way out when they are not. */

export const LEDGER_USAGE = `  foyer ledger check                               whether this machine's ledger is what was written; the agent may run
  foyer ledger salvage [--unproven]                puts it aside and begins a new one with what can be proven of it;
                                                   --unproven: its key is lost, take what can be read
  foyer box-office check                           whether the box office's database is whole; the agent must not run
`;

/** EX_DATAERR of sysexits.h. */
const DAMAGED = 65;
const SLICE = 10_000;

/** @throws FaultError `E-STO-*` */
export function runLedgerCommand(words: readonly string[], isUnproven: boolean, data: string): CommandOutcome {
  const path = join(data, 'ledger.db');
  const [action, ...more] = words;
  if (more.length > 0 || (action !== 'check' && action !== 'salvage')) return misused();
  if (!existsSync(path)) return { exit: 66, text: `There is no ledger in ${data}.` };
  return action === 'check' ? checkLedger(path) : salvageLedger(path, isUnproven, data);
}

/** @throws FaultError `E-STO-*` */
export function runBoxOfficeCommand(words: readonly string[], data: string): CommandOutcome {
  const path = join(data, 'box-office', 'box-office.db');
  if (words.length !== 1 || words[0] !== 'check') return misused();
  if (!existsSync(path)) return { exit: 66, text: `There is no box office in ${data}.` };
  const lock = lockDataFolder(data);
  try {
    const damage = damageOf(path);
    return damage === undefined ? { exit: 0, text: 'The box office is whole.' } : { exit: DAMAGED, text: `The box office is damaged: ${damage}` };
  } finally {
    lock.release();
  }
}

/** Reads only, and sees one moment of it. */
function checkLedger(path: string): CommandOutcome {
  const bytes = readLedgerKey(keyFileOf(path));
  if (bytes === undefined) throw missingKey(path);
  const key = createChainKey(bytes);
  try {
    const database = openToRead(path);
    try {
      database.exec('BEGIN');
      const verdict = String(database.pragma('integrity_check(1)', { simple: true }));
      const epoch = database.prepare<[], string>(`SELECT value FROM meta WHERE name = 'epoch'`).pluck().get() ?? '';
      const rows = readJournalRows(database, () => epoch);
      const findings = JOURNALS.map((journal) => {
        const ends = readEnds(database, key, journal);
        return ends === undefined ? `${journal}: its ends are not those that were written` : checkJournal(rows, key, journal, ends);
      });
      const isSound = verdict === 'ok' && findings.every((text) => text.endsWith('sound'));
      return { exit: isSound ? 0 : DAMAGED, text: [`SQLite: ${verdict}`, ...findings].join('\n') };
    } finally {
      database.close();
    }
  } catch (cause) {
    const code = sqliteCode(cause);
    if (code === undefined) throw cause;
    return { exit: DAMAGED, text: `The ledger cannot be read: ${code}` };
  }
}

function checkJournal(
  rows: ReturnType<typeof readJournalRows>,
  key: ReturnType<typeof createChainKey>,
  journal: JournalName,
  ends: NonNullable<ReturnType<typeof readEnds>>,
): string {
  if (rows.last(journal) > ends.head) return `${journal}: there are rows behind its end, which is ${ends.head}`;
  for (let from = ends.base + 1; from <= ends.head; from += SLICE) {
    const found = checkRange(rows, key, journal, from, SLICE, ends);
    if (found.kind === 'broken') return `${journal}: row ${found.number} is ${found.why}`;
  }
  return `${journal}: ${ends.head - ends.base} rows, sound`;
}

function salvageLedger(path: string, isUnproven: boolean, data: string): CommandOutcome {
  const lock = lockDataFolder(data);
  try {
    finishRecovery(path);
    const file = keyFileOf(path);
    const known = readLedgerKey(file);
    if (known === undefined && !isUnproven) throw missingKey(path);
    const report = recoverLedger(path, {
      why: 'a person asked for it',
      at: systemClock.wall(),
      random: systemRandom,
      proof: isUnproven ? undefined : known,
      key: known ?? makeLedgerKey(file, systemRandom),
    });
    return { exit: 0, text: `${salvageText(report)}\nThe old ledger and the whole report are in ${report.quarantine}` };
  } finally {
    lock.release();
  }
}

const misused = (): CommandOutcome => ({ exit: 64, text: `This is how it goes:\n${LEDGER_USAGE}` });
