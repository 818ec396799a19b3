import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openLedger } from '#agent/ledger/ledger.ts';
import { systemClock as clock, systemRandom as random } from '#agent/runtime/clock.ts';
import { days, milliseconds, minus, plus } from '#core/base/time.ts';
import type { Clock } from '#core/ports/clock.ts';
import { lobbyConfiguration, startLobby } from '#test/support/running-lobby.ts';
import { scanOf } from './drain/scans.ts';
import { type Benchmark, percentile, rounded } from './measurement.ts';

/** As it is built: a supervisor that starts a killed agent again does not look for changed sources as `npm start` does. */
const PROGRAM = 'test/torture/cinema/run.mjs';
/** Sixty days without a network. */
const EVENTS = 1_200_000;
const EVENTS_A_DAY = 20_000;
const EVENTS_A_COMMIT = 5_000;
const ROUNDS = 15;
/** What the agent is killed in the middle of. */
const LIFE_MS = 500;

/** From the start of the process that follows a SIGKILL to the word that it serves. The broker is away, so that nothing of the outbox goes. */
export const recovery: Benchmark = {
  name: 'recovery',
  what: `kill to serving again with ${EVENTS} events in the outbox, and with none`,
  run: async (report) => {
    for (const events of [0, EVENTS]) {
      const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
      const configuration = lobbyConfiguration().replace(
        'broker: { kind: embedded, port: 0 }',
        'broker: { kind: remote, url: "mqtt://127.0.0.1:9" }',
      );
      const first = await startLobby({ configuration, data: folder, program: PROGRAM });
      await first.stop();
      fill(join(first.data, 'ledger.db'), events);
      let lobby = await startLobby({ configuration, data: folder, program: PROGRAM });
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await setTimeout(LIFE_MS);
        await lobby.kill();
        const from = performance.now();
        lobby = await startLobby({ configuration, data: folder, program: PROGRAM });
        times.push(performance.now() - from);
      }
      await lobby.dispose();
      rmSync(folder, { recursive: true, force: true });
      const what = { bench: 'recovery', case: `${events} events`, unit: 'ms', aim: '≤ 3000 ms' } as const;
      report({ ...what, metric: 'kill to serving p50', value: rounded(percentile(times, 0.5)) });
      report({ ...what, metric: 'kill to serving p99', value: rounded(percentile(times, 0.99)) });
    }
  },
};

/** As they were made: the oldest sixty days ago, the newest now. */
function fill(path: string, events: number): void {
  const from = minus(clock.wall(), days(EVENTS / EVENTS_A_DAY));
  let made = 0;
  const then: Clock = { ...clock, wall: () => plus(from, milliseconds((made * days(1)) / EVENTS_A_DAY)) };
  const ledger = openLedger(path, { clock: then, random, boot: 'bench' });
  for (let from = 0; from < events; from += EVENTS_A_COMMIT) {
    ledger.transaction(() => {
      for (let event = from; event < Math.min(events, from + EVENTS_A_COMMIT); event++) {
        made = event;
        ledger.append(scanOf(event));
      }
    });
  }
  ledger.close();
}
