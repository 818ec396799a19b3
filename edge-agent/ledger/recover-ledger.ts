import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toHex } from '#core/base/bytes.ts';
import { type Instant, toIso } from '#core/base/time.ts';
import type { Random } from '#core/ports/clock.ts';
import { openStore } from '../store/database.ts';
import { openToRead, sqliteCode } from '../store/plain-database.ts';
import { moveDatabase, quarantineFolder, removeDatabase, syncFolder } from '../store/quarantine.ts';
import { createLedgerChain } from './ledger-chain.ts';
import { ledgerStore } from './ledger-store.ts';
import { createChainKey } from './row-chain.ts';
import { type JournalSalvage, salvageJournals } from './salvage-journals.ts';
import { salvageTables, type TableSalvage } from './salvage-tables.ts';

/**
 * A damaged ledger is put aside whole, and what can be proven of it becomes a new ledger under a new epoch. Events keep their ids, so one that the box office
 * knows already is taken for what it is. A power cut at any moment leaves either the damaged ledger, or a finished new one that the next start puts in place.
 */
export interface SalvageReport {
  readonly at: string;
  readonly why: string;
  /** The folder in which the damaged files are. */
  readonly quarantine: string;
  readonly epoch: string;
  /** False when nothing could be proven because the key was lost, and a person said to take it all the same. */
  readonly proven: boolean;
  readonly journals: readonly JournalSalvage[];
  readonly tables: readonly TableSalvage[];
}

export interface Recovery {
  readonly why: string;
  readonly at: Instant;
  readonly random: Random;
  /** Of the damaged ledger; undefined when it is lost and a person has said so. */
  readonly proof: Uint8Array | undefined;
  /** Of the new ledger. */
  readonly key: Uint8Array;
}

const pathsOf = (path: string) => ({
  building: path.replace(/\.db$/, '.salvaging.db'),
  built: path.replace(/\.db$/, '.salvaged.db'),
  report: path.replace(/\.db$/, '.salvaged.json'),
});

export function recoverLedger(path: string, recovery: Recovery): SalvageReport {
  const { building, built, report: reportFile } = pathsOf(path);
  removeDatabase(building);
  const report = build(path, building, recovery);
  writeDurably(reportFile, `${JSON.stringify(report, undefined, 2)}\n`);
  renameSync(building, built);
  syncFolder(dirname(path));
  finishRecovery(path);
  return report;
}

/** The last steps of a recovery, which a power cut may have kept from being done. */
export function finishRecovery(path: string): void {
  const { built, report } = pathsOf(path);
  if (!existsSync(built)) return;
  const { quarantine }: SalvageReport = JSON.parse(readFileSync(report, 'utf8'));
  moveDatabase(path, quarantine);
  renameSync(built, path);
  if (existsSync(report)) renameSync(report, join(quarantine, 'report.json'));
  syncFolder(dirname(path));
}

function build(path: string, building: string, { why, at, random, proof, key }: Recovery): SalvageReport {
  const target = openStore(building, ledgerStore);
  try {
    target.pragma('foreign_keys = OFF');
    const epoch = toHex(random.bytes(8));
    const salvage = target.transaction(() => {
      const chain = createLedgerChain(target, createChainKey(key));
      const damaged = openDamaged(path);
      try {
        const journals = damaged === undefined ? [] : salvageJournals(damaged, target, chain, proof && createChainKey(proof));
        const tables = damaged === undefined ? [] : salvageTables(damaged, target);
        target.prepare(`INSERT OR REPLACE INTO meta (name, value) VALUES ('epoch', ?)`).run(epoch);
        const number = target.prepare<[number, string]>('UPDATE outbox_lane SET next = ?, through = 0 WHERE lane = ?');
        for (const lane of ['p0', 'p1'] as const) number.run(chain.next(lane), lane);
        chain.keep();
        return { journals, tables };
      } finally {
        damaged?.close();
      }
    });
    const { journals, tables } = salvage.immediate();
    return { at: toIso(at), why, quarantine: quarantineFolder(path, at), epoch, proven: proof !== undefined, journals, tables };
  } finally {
    // Closing writes the log into the file, which can then be given another name.
    target.close();
  }
}

/** Undefined when there is no reading it at all. */
function openDamaged(path: string): ReturnType<typeof openToRead> | undefined {
  try {
    return openToRead(path);
  } catch (cause) {
    if (sqliteCode(cause) === undefined) throw cause;
    return undefined;
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** For the audit and the log: what was lost, in one line. */
export function salvageText({ journals, tables, proven }: SalvageReport): string {
  const lost = journals.flatMap(({ journal, lost: ranges, endsKnown }) => [
    ...ranges.map(([from, to]) => `${journal}/${from}${to === from ? '' : `-${to}`}`),
    ...(endsKnown ? [] : [`${journal}: end unknown`]),
  ]);
  const cut = tables.filter(({ isCut, refused }) => isCut || refused > 0).map(({ table }) => table);
  const carried = journals.reduce((sum, { carried: count }) => sum + count, 0);
  const parts = [
    `${carried} rows carried over${proven ? '' : ' unproven'}`,
    lost.length === 0 ? 'no event lost' : `lost: ${lost.join(' ')}`,
    ...(cut.length === 0 ? [] : [`incomplete: ${cut.join(' ')}`]),
  ];
  return parts.join('; ').slice(0, 200);
}
