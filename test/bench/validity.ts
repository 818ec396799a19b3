import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { createShardKeeper } from '#agent/box-office/validity/shard-keeper.ts';
import { createValidityJournal } from '#agent/box-office/validity/validity-journal.ts';
import { systemClock as clock } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { ed25519PublicKey, ed25519Signer, generateEd25519KeyPair, sha256Binary, sha256Hex, signBody } from '#agent/runtime/ticket-crypto.ts';
import { createCatchUp, type ValiditySource } from '#agent/validity/catch-up.ts';
import { createValidityDoor } from '#agent/validity/signed-validity.ts';
import { concatBytes } from '#core/base/bytes.ts';
import { LIMITS } from '#core/base/limits.ts';
import { ok } from '#core/base/result.ts';
import { toIso } from '#core/base/time.ts';
import { SIGNING_CONTEXT, type Signed, type ValidityDelta, type ValidityHead, type ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { SiteId, TicketId } from '#core/contract/identifiers.ts';
import { changeBytes, changeOf, nextChain } from '#core/validity/changes.ts';
import { ticketRow } from '#core/validity/row-codec.ts';
import { createSetHash } from '#core/validity/set-hash.ts';
import { shardRows } from '#core/validity/shards.ts';
import { BENCH_SITE, makeBenchTickets } from './gate/tickets.ts';
import { type Benchmark, type Measurement, percentile, rounded } from './measurement.ts';
import { type BenchGate, filler, MILLION, type MillionTickets, manyTickets, openBenchGate } from './validity-data.ts';

/** A guest every so often while the data change: two look-ups and a durable commit, as a decision makes. */
const SCAN_EVERY_MS = 4;
const QUIET_SCANS = 500;
const DELTA_ROWS = 10_000;
/** The box office gives out 2,000 changes at a time. */
const DELTAS_IN_ANSWER = Math.floor(2_000 / LIMITS.boxOffice.deltaOpsMax);

export const validity: Benchmark = {
  name: 'validity',
  what: 'a million tickets fetched, checked and swapped in, and changes to them, while guests are let in; the floor of a delay is that of a quiet gate',
  run: async (report) => {
    const signer = ed25519Signer(generateEd25519KeyPair().privateKey);
    const tickets = makeBenchTickets(1);
    const million = manyTickets(tickets, MILLION);
    const gate = openBenchGate();
    try {
      const quiet = await scansWhile(gate, million.id, setTimeout(QUIET_SCANS * SCAN_EVERY_MS));
      await snapshotCase(report, gate, million, signer, quiet);
      await deltaCase(report, gate, million, signer, quiet, tickets.snapshot.tickets[0]);
    } finally {
      gate.dispose();
    }
    await boxOfficeCase(report, million, signer);
  },
};

type Report = (measurement: Measurement) => void;
type Signer = ReturnType<typeof ed25519Signer>;
const figure = (metric: string, value: number, unit: Measurement['unit'], more: Partial<Measurement> = {}): Measurement => ({
  bench: 'validity',
  case: '1 M tickets',
  metric,
  value: rounded(value),
  unit,
  ...more,
});

async function snapshotCase(report: Report, gate: BenchGate, million: MillionTickets, signer: Signer, quiet: readonly number[]): Promise<void> {
  const { manifest, shards } = million;
  const signed = signBody(signer, SIGNING_CONTEXT.manifest, JSON.stringify(manifest));
  const from = performance.now();
  const delays = await scansWhile(gate, million.id, catchUpOf(gate, signer, { manifest: signed, shards }).takeHead(manifest.head));
  report(figure('snapshot in use', performance.now() - from, 'ms', { aim: '≤ 10 s' }));
  reportDelays(report, 'meanwhile', delays, quiet, '≤ 50 ms');
  if (gate.store.state()?.tickets !== MILLION) throw new Error('the snapshot was not taken');
  const wire = [...shards.values()].reduce((size, shard) => size + shard.length, signed.body.length);
  report(figure('bytes a ticket, wire', wire / MILLION, 'count'));
  const folder = join(gate.folder, 'validity');
  const disk = readdirSync(folder).reduce((size, name) => size + (name.endsWith('.db') ? statSync(join(folder, name)).size : 0), 0);
  report(figure('bytes a ticket, disk', disk / MILLION, 'count'));
}

async function deltaCase(
  report: Report,
  gate: BenchGate,
  million: MillionTickets,
  signer: Signer,
  quiet: readonly number[],
  template: ValidityTicket | undefined,
): Promise<void> {
  if (template === undefined) throw new Error('there is a ticket to copy');
  const deltas = makeDeltas(million.manifest.head, signer, template);
  const last = createValidityDoor(publicKeyOf(signer), BENCH_SITE).delta(deltas.at(-1) ?? { body: '', signature: '' });
  if (!last.ok) throw new Error(last.error.message);
  const { head } = last.value;
  const catchUp = catchUpOf(gate, signer, { deltas, from: million.manifest.head.version });
  const from = performance.now();
  const delays = await scansWhile(gate, million.id, catchUp.takeHead(head));
  if (gate.store.state()?.version !== head.version) throw new Error('the changes were not taken');
  report(figure('10 k changes in use', performance.now() - from, 'ms', { aim: '≤ 300 ms', case: '10 k changes' }));
  reportDelays(report, 'meanwhile', delays, quiet, '≤ 50 ms', '10 k changes');
  const wire = deltas.reduce((size, { body }) => size + body.length, 0);
  report(figure('bytes a change, wire', wire / DELTA_ROWS, 'count', { case: '10 k changes' }));
}

/** Four of five are tickets that are there, one is new. */
function makeDeltas(from: ValidityHead, signer: Signer, template: ValidityTicket): readonly Signed[] {
  const deltas: Signed[] = [];
  const sum = createSetHash(sha256Binary, from.setHash);
  let { chain, version } = from;
  for (let at = 0; at < DELTA_ROWS; at += LIMITS.boxOffice.deltaOpsMax) {
    const ops = Array.from({ length: LIMITS.boxOffice.deltaOpsMax }, (_, index) => {
      const number = index % 5 === 0 ? MILLION + at + index : (at + index) * 83;
      const ticket = filler(template, number);
      if (index % 5 !== 0) sum.remove(ticketRow(ticket));
      const changed: ValidityTicket = { ...ticket, standing: 'refunded' };
      sum.add(ticketRow(changed));
      return { op: 'put-ticket' as const, ticket: changed };
    });
    version += 1;
    const changes = concatBytes(...ops.map((op) => changeBytes(changeOf(op))));
    chain = nextChain(sha256Binary, chain, changes);
    const head = { ...from, version, chain, setHash: sum.text(), at: toIso(clock.wall()) };
    const delta: ValidityDelta = { head, changes: Buffer.from(changes).toString('base64url') };
    deltas.push(signBody(signer, SIGNING_CONTEXT.delta, JSON.stringify(delta)));
  }
  return deltas;
}

/** The box office's side: the manifest and shards of a million rows made from its store, and the longest time that it does nothing else. */
async function boxOfficeCase(report: Report, { manifest, shards }: MillionTickets, signer: Signer): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
  const store = openSqliteBoxOfficeStore(join(folder, 'box-office.db'));
  try {
    for (const shard of manifest.shards) {
      const bytes = shards.get(shard.sha256) ?? new Uint8Array();
      const read = shardRows(shard, bytes);
      if ('problem' in read) throw new Error(read.problem);
      await store.transaction(async ({ validity: rows }) => {
        for (const [index, end] of read.starts.slice(1).entries()) await rows.putRow(bytes.subarray(read.starts[index], end));
      });
    }
    const { epoch, version, setHash, chain } = manifest.head;
    await store.transaction(({ validity: rows }) => rows.setMark({ epoch, version, setHash, chain, at: clock.wall() }));
    const journal = createValidityJournal('36090702' as SiteId, signer, () => chain);
    const keeper = createShardKeeper({ folder: join(folder, 'shards'), store, journal, signer, now: () => clock.wall() });
    const quiet = await pausesWhile(setTimeout(QUIET_SCANS * SCAN_EVERY_MS));
    const from = performance.now();
    const pauses = await pausesWhile(keeper.manifest({}));
    const name = 'box office, 1 M';
    report(figure('manifest made', performance.now() - from, 'ms', { case: name }));
    for (const [metric, share] of [
      ['pause p99', 0.99],
      ['longest pause', 1],
    ] as const) {
      const [value, floor] = [percentile(pauses, share), percentile(quiet, share)];
      report(figure(metric, value, 'ms', { case: name, floor: rounded(floor), ratio: rounded(value / floor) }));
    }
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a box office gives out: a snapshot, or what has changed since one. */
type Offer =
  | { readonly manifest: Signed; readonly shards: ReadonlyMap<string, Uint8Array> }
  | { readonly deltas: readonly Signed[]; readonly from: number };

function catchUpOf(gate: BenchGate, signer: Signer, offer: Offer) {
  const nothing = (): never => {
    throw new Error('there is nothing else to be fetched here');
  };
  const source: ValiditySource = {
    readValidityHead: nothing,
    readValidityDeltas: async ({ query }) => {
      if (!('deltas' in offer)) return nothing();
      const begin = Number(query.after) - offer.from;
      const deltas = offer.deltas.slice(begin, begin + DELTAS_IN_ANSWER);
      return ok({ deltas, complete: begin + deltas.length === offer.deltas.length, tooOld: false });
    },
    readValidityManifest: async () => ('manifest' in offer ? ok(offer.manifest) : nothing()),
    readShard: async ({ sha256 }) => ('shards' in offer ? ok(offer.shards.get(sha256) ?? new Uint8Array()) : nothing()),
  };
  return createCatchUp({
    door: createValidityDoor(publicKeyOf(signer), BENCH_SITE),
    store: gate.store,
    source,
    log: silentLog,
    failed: ({ message }) => {
      throw new Error(message);
    },
    succeeded: () => undefined,
    askForHead: () => undefined,
    isStopped: () => false,
  });
}

function publicKeyOf(signer: Signer) {
  const key = ed25519PublicKey(signer.publicKey);
  if (key === undefined) throw new Error('a made key is a key');
  return key;
}

/** From the time at which a guest's code is there to the end of the commit, in milliseconds, for every guest until the work is done. */
async function scansWhile(gate: BenchGate, idOf: (number: number) => TicketId, work: Promise<unknown>): Promise<readonly number[]> {
  const { database, transaction } = gate.ledger;
  database.exec('CREATE TABLE IF NOT EXISTS bench_scan (at REAL NOT NULL, hash TEXT NOT NULL) STRICT');
  const insert = database.prepare<[number, string]>('INSERT INTO bench_scan VALUES (?, ?)');
  const delays: number[] = [];
  let isOver = false;
  const done = work.finally(() => {
    isOver = true;
  });
  for (let due = performance.now() + SCAN_EVERY_MS, guest = 0; !isOver; due = Math.max(due + SCAN_EVERY_MS, performance.now()), guest++) {
    await setTimeout(Math.max(0, due - performance.now()));
    const id = idOf((guest * 7_919) % MILLION);
    gate.store.ticket(id);
    gate.store.key(1);
    transaction(() => insert.run(due, sha256Hex(id)));
    delays.push(Math.max(0, performance.now() - due));
  }
  await done;
  return delays;
}

async function pausesWhile(work: Promise<unknown>): Promise<readonly number[]> {
  const pauses: number[] = [];
  let isOver = false;
  const done = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const from = performance.now();
    await setTimeout(1);
    pauses.push(performance.now() - from - 1);
  }
  await done;
  return pauses;
}

function reportDelays(report: Report, when: string, delays: readonly number[], quiet: readonly number[], aim: string, name = '1 M tickets'): void {
  for (const [metric, share] of [
    ['scan p50', 0.5],
    ['scan p99', 0.99],
    ['longest scan', 1],
  ] as const) {
    const value = percentile(delays, share);
    const floor = percentile(quiet, share);
    const compared = { case: name, floor: rounded(floor), ratio: rounded(value / floor) };
    report(figure(`${metric} ${when}`, value, 'ms', share === 1 ? { ...compared, aim } : compared));
  }
}
