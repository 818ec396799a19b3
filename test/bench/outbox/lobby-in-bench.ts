import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { silentLog as log } from '#agent/runtime/log.ts';
import { keepLog } from '#agent/store/log-keeper.ts';
import { createUplink, type Uplink } from '#agent/uplink/create-uplink.ts';
import { startMosquitto } from '#test/support/mosquitto-process.ts';
import { DRAIN_MACHINE, DRAIN_SITE } from '../drain/scans.ts';
import { layLine } from './slow-line.ts';

/** A machine in this process, on a line of its own to Mosquitto, and the box office in a process of its own at the broker's side. */
export interface LobbyInBench {
  readonly ledger: Ledger;
  readonly uplink: Uplink;
  waiting(): number;
  /** Resolves when nothing waits any more. `look` is called meanwhile. */
  drained(look?: () => void): Promise<void>;
  end(): Promise<void>;
}

const DRAINED_WITHIN_MS = 300_000;

export async function openLobby(roundTripMs: number): Promise<LobbyInBench> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
  const broker = await startMosquitto(folder);
  const line = await layLine(broker.url, roundTripMs);
  const boxOffice = await startBoxOffice(broker.url, join(folder, 'box-office'));
  const ledger = openLedger(join(folder, 'ledger.db'), { clock, random, boot: 'bench' });
  const keeper = keepLog(ledger.database, { timers, onProblem: ({ message }) => process.stderr.write(`${message}\n`) });
  await keeper.grown;
  const uplink = createUplink({
    broker: { url: line.url, version: '5' },
    ...{ machine: DRAIN_MACHINE, site: DRAIN_SITE, ledger, clock, timers, random, log },
    software: '0.0.0-bench',
    boot: 'bench',
    validity: () => null,
    onValidityHead: () => undefined,
    onValidityDelta: () => undefined,
  });
  const waiting = (): number => uplink.status().lanes.reduce((sum, lane) => sum + lane.waiting, 0);
  return {
    ledger,
    uplink,
    waiting,
    drained: async (look) => {
      const from = performance.now();
      while (waiting() > 0) {
        if (performance.now() - from > DRAINED_WITHIN_MS) throw new Error(`${waiting()} events are waiting still`);
        look?.();
        await setTimeout(5);
      }
    },
    end: async () => {
      await uplink.stop();
      keeper.stop();
      ledger.close();
      const gone = once(boxOffice, 'exit');
      boxOffice.kill('SIGKILL');
      await gone;
      await line.close();
      await broker.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startBoxOffice(url: string, folder: string): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('../drain/box-office-in-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, url, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('the box office has no standard output');
  const [outcome] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (typeof outcome === 'number') throw new Error(`the box office ended with status ${outcome}`);
  return child;
}
