import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { startLobby } from '../support/running-lobby.ts';
import { type Benchmark, percentile, rounded } from './measurement.ts';

const ROUNDS = 7;

/** From the start of the process to "ready", on data that are there already, beside an empty Node. */
export const startup: Benchmark = {
  name: 'startup',
  what: 'process start to ready with all roles (second start, built), and resident memory',
  run: async (report) => {
    const first = await startLobby();
    await first.stop();
    const starts: number[] = [];
    const empties: number[] = [];
    const memories: number[] = [];
    let lobby = first;
    for (let round = 0; round < ROUNDS; round++) {
      // In turn, so that whatever else the machine does meets both.
      empties.push(await emptyNode());
      const from = performance.now();
      lobby = await lobby.restart();
      starts.push(performance.now() - from);
      memories.push(residentMegabytes(lobby.pid));
      await lobby.stop();
    }
    await lobby.dispose();
    const floor = rounded(percentile(empties, 0.5));
    const value = rounded(percentile(starts, 0.5));
    report({
      bench: 'startup',
      case: 'all roles',
      metric: 'ready p50',
      value,
      unit: 'ms',
      floor,
      ratio: rounded(value / floor),
      aim: '≤ 1000 ms; floor: an empty Node',
    });
    report({ bench: 'startup', case: 'all roles', metric: 'resident p50', value: rounded(percentile(memories, 0.5)), unit: 'MB', aim: '≤ 130 MB' });
  },
};

/** VmRSS of proc(5). */
function residentMegabytes(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? Number.NaN) / 1_024;
}

async function emptyNode(): Promise<number> {
  const from = performance.now();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  return performance.now() - from;
}
