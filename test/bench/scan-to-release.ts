import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { buildProgram } from './build-program.ts';
import { C_GATE_NEEDS, compileCGate } from './gate/c-gate-program.ts';
import { type GateUnderTest, startGate } from './gate/far-end.ts';
import { makeBenchTickets } from './gate/tickets.ts';
import { type Benchmark, type Measurement, percentile, rounded } from './measurement.ts';

interface Case {
  readonly name: string;
  /** Idle time between two guests: a process that waits is slower than a busy one, so a floor counts only at the same gap. */
  readonly gapMs: number;
  readonly lineMs: number;
  readonly scansARound: number;
}

const CASES: readonly Case[] = [
  { name: '0 ms between guests', gapMs: 0, lineMs: 0, scansARound: 150 },
  { name: '2 ms between guests', gapMs: 2, lineMs: 0, scansARound: 150 },
  { name: '50 ms between guests', gapMs: 50, lineMs: 0, scansARound: 60 },
  // 154 bytes of ten bits each.
  { name: '50 ms between guests, at the pace of 115,200 baud', gapMs: 50, lineMs: 13, scansARound: 60 },
];
/** Short rounds of the product and its two floors in turn, so that whatever else the machine does meets both; so many that p99 is not the worst two or three of a case. */
const ROUNDS = 8;
const WARM_UP = 100;
/** One for each guest of a run: a ticket that was shown before has a history to read. */
const TICKETS = 3 * (WARM_UP + ROUNDS * CASES.reduce((sum, { scansARound }) => sum + scansARound, 0));

export const scanToRelease: Benchmark = {
  name: 'scan-to-release',
  what: 'first byte of a code in on a PTY to first byte of the release out on another; the floors are the least program with the same disk, in Node and in C',
  needs: ['socat', ...C_GATE_NEEDS],
  run: async (report) => {
    const laneGate = await buildProgram('gate/lane-gate.ts');
    const floorGate = await buildProgram('gate/floor-gate.ts');
    const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
    const tickets = makeBenchTickets(TICKETS);
    const product = await startGate([process.execPath, laneGate], tickets);
    const node = await startGate([process.execPath, floorGate], tickets);
    const c = await startGate([compileCGate(folder)], tickets);
    let guest = 0;
    const scans = async (gate: GateUnderTest, count: number, { gapMs, lineMs }: Pick<Case, 'gapMs' | 'lineMs'>, into: number[]): Promise<void> => {
      for (let scan = 0; scan < count; scan++) {
        if (gapMs > 0) await setTimeout(gapMs);
        guest += 1;
        into.push(await gate.scan(tickets.codes[guest % TICKETS] ?? '', lineMs));
      }
    };
    try {
      const busy = { gapMs: 0, lineMs: 0 };
      for (const gate of [product, node, c]) await scans(gate, WARM_UP, busy, []);
      for (const one of CASES) {
        const measured: number[] = [];
        const ofNode: number[] = [];
        const ofC: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          await scans(product, one.scansARound, one, measured);
          await scans(node, one.scansARound, one, ofNode);
          await scans(c, one.scansARound, one, ofC);
        }
        for (const share of [0.25, 0.5, 0.99]) {
          report(compared(one.name, `p${share * 100}`, share, measured, ofNode));
          report(compared(one.name, `p${share * 100} beside C`, share, measured, ofC));
        }
      }
    } finally {
      for (const gate of [product, node, c]) await gate.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function compared(name: string, metric: string, share: number, measured: readonly number[], plain: readonly number[]): Measurement {
  const value = percentile(measured, share);
  const floor = percentile(plain, share);
  return {
    bench: 'scan-to-release',
    case: name,
    metric,
    value: rounded(value),
    unit: 'ms',
    floor: rounded(floor),
    ratio: rounded(value / floor),
  };
}
