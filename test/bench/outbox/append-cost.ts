import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Admissions, createAdmissions, type NewAdmission, type ScanDetail } from '#agent/ledger/admissions.ts';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { compileSooner } from '#agent/runtime/engine.ts';
import { keepLog } from '#agent/store/log-keeper.ts';
import { LIMITS } from '#core/base/limits.ts';
import { DRAIN_MACHINE, scanOf } from '../drain/scans.ts';
import { type Measurement, percentile, rounded } from '../measurement.ts';

/** Of each kind, in turns, so that whatever else the disk does meets all of them. */
const TRANSACTIONS = 3_000;
/** After so many of each kind the logs are given the time that they have at a gate, and are written into their databases between two guests, not inside a decision. */
const BETWEEN_PAUSES = 300;
/** The keeper takes a log for quiet at the second look that finds it as it was. */
const PAUSE_MS = 3 * LIMITS.store.lookEvery;

/**
 * What the event costs in the transaction that decides: a gate's `recordScan` with its admission, as the product does it (a row with its keyed digest, the
 * sealed end of the chain), with one plain durable row of the same text in its place, and with nothing in its place.
 */
const KINDS = ['product', 'plain', 'nothing'] as const;
type Kind = (typeof KINDS)[number];

export async function appendCost(report: (measurement: Measurement) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
  const gates = { product: await openGate(folder, 'product'), plain: await openGate(folder, 'plain'), nothing: await openGate(folder, 'nothing') };
  compileSooner();
  const walls: Record<Kind, number[]> = { product: [], plain: [], nothing: [] };
  const busy: Record<Kind, number[]> = { product: [], plain: [], nothing: [] };
  for (let guest = 0; guest < TRANSACTIONS; guest++) {
    if (guest % BETWEEN_PAUSES === 0) await setTimeout(PAUSE_MS);
    for (let turn = 0; turn < KINDS.length; turn++) {
      const kind = KINDS[(guest + turn) % KINDS.length] ?? 'product';
      const { scan, admission } = admissionOf(guest);
      const cpu = process.cpuUsage();
      const from = performance.now();
      gates[kind].admissions.recordScan(scan, admission);
      walls[kind].push(performance.now() - from);
      const spent = process.cpuUsage(cpu);
      busy[kind].push(spent.user + spent.system);
    }
  }
  for (const kind of KINDS) gates[kind].close();
  rmSync(folder, { recursive: true, force: true });
  const p50 = (kind: Kind): number => percentile(walls[kind], 0.5) * 1_000;
  const typically = (kind: Kind): number => percentile(busy[kind], 0.5);
  const mean = (kind: Kind): number => busy[kind].reduce((sum, spent) => sum + spent, 0) / TRANSACTIONS;
  for (const [metric, of] of [
    ['transaction p50', p50],
    ['processor, p50', typically],
    ['processor, mean', mean],
  ] as const) {
    const what = { bench: 'outbox', case: 'an admission with its event', unit: 'µs', value: rounded(of('product')) } as const;
    report({ ...what, metric, floor: rounded(of('plain')), ratio: rounded(of('product') / of('plain')), aim: '≤ 1.15 × a plain row in its place' });
    report({ ...what, metric, floor: rounded(of('nothing')), ratio: rounded(of('product') / of('nothing')), aim: 'beside no event at all' });
  }
}

interface Gate {
  readonly admissions: Admissions;
  close(): void;
}

async function openGate(folder: string, kind: Kind): Promise<Gate> {
  // Each with a key of its own beside it.
  mkdirSync(join(folder, kind));
  const ledger = openLedger(join(folder, kind, 'ledger.db'), { clock, random, boot: 'bench' });
  const keeper = keepLog(ledger.database, { timers, onProblem: ({ message }) => process.stderr.write(`${message}\n`) });
  await keeper.grown;
  return {
    admissions: createAdmissions(kind === 'product' ? ledger : withAppend(ledger, kind), DRAIN_MACHINE),
    close: () => {
      keeper.stop();
      ledger.close();
    },
  };
}

function withAppend(ledger: Ledger, kind: 'plain' | 'nothing'): Parameters<typeof createAdmissions>[0] {
  const { database, transaction, rehearse, boot, epoch } = ledger;
  database.exec('CREATE TABLE plain (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT');
  const insert = database.prepare<[string]>('INSERT INTO plain (body) VALUES (?)');
  return {
    ...{ database, transaction, rehearse, boot, epoch },
    append: ({ d }) => {
      if (kind === 'plain') insert.run(JSON.stringify(d));
      return '';
    },
  };
}

function admissionOf(guest: number): { readonly scan: ScanDetail; readonly admission: NewAdmission } {
  const { d: scan } = scanOf(guest);
  const { scanId, ticketId, lane, direction } = scan;
  if (ticketId === undefined) throw new Error('an admission has a ticket');
  return { scan, admission: { scanId, ticketId, lane, direction, at: clock.wall(), admits: 1, reentry: false } };
}
