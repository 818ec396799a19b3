import { setTimeout } from 'node:timers/promises';
import { buildGateProgram } from './gate/build-program.ts';
import { type GateUnderTest, startGate } from './gate/far-end.ts';
import { makeBenchTickets } from './gate/tickets.ts';
import { type Benchmark, type Measurement, percentile, rounded } from './measurement.ts';

/** Idle times between two guests: a process that waits is slower than a busy one, so a floor counts only at the same gap. */
const GAPS_MS = [0, 2, 50] as const;
/** Short rounds of product and floor in turn, so that whatever else the machine does meets both. */
const ROUNDS = 6;
const SCANS_A_ROUND: Readonly<Record<(typeof GAPS_MS)[number], number>> = { 0: 150, 2: 150, 50: 40 };
const WARM_UP = 100;
const TICKETS = 2_000;

export const scanToRelease: Benchmark = {
  name: 'scan-to-release',
  what: 'first byte of a code in on a PTY to first byte of the release out on another; the floor is the least program with the same disk',
  run: async (report) => {
    const laneGate = await buildGateProgram('lane-gate');
    const floorGate = await buildGateProgram('floor-gate');
    const tickets = makeBenchTickets(TICKETS);
    const product = await startGate(laneGate, tickets);
    const floor = await startGate(floorGate, tickets);
    let guest = 0;
    const scans = async (gate: GateUnderTest, count: number, gap: number, into: number[]): Promise<void> => {
      for (let scan = 0; scan < count; scan++) {
        if (gap > 0) await setTimeout(gap);
        guest += 1;
        into.push(await gate.scan(tickets.codes[guest % TICKETS] ?? ''));
      }
    };
    try {
      await scans(product, WARM_UP, 0, []);
      await scans(floor, WARM_UP, 0, []);
      for (const gap of GAPS_MS) {
        const measured: number[] = [];
        const plain: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          await scans(product, SCANS_A_ROUND[gap], gap, measured);
          await scans(floor, SCANS_A_ROUND[gap], gap, plain);
        }
        for (const share of [0.5, 0.99]) report(compared(gap, share, measured, plain));
      }
    } finally {
      await product.stop();
      await floor.stop();
    }
  },
};

function compared(gap: number, share: number, measured: readonly number[], plain: readonly number[]): Measurement {
  const value = percentile(measured, share);
  const floor = percentile(plain, share);
  return {
    bench: 'scan-to-release',
    case: `${gap} ms between guests`,
    metric: `p${share * 100}`,
    value: rounded(value),
    unit: 'ms',
    floor: rounded(floor),
    ratio: rounded(value / floor),
  };
}
