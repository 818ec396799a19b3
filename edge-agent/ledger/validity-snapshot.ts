import { setImmediate } from 'node:timers/promises';
import { assert, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { ValidityManifest } from '#core/contract/box-office/validity.ts';
import { keyRow } from '#core/validity/row-codec.ts';
import { createSetHash } from '#core/validity/set-hash.ts';
import { shardRows } from '#core/validity/shards.ts';
import { sha256Binary } from '../runtime/ticket-crypto.ts';
import { createSnapshotWriter } from './validity-file.ts';
import type { ValidityFiles } from './validity-files.ts';

/** A snapshot that is being put together from its shards, in their order. It ends with {@link SnapshotBuild.finish} or {@link SnapshotBuild.abandon}. */
export interface SnapshotBuild {
  /**
   * Takes the next shard, whose hash the caller has compared: in slices between which scans go on.
   * @returns what is wrong with the shard; the build can only be abandoned then
   */
  add(bytes: Uint8Array): Promise<Result<void, string>>;
  /** Compares the whole with what the head says and makes it the data in use, at once. On a problem the old data stay, and the build is abandoned. */
  finish(): Promise<Result<void, string>>;
  /** Nothing when it is over already. */
  abandon(): Promise<void>;
}

interface Surroundings {
  /** The file in use, whose name is taken. */
  readonly inUse: string | undefined;
  /** Makes the sealed file the one in use. */
  swap(name: string): Promise<void>;
  /** The build is over, one way or the other. */
  ended(): void;
}

export function startSnapshotBuild(manifest: ValidityManifest, files: ValidityFiles, { inUse, swap, ended }: Surroundings): SnapshotBuild {
  const { head } = manifest;
  const plainName = `${head.epoch}-${head.version}`;
  // The version that is held already may be fetched again, because it has diverged; the file in use stays until the new one is whole.
  const name = plainName === inUse ? `${plainName}-again` : plainName;
  const building = files.build(name);
  const writer = createSnapshotWriter(building);
  const sum = createSetHash(sha256Binary);
  let next = 0;
  let isOver = false;
  for (const key of manifest.keys) {
    const row = keyRow(key);
    writer.put(row);
    sum.add(row);
  }
  const end = (): void => {
    assert(!isOver, 'a build ends once');
    isOver = true;
    ended();
  };
  const abandon = async (): Promise<void> => {
    if (isOver) return;
    end();
    await files.dropBuild(name, building);
  };
  return {
    add: (bytes) =>
      storing(async () => {
        const shard = manifest.shards[next];
        assert(shard !== undefined && !isOver, 'a build takes as many shards as its manifest names');
        next += 1;
        const read = shardRows(shard, bytes);
        if ('problem' in read) return err(read.problem);
        const { starts } = read;
        for (let row = 0; row + 1 < starts.length; row++) {
          const bytesOfRow = bytes.subarray(starts[row], starts[row + 1]);
          writer.put(bytesOfRow);
          sum.add(bytesOfRow);
          if (row % LIMITS.validity.sliceRows === LIMITS.validity.sliceRows - 1) await setImmediate();
        }
        await setImmediate();
        writer.flush();
        await setImmediate();
        return ok();
      }),
    finish: () =>
      storing(async () => {
        assert(next === manifest.shards.length, 'a build takes as many shards as its manifest names');
        if (sum.text() !== head.setHash) {
          await abandon();
          return err('its rows do not add up to what its head says');
        }
        writer.finish({ epoch: head.epoch, version: head.version, setHash: head.setHash, tickets: writer.tickets() });
        await files.seal(name, building);
        await swap(name);
        end();
        return ok();
      }),
    abandon,
  };
}

/** A disk that does not take the file is a fault to tell, and nothing worse: what is in use has not been touched. */
async function storing<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (!/^(?:SQLITE_(?:FULL|IOERR|CORRUPT|READONLY|CANTOPEN)|E[A-Z]+$)/.test(code)) throw cause;
    const isFull = code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT';
    throw new FaultError(
      {
        code: isFull ? 'E-STO-FULL' : 'E-STO-WRITE',
        owner: 'store',
        message: isFull
          ? 'The disk is full: new validity data could not be kept. Those in use stay.'
          : `New validity data could not be kept (${code}). Those in use stay.`,
        remedy: isFull ? 'Free some space.' : 'Check the disk and the data folder.',
      },
      { cause },
    );
  }
}
