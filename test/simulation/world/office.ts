import { receiveBatch } from '#agent/box-office/events/receive.ts';
import type { Office } from '#agent/box-office/office.ts';
import type { BoxOfficeStore } from '#agent/box-office/store/box-office-store.ts';
import { createMemoryBoxOfficeStore } from '#agent/box-office/store/memory/memory-box-office-store.ts';
import { createUnits } from '#agent/box-office/unit-of-work.ts';
import { signGateSecrets } from '#agent/box-office/validity/gate-secrets.ts';
import { createValidityJournal, type ValidityJournal } from '#agent/box-office/validity/validity-journal.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { sha256Hex, signBody } from '#agent/runtime/ticket-crypto.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Instant, instant, type Monotonic, toIso } from '#core/base/time.ts';
import {
  type DeltaRange,
  SIGNING_CONTEXT,
  type Signed,
  type ValidityManifest,
  type ValidityOp,
  type ValidityShard,
} from '#core/contract/box-office/validity.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { EventAck, EventBatch } from '#core/contract/wire/envelope.ts';
import { createShardCutter } from '#core/validity/shards.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';
import { DATA_SIGNER, KEYS, OFFICE_KEYS, SITE, SITE_RECORD } from './cinema.ts';

/**
 * The box office of a world: the product's receiver and its validity journal over its own store in memory. It is never cut off from its store, and its clock is
 * the true time; what goes wrong with it goes wrong on the way to it.
 */
export interface SimulatedOffice {
  readonly store: BoxOfficeStore;
  begin(): Promise<void>;
  /** One decision of the box office, told to the gates as one version. */
  decide(ops: readonly ValidityOp[]): Promise<void>;
  /** Of the newest version that was decided. */
  version(): number;
  receive(machine: MachineId, batch: EventBatch): Promise<EventAck>;
  head(): Promise<Signed>;
  deltas(epoch: string, after: number): Promise<DeltaRange>;
  manifest(): Promise<Signed>;
  shard(sha256: string): Uint8Array | undefined;
  secrets(): Signed;
  onDelta(listen: (delta: Signed) => void): void;
}

const EPOCH = '00000000000000a1';
const SECRETS = signGateSecrets(OFFICE_KEYS, SITE);

export function createSimulatedOffice(timeline: Timeline, chance: Prng): SimulatedOffice {
  const store = createMemoryBoxOfficeStore();
  const now = (): Instant => instant(Math.floor(timeline.now()));
  const journal = createValidityJournal(SITE, DATA_SIGNER, () => SECRETS.hash);
  const listeners: ((delta: Signed) => void)[] = [];
  let version = 0;
  const run = createUnits(store, { monotonic: () => timeline.now() as Monotonic, wall: now }, journal, ({ delta }) => {
    version++;
    for (const listen of listeners) listen(delta);
  });
  const office: Office = {
    run,
    programme: { site: SITE_RECORD, films: [], plans: [], showsOn: () => [] },
    random: chance,
    keys: OFFICE_KEYS,
    log: silentLog,
    providers: [],
    holdFor: LIMITS.sale.holdFor,
    pins: { derive: () => Promise.reject(new RangeError('no member pays at a gate')) },
  };
  const shards = new Map<string, Uint8Array>();
  let made: { readonly version: number; readonly signed: Signed } | undefined;
  const decide = (ops: readonly ValidityOp[]): Promise<void> => run(async (unit) => unit.publish(...ops));

  return {
    store,
    begin: async () => {
      await run((unit) => journal.begin(unit.tx, EPOCH, unit.now));
      await decide([{ op: 'put-keys', keys: Object.values(KEYS).map(({ key }) => key) }]);
    },
    decide,
    version: () => version,
    receive: (machine, batch) => receiveBatch(office, machine, batch),
    head: () => run(({ tx, now: at }) => journal.head(tx, at)),
    deltas: (epoch, after) => run(({ tx }) => journal.deltas(tx, epoch, after)),
    manifest: async () => {
      if (made?.version === version) return made.signed;
      const of = version;
      const signed = await makeManifest(store, journal, now(), shards);
      made = { version: of, signed };
      return signed;
    },
    shard: (sha256) => shards.get(sha256),
    secrets: () => SECRETS.signed,
    onDelta: (listen) => {
      listeners.push(listen);
    },
  };
}

/** As the box office's shard keeper makes it, without its files. */
async function makeManifest(store: BoxOfficeStore, journal: ValidityJournal, at: Instant, shards: Map<string, Uint8Array>): Promise<Signed> {
  const reading = await store.readValidity();
  const mark = await reading.mark();
  if (mark === undefined) throw new RangeError('the box office has begun');
  const cutter = createShardCutter(LIMITS.validity.shardBytes);
  const cuts = (await reading.rowsAfter(new Uint8Array(), LIMITS.validity.rowsMax)).map((row) => cutter.push(row));
  const named: ValidityShard[] = [...cuts, cutter.finish()]
    .filter((cut) => cut !== undefined)
    .map(({ bytes, rows, first, last }) => {
      const sha256 = sha256Hex(bytes);
      shards.set(sha256, bytes);
      return { sha256, bytes: bytes.length, rows, first, last };
    });
  const manifest: ValidityManifest = {
    head: { ...journal.headOf(mark), at: toIso(instant(Math.max(at, mark.at))) },
    keys: [...(await reading.keys())],
    shards: named,
  };
  return signBody(DATA_SIGNER, SIGNING_CONTEXT.manifest, JSON.stringify(manifest));
}
