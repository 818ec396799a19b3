import { type Fault, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { ValidityHead, ValidityManifest, ValidityShard } from '#core/contract/box-office/validity.ts';
import { manifestProblem } from '#core/validity/shards.ts';
import type { BoxOfficeClient } from '../box-office-client/box-office-client.ts';
import type { ReadShard } from '../box-office-client/shard-reader.ts';
import type { ValidityFloor, ValidityStore } from '../ledger/validity-store.ts';
import { sha256Hex } from '../runtime/ticket-crypto.ts';
import type { ValidityDoor } from './signed-validity.ts';

/**
 * Fetches all validity data of one version and puts them in the place of those in use. Shards that were fetched before a cut or a restart are not fetched
 * again; each is compared with its hash before a byte of it is looked at. Whatever is wrong with one of them, the data in use stay.
 */
export type FetchSnapshot = () => Promise<Result<ValidityHead, Fault>>;

export interface SnapshotFetchOptions {
  readonly door: ValidityDoor;
  readonly store: ValidityStore;
  readonly source: Pick<BoxOfficeClient, 'readValidityManifest'> & { readonly readShard: ReadShard };
  readonly isStopped: () => boolean;
}

export function createSnapshotFetch({ door, store, source, isStopped }: SnapshotFetchOptions): FetchSnapshot {
  const kept = async (shard: ValidityShard): Promise<Uint8Array | undefined> => {
    const bytes = await store.files.shard(shard.sha256);
    return bytes !== undefined && isShard(shard, bytes) ? bytes : undefined;
  };
  const obtain = async (shard: ValidityShard): Promise<Result<Uint8Array, Fault>> => {
    const found = await kept(shard);
    if (found !== undefined) return ok(found);
    const fetched = await source.readShard(shard);
    if (!fetched.ok) return fetched;
    if (!isShard(shard, fetched.value)) {
      return err(
        shardFault(`${fetched.value.length} bytes came for shard ${shard.sha256.slice(0, 8)}, and they are not the ones that the manifest names`),
      );
    }
    await store.files.keepShard(shard.sha256, fetched.value);
    return fetched;
  };

  return async () => {
    const floor = store.floor();
    const answer = await source.readValidityManifest({ query: floor === undefined ? {} : { epoch: floor.epoch, least: floor.version } });
    if (!answer.ok) return err(answer.error.fault);
    const opened = door.manifest(answer.value);
    if (!opened.ok) return opened;
    const manifest: ValidityManifest = opened.value;
    if (floor !== undefined && isOlder(manifest.head, floor)) return err(rollbackFault(manifest.head, floor));
    const problem = manifestProblem(manifest, LIMITS.validity.rowsMax);
    if (problem !== undefined)
      return err({
        code: 'E-VAL-MANIFEST',
        owner: 'peer',
        message: `The manifest of the validity data cannot be right: ${problem}. It was not used.`,
      });
    const build = store.build(manifest);
    try {
      for (const shard of manifest.shards) {
        if (isStopped()) return err(STOPPED);
        const bytes = await obtain(shard);
        if (!bytes.ok) return bytes;
        const added = await build.add(bytes.value);
        if (!added.ok) return err(shardFault(`shard ${shard.sha256.slice(0, 8)} is not of the agreed form: ${added.error}`));
      }
      const finished = await build.finish();
      return finished.ok ? ok(manifest.head) : err(divergedFault('a snapshot', manifest.head));
    } catch (cause) {
      if (cause instanceof FaultError) return err(cause.fault);
      throw cause;
    } finally {
      await build.abandon();
    }
  };
}

/** Within an epoch the version tells; a new epoch has to be newer by the box office's own clock. */
function isOlder(head: ValidityHead, floor: ValidityFloor): boolean {
  return head.epoch === floor.epoch ? head.version < floor.version : Date.parse(head.at) <= floor.confirmedAt;
}

function isShard(shard: ValidityShard, bytes: Uint8Array): boolean {
  return bytes.length === shard.bytes && sha256Hex(bytes) === shard.sha256;
}

export function rollbackFault(head: ValidityHead, floor: ValidityFloor): Fault {
  return {
    code: 'E-VAL-ROLLBACK',
    owner: 'peer',
    message: `The box office offered validity data of version ${head.version}, older than the ${floor.version} that were held. They were not used.`,
    remedy: 'When the box office was restored from a copy, let it begin a new epoch.',
  };
}

export function divergedFault(what: string, head: ValidityHead): Fault {
  return {
    code: 'E-VAL-DIVERGED',
    owner: 'peer',
    message: `At version ${head.version} the validity data held here do not add up to what ${what} of the box office says; they are fetched anew.`,
  };
}

function shardFault(what: string): Fault {
  return { code: 'E-VAL-SHARD', owner: 'peer', message: `Validity data were not used: ${what}.` };
}

const STOPPED: Fault = { code: 'E-VAL-STOPPED', owner: 'operator', message: 'The program stops; what was fetched of the validity data is kept.' };
