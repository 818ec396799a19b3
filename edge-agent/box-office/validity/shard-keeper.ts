import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Instant, instant, toIso } from '#core/base/time.ts';
import { SIGNING_CONTEXT, type Signed, type ValidityManifest, type ValidityShard } from '#core/contract/box-office/validity.ts';
import { rowPrefix } from '#core/validity/row-codec.ts';
import { type CutShard, createShardCutter } from '#core/validity/shards.ts';
import { type Ed25519Signer, sha256Hex, signBody } from '../../runtime/ticket-crypto.ts';
import type { BoxOfficeStore, ValidityMark, ValidityReading } from '../store/box-office-store.ts';
import type { ValidityJournal } from './validity-journal.ts';

/**
 * The validity data as files for gates that begin, or have fallen far behind. A manifest and its shards are made from one moment of the store, in slices
 * between which everybody else works, and serve until they are too old to be worth it: deltas lead on from the manifest's version.
 */
export interface ShardKeeper {
  /**
   * The manifest of a version that is not below `least`, when the data are of that epoch, and from which deltas lead to the newest. Made anew only when the
   * last one does not do; whoever asks meanwhile gets the same.
   */
  manifest(wanted: { readonly epoch?: string | undefined; readonly least?: number | undefined }): Promise<Signed>;
  /** Undefined when no manifest that was given out lately names it. */
  shard(sha256: string): Promise<Uint8Array | undefined>;
}

export interface ShardKeeperOptions {
  /** A folder for the shards alone. Nothing in it is needed after a restart. */
  readonly folder: string;
  readonly store: BoxOfficeStore;
  readonly journal: Pick<ValidityJournal, 'headOf'>;
  readonly signer: Ed25519Signer;
  readonly now: () => Instant;
}

interface Made {
  readonly mark: ValidityMark;
  readonly signed: Signed;
  readonly shards: readonly ValidityShard[];
}

export function createShardKeeper(options: ShardKeeperOptions): ShardKeeper {
  const { folder, store } = options;
  let newest: Made | undefined;
  let previous: Made | undefined;
  let making: Promise<Made> | undefined;

  const make = async (): Promise<Made> => {
    // Before the moment of the store: what is read then is at least as new as this time says.
    const at = options.now();
    const reading = await store.readValidity();
    try {
      const made = await makeManifest(options, reading, at);
      previous = newest;
      newest = made;
    } finally {
      await reading.close();
    }
    await dropOthers(folder, [...newest.shards, ...(previous?.shards ?? [])]);
    return newest;
  };
  const isGood = async (made: Made, wanted: { readonly epoch?: string | undefined; readonly least?: number | undefined }): Promise<boolean> => {
    const { mark, oldest } = await store.transaction(async ({ validity }) => ({ mark: await validity.mark(), oldest: await validity.oldestDelta() }));
    if (mark === undefined || mark.epoch !== made.mark.epoch) return false;
    if (wanted.epoch === mark.epoch && made.mark.version < Math.min(wanted.least ?? 0, mark.version)) return false;
    const behind = mark.version - made.mark.version;
    return behind === 0 || (behind <= LIMITS.boxOffice.manifestBehindMax && oldest !== undefined && oldest <= made.mark.version + 1);
  };
  return {
    manifest: async (wanted) => {
      if (newest !== undefined && (await isGood(newest, wanted))) return newest.signed;
      making ??= make().finally(() => {
        making = undefined;
      });
      return (await making).signed;
    },
    shard: async (sha256) => {
      const isOurs = [newest, previous].some((made) => made?.shards.some((shard) => shard.sha256 === sha256));
      return isOurs ? readFile(join(folder, sha256)) : undefined;
    },
  };
}

async function makeManifest({ folder, journal, signer }: ShardKeeperOptions, reading: ValidityReading, at: Instant): Promise<Made> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const mark = await reading.mark();
  assert(mark !== undefined, 'validity data begin before they are read');
  const cutter = createShardCutter(LIMITS.validity.shardBytes);
  const shards: ValidityShard[] = [];
  const keep = async (cut: CutShard | undefined): Promise<void> => {
    if (cut !== undefined) shards.push(await writeShard(folder, cut));
  };
  for (let last: Uint8Array = new Uint8Array(), isMore = true; isMore; ) {
    const page = await reading.rowsAfter(last, LIMITS.validity.sliceRows);
    for (const row of page) await keep(cutter.push(row));
    last = rowPrefix(page.at(-1) ?? last);
    isMore = page.length === LIMITS.validity.sliceRows;
    await setImmediate();
  }
  await keep(cutter.finish());
  const manifest: ValidityManifest = {
    head: { ...journal.headOf(mark), at: toIso(instant(Math.max(at, mark.at))) },
    keys: [...(await reading.keys())],
    shards,
  };
  return { mark, shards, signed: signBody(signer, SIGNING_CONTEXT.manifest, JSON.stringify(manifest)) };
}

/** Written beside and renamed: nobody reads half a shard. It need not survive a power cut. */
async function writeShard(folder: string, { bytes, rows, first, last }: CutShard): Promise<ValidityShard> {
  const sha256 = sha256Hex(bytes);
  const beside = join(folder, `${sha256}.new`);
  await writeFile(beside, bytes, { mode: 0o600 });
  await rename(beside, join(folder, sha256));
  return { sha256, bytes: bytes.length, rows, first, last };
}

async function dropOthers(folder: string, shards: readonly ValidityShard[]): Promise<void> {
  const kept = new Set(shards.map(({ sha256 }) => sha256));
  for (const name of await readdir(folder)) if (!kept.has(name)) await rm(join(folder, name), { force: true });
}
