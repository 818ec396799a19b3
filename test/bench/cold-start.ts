import { installSnapshot } from '#test/support/validity-snapshot.ts';
import { buildProgram } from './build-program.ts';
import { startGate } from './gate/far-end.ts';
import { makeBenchTickets } from './gate/tickets.ts';
import { type Benchmark, percentile, rounded } from './measurement.ts';
import { MILLION, manyTickets, openBenchGate } from './validity-data.ts';

const ROUNDS = 5;

export const coldStart: Benchmark = {
  name: 'cold-start',
  what: 'start of a gate process to the first release for a guest, with a million tickets on its disk; the floor is the same with one ticket',
  run: async (report) => {
    const program = await buildProgram('gate/lane-gate.ts');
    const tickets = makeBenchTickets(ROUNDS);
    const firstRelease = async (count: number): Promise<readonly number[]> => {
      const gate = openBenchGate();
      try {
        const { manifest, shards } = manyTickets(tickets, count);
        await installSnapshot(gate.store, { manifest, shards: [...shards.values()] });
        gate.close();
        const times: number[] = [];
        for (const code of tickets.codes) {
          const from = performance.now();
          // The setup carries no tickets worth speaking of: what is on the disk is what the process starts with.
          const started = await startGate([process.execPath, program], tickets, gate.folder);
          await started.scan(code);
          times.push(performance.now() - from);
          await started.stop();
        }
        return times;
      } finally {
        gate.dispose();
      }
    };
    const few = percentile(await firstRelease(ROUNDS), 0.5);
    const many = percentile(await firstRelease(MILLION), 0.5);
    report({
      bench: 'cold-start',
      case: '1 M tickets on disk',
      metric: 'first release p50',
      value: rounded(many),
      unit: 'ms',
      floor: rounded(few),
      ratio: rounded(many / few),
      aim: '≤ 3 s',
    });
  },
};
