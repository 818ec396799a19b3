import { setTimeout } from 'node:timers/promises';
import { buildProgram } from './build-program.ts';
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
/** Short rounds of product and floor in turn, so that whatever else the machine does meets both; so many that p99 is not the worst two or three of a case. */
const ROUNDS = 8;
const WARM_UP = 100;
/** One for each guest of a run: a ticket that was shown before has a history to read. */
const TICKETS = 2 * (WARM_UP + ROUNDS * CASES.reduce((sum, { scansARound }) => sum + scansARound, 0));

export const scanToRelease: Benchmark = {
  name: 'scan-to-release',
  what: 'first byte of a code in on a PTY to first byte of the release out on another; the floor is the least program with the same disk',
  run: async (report) => {
    const laneGate = await buildProgram('gate/lane-gate.ts');
    const floorGate = await buildProgram('gate/floor-gate.ts');
    const tickets = makeBenchTickets(TICKETS);
    const product = await startGate(laneGate, tickets);
    const floor = await startGate(floorGate, tickets);
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
      await scans(product, WARM_UP, busy, []);
      await scans(floor, WARM_UP, busy, []);
      for (const one of CASES) {
        const measured: number[] = [];
        const plain: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          await scans(product, one.scansARound, one, measured);
          await scans(floor, one.scansARound, one, plain);
        }
        for (const share of [0.25, 0.5, 0.99]) report(compared(one.name, share, measured, plain));
      }
    } finally {
      await product.stop();
      await floor.stop();
    }
  },
};

function compared(name: string, share: number, measured: readonly number[], plain: readonly number[]): Measurement {
  const value = percentile(measured, share);
  const floor = percentile(plain, share);
  return {
    bench: 'scan-to-release',
    case: name,
    metric: `p${share * 100}`,
    value: rounded(value),
    unit: 'ms',
    floor: rounded(floor),
    ratio: rounded(value / floor),
  };
}
