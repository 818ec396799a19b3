import type { ValidityStore } from '#agent/ledger/validity-store.ts';
import { sha256Binary, sha256Hex } from '#agent/runtime/ticket-crypto.ts';
import { assert } from '#core/base/fault.ts';
import type { TicketKey, ValidityCode, ValidityHead, ValidityManifest, ValidityShow, ValidityTicket } from '#core/contract/box-office/validity.ts';
import { codeRow, keyRow, showRow, ticketRow } from '#core/validity/row-codec.ts';
import { createSetHash } from '#core/validity/set-hash.ts';
import { type CutShard, createShardCutter } from '#core/validity/shards.ts';

/** Validity data of one version as a box office gives them out, made of a few rows or of a million. */
export interface SnapshotRows {
  readonly keys: readonly TicketKey[];
  readonly shows: readonly ValidityShow[];
  readonly tickets: readonly ValidityTicket[];
  readonly codes?: readonly ValidityCode[];
}

export interface WholeSnapshot {
  readonly manifest: ValidityManifest;
  /** In the order of the manifest. */
  readonly shards: readonly Uint8Array[];
}

export function setHashOf({ keys, shows, tickets, codes = [] }: SnapshotRows): string {
  const sum = createSetHash(sha256Binary);
  for (const row of [...keys.map(keyRow), ...shows.map(showRow), ...tickets.map(ticketRow), ...codes.map(codeRow)]) sum.add(row);
  return sum.text();
}

/** @param head all of it but the hash of the rows, which is theirs unless the test says another */
export function wholeSnapshot(
  head: Omit<ValidityHead, 'setHash'> & { readonly setHash?: string },
  rows: SnapshotRows,
  shardBytes = 4_096,
): WholeSnapshot {
  const cutter = createShardCutter(shardBytes);
  const ordered = [...rows.shows.map(showRow), ...rows.tickets.map(ticketRow), ...(rows.codes ?? []).map(codeRow)].sort(Buffer.compare);
  const cuts: (CutShard | undefined)[] = ordered.map((row) => cutter.push(row));
  cuts.push(cutter.finish());
  const shards = cuts.filter((cut) => cut !== undefined);
  return {
    manifest: {
      head: { ...head, setHash: head.setHash ?? setHashOf(rows) },
      keys: [...rows.keys],
      shards: shards.map(({ bytes, rows: count, first, last }) => ({ sha256: sha256Hex(bytes), bytes: bytes.length, rows: count, first, last })),
    },
    shards: shards.map(({ bytes }) => bytes),
  };
}

/** Makes the data those of the store, as a gate that has fetched them has them. */
export async function installSnapshot(store: ValidityStore, { manifest, shards }: WholeSnapshot): Promise<void> {
  const build = store.build(manifest);
  for (const shard of shards) {
    const added = await build.add(shard);
    assert(added.ok, 'the shard is good');
  }
  const finished = await build.finish();
  assert(finished.ok, 'the snapshot is good');
}
