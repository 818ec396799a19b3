import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemRandom as random } from '#agent/runtime/clock.ts';
import { LIMITS } from '#core/base/limits.ts';
import { instant } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import type { EventId, LaneId, TicketId } from '#core/contract/identifiers.ts';
import { buildProgram } from './build-program.ts';
import { type BenchGate, startBenchGate } from './claim/gate-process.ts';
import { type Benchmark, type Measurement, percentile, rounded } from './measurement.ts';

const WARM_UP = 200;
const CLAIMS = 2_000;
const SILENT_CLAIMS = 12;
const GONE_CLAIMS = 200;

export const claim: Benchmark = {
  name: 'claim',
  what: 'from the wish to let somebody in to the other gate’s answer, between two processes over loopback; and to the local decision without one',
  run: async (report) => {
    const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
    const other = spawn(process.execPath, [await buildProgram('claim/other-gate.ts'), join(folder, 'other.db')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const gate = await startBenchGate('gate-a', 'gate-b', { path: join(folder, 'own.db'), port: await portOf(other) });
      await until(() => gate.network.missing().length === 0);
      await claims(gate, WARM_UP);
      told(report, 'other gate there', await claims(gate, CLAIMS));
      // Stopped, not ended: its line stays up, and nothing answers until it is given up.
      other.kill('SIGSTOP');
      told(report, 'other gate silent', await claims(gate, SILENT_CLAIMS), `≤ ${LIMITS.site.claimBudget} ms and the timer's own lateness`);
      await until(() => gate.network.missing().length === 1);
      told(report, 'other gate gone', await claims(gate, GONE_CLAIMS));
      await gate.network.stop();
    } finally {
      other.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Claimed {
  readonly times: readonly number[];
  /** How many the other gate has agreed to in time. */
  readonly granted: number;
}

async function claims({ network }: BenchGate, count: number): Promise<Claimed> {
  const times: number[] = [];
  let granted = 0;
  for (let guest = 0; guest < count; guest++) {
    const scanId = ulid(instant(Date.now()), random.bytes(10)) as EventId;
    const begun = performance.now();
    const kind = await new Promise<string>((resolve) => {
      const ticketId = String(3_609_070_200_000_000 + guest) as TicketId;
      const request = { scanId, ticketId, lane: 'lane-1' as LaneId, at: instant(Date.now()), admits: 1, reentry: false };
      network.claims.claim(request, (outcome) => resolve(outcome.kind));
    });
    times.push(performance.now() - begun);
    network.claims.withdraw(scanId);
    if (kind === 'granted') granted += 1;
  }
  return { times, granted };
}

function told(report: (measurement: Measurement) => void, name: string, { times, granted }: Claimed, aim?: string): void {
  for (const share of [0.5, 0.99]) {
    const value = rounded(percentile(times, share));
    report({ bench: 'claim', case: name, metric: `p${share * 100}`, value, unit: 'ms', ...(aim === undefined ? {} : { aim }) });
  }
  report({ bench: 'claim', case: name, metric: `granted of ${times.length}`, value: granted, unit: 'count' });
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('exit', (status) => reject(new Error(`the other gate ended with status ${status}`)));
    child.stdout?.once('data', (text: Buffer) => resolve(Number(text.toString().trim())));
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 2_000) throw new Error('the two gates did not come to where they were to be measured');
    await setTimeout(10);
  }
}
