import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { openLedger } from '#agent/ledger/ledger.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { silentLog as log } from '#agent/runtime/log.ts';
import { keepLog } from '#agent/store/log-keeper.ts';
import { createUplink } from '#agent/uplink/create-uplink.ts';
import { startMosquitto } from '#test/support/mosquitto-process.ts';
import { DRAIN_MACHINE, DRAIN_SITE, scanOf, scanOffline } from './drain/scans.ts';
import { type Benchmark, percentile, rounded } from './measurement.ts';

const SCANS = 10_000;
const ROUNDS = 3;
/** PUBLISH packets of the bare client that wait for their PUBACK. */
const FLOOR_WINDOW = 1_000;
const DRAINED_WITHIN_MS = 120_000;

/** From the moment the line is back to the last scan that the box office has on its disk and has acknowledged. */
export const drain: Benchmark = {
  name: 'drain',
  what: `${SCANS} scans made offline, until the box office has committed and acknowledged them all; the floor publishes as many messages and keeps none`,
  run: async (report) => {
    const measured: number[] = [];
    const plain: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      measured.push(await drainOnce());
      plain.push(await publishBare());
    }
    const [value, floor] = [percentile(measured, 0.5), percentile(plain, 0.5)];
    const what = { bench: 'drain', case: `${SCANS} scans, Mosquitto` } as const;
    report({ ...what, metric: 'all acknowledged p50', value: rounded(value), unit: 'ms', floor: rounded(floor), ratio: rounded(value / floor) });
    report({ ...what, metric: 'scans a second', value: rounded((SCANS * 1_000) / value), unit: 'count', floor: rounded((SCANS * 1_000) / floor) });
  },
};

async function drainOnce(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
  const broker = await startMosquitto(folder);
  const boxOffice = await startBoxOffice(broker.url, join(folder, 'box-office'));
  const ledger = openLedger(join(folder, 'ledger.db'), { clock, random, boot: 'bench' });
  const keeper = keepLog(ledger.database, { timers, onProblem: ({ message }) => process.stderr.write(`${message}\n`) });
  await keeper.grown;
  scanOffline(ledger, SCANS);
  const uplink = createUplink({
    broker: { url: broker.url, version: '5' },
    machine: DRAIN_MACHINE,
    site: DRAIN_SITE,
    ledger,
    clock,
    timers,
    random,
    log,
    software: '0.0.0-bench',
    boot: 'bench',
    validity: () => null,
    onValidityHead: () => undefined,
    onValidityDelta: () => undefined,
  });
  const waiting = (): number => uplink.status().lanes.reduce((sum, lane) => sum + lane.waiting, 0);
  try {
    const from = performance.now();
    uplink.start();
    while (waiting() > 0) {
      if (performance.now() - from > DRAINED_WITHIN_MS) throw new Error(`${waiting()} events are waiting still`);
      await setTimeout(2);
    }
    return performance.now() - from;
  } finally {
    await uplink.stop();
    keeper.stop();
    ledger.close();
    await end(boxOffice);
    await broker.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startBoxOffice(url: string, folder: string): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('drain/box-office-in-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, url, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('the box office has no standard output');
  const [outcome] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (typeof outcome === 'number') throw new Error(`the box office ended with status ${outcome}`);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** One message a scan, of the same size, each confirmed by the broker: what the library and the broker can do, and nothing kept anywhere. */
async function publishBare(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
  const broker = await startMosquitto(folder, ['max_inflight_messages 0', 'max_queued_messages 0']);
  const client = await connectAsync(broker.url, { protocolVersion: 5, clientId: DRAIN_MACHINE });
  const messages = Array.from({ length: SCANS }, (_, guest) => Buffer.from(JSON.stringify(scanOf(guest))));
  const from = performance.now();
  let next = 0;
  const publishNext = async (): Promise<void> => {
    for (let message = messages[next++]; message !== undefined; message = messages[next++])
      await client.publishAsync('bench/scan', message, { qos: 1 });
  };
  await Promise.all(Array.from({ length: FLOOR_WINDOW }, publishNext));
  const took = performance.now() - from;
  await client.endAsync();
  await broker.kill();
  rmSync(folder, { recursive: true, force: true });
  return took;
}
