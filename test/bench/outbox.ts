import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { openStore } from '#agent/store/database.ts';
import { startMosquitto } from '#test/support/mosquitto-process.ts';
import { scanOf, scanOffline } from './drain/scans.ts';
import { type Benchmark, type Measurement, rounded } from './measurement.ts';
import { appendCost } from './outbox/append-cost.ts';
import { openLobby } from './outbox/lobby-in-bench.ts';
import { layLine } from './outbox/slow-line.ts';

/** Events of the even flow: each is committed by itself, as a gate does, while the ones before it travel. */
const FLOW = 5_000;
/** Commits between two turns of the event loop. */
const COMMITS_IN_A_ROW = 10;
const BACKLOG = 100_000;
const ROUND_TRIP_MS = 40;
/** PUBLISH packets of the bare client that wait for their PUBACK, as many events as the product has in flight. */
const FLOOR_WINDOW = 3_200;

type Report = (measurement: Measurement) => void;

export const outbox: Benchmark = {
  name: 'outbox',
  what: `events from commit to acknowledgement; ${BACKLOG} of them drained over ${ROUND_TRIP_MS} ms; what the event costs in its transaction`,
  run: async (report) => {
    for (const roundTrip of [0, ROUND_TRIP_MS]) await flow(roundTrip, report);
    await drainBacklog(report);
    await appendCost(report);
  },
};

async function flow(roundTrip: number, report: Report): Promise<void> {
  const lobby = await openLobby(roundTrip);
  lobby.uplink.start();
  await until(() => lobby.uplink.status().state === 'connected');
  const from = performance.now();
  for (let event = 0; event < FLOW; event++) {
    lobby.ledger.transaction(() => lobby.ledger.append(scanOf(event)));
    if (event % COMMITS_IN_A_ROW === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await lobby.drained();
  const value = rounded((FLOW * 1_000) / (performance.now() - from));
  await lobby.end();
  const what = { bench: 'outbox', case: `flow at ${roundTrip} ms`, unit: 'count' } as const;
  const bareMqtt = rounded((FLOW * 1_000) / (await publishBare(roundTrip)));
  const bareSqlite = rounded((FLOW * 1_000) / insertBare());
  report({ ...what, metric: 'events/s, floor: mqtt', value, floor: bareMqtt, ratio: rounded(value / bareMqtt) });
  report({ ...what, metric: 'events/s, floor: SQLite', value, floor: bareSqlite, ratio: rounded(value / bareSqlite) });
}

async function drainBacklog(report: Report): Promise<void> {
  const lobby = await openLobby(ROUND_TRIP_MS);
  scanOffline(lobby.ledger, BACKLOG);
  const before = process.memoryUsage.rss();
  let highest = before;
  const from = performance.now();
  lobby.uplink.start();
  await lobby.drained(() => {
    highest = Math.max(highest, process.memoryUsage.rss());
  });
  const took = performance.now() - from;
  const { batchesSent } = lobby.uplink.counters();
  await lobby.end();
  const what = { bench: 'outbox', case: `${BACKLOG} at ${ROUND_TRIP_MS} ms` } as const;
  report({ ...what, metric: 'all acknowledged', value: rounded(took), unit: 'ms', aim: '≤ 10000 ms' });
  report({ ...what, metric: 'memory above the start', value: rounded((highest - before) / 1_048_576), unit: 'MB', aim: 'flat' });
  report({ ...what, metric: 'batches', value: batchesSent, unit: 'count' });
}

/** One message an event, each confirmed by the broker, and nothing kept anywhere. */
async function publishBare(roundTrip: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
  const broker = await startMosquitto(folder, ['max_inflight_messages 0', 'max_queued_messages 0']);
  const line = await layLine(broker.url, roundTrip);
  const client = await connectAsync(line.url, { protocolVersion: 5, clientId: 'bare' });
  const messages = Array.from({ length: FLOW }, (_, guest) => Buffer.from(JSON.stringify(scanOf(guest))));
  const from = performance.now();
  let next = 0;
  const publishNext = async (): Promise<void> => {
    for (let message = messages[next++]; message !== undefined; message = messages[next++])
      await client.publishAsync('bench/event', message, { qos: 1 });
  };
  await Promise.all(Array.from({ length: FLOOR_WINDOW }, publishNext));
  const took = performance.now() - from;
  await client.endAsync();
  await line.close();
  await broker.kill();
  rmSync(folder, { recursive: true, force: true });
  return took;
}

/** One durable row an event, and nothing sent anywhere. */
function insertBare(): number {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
  const database = openStore(join(folder, 'bare.db'), {
    name: 'bare',
    applicationId: 1,
    migrations: [{ name: 'bare', sql: 'CREATE TABLE event (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT' }],
  });
  const insert = database.prepare<[string]>('INSERT INTO event (body) VALUES (?)');
  const bodies = Array.from({ length: FLOW }, (_, guest) => JSON.stringify(scanOf(guest)));
  const from = performance.now();
  for (const body of bodies) insert.run(body);
  const took = performance.now() - from;
  database.close();
  rmSync(folder, { recursive: true, force: true });
  return took;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
