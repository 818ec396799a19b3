import { concatBytes, toHex } from '../base/bytes.ts';
import type { ValidityManifest, ValidityShard } from '../contract/box-office/validity.ts';
import { hexOf } from './row-codec.ts';
import { prefixBytes, ROW_KIND, rowEnd } from './row-form.ts';

/** Shards: the rows of a version in ascending order, cut into files that are named by their hash. */

export interface CutShard {
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly first: string;
  readonly last: string;
}

/** Takes rows in ascending order (shows, tickets, codes; keys stand in the manifest) and gives out a shard whenever one is full. */
export interface ShardCutter {
  push(row: Uint8Array): CutShard | undefined;
  /** What is left. */
  finish(): CutShard | undefined;
}

export function createShardCutter(bytesMax: number): ShardCutter {
  let rows: Uint8Array[] = [];
  let size = 0;
  const cut = (): CutShard | undefined => {
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    const shard = { bytes: concatBytes(...rows), rows: rows.length, first: prefixText(first, 0), last: prefixText(last, 0) };
    rows = [];
    size = 0;
    return shard;
  };
  return {
    push: (row) => {
      const full = size + row.length > bytesMax ? cut() : undefined;
      rows.push(row);
      size += row.length;
      return full;
    },
    finish: cut,
  };
}

/** What is wrong with the list of shards itself, before any of them is fetched; undefined for nothing. */
export function manifestProblem({ shards }: Pick<ValidityManifest, 'shards'>, rowsMax: number): string | undefined {
  let previous = '';
  let rows = 0;
  for (const [index, shard] of shards.entries()) {
    if (shard.first > shard.last) return `shard ${index} ends before it begins`;
    if (shard.first <= previous) return `shard ${index} does not follow the one before it`;
    if (shard.first < SHOWS_BEGIN || shard.last >= ROWS_END) return `shard ${index} holds rows of no kind of ours`;
    previous = shard.last;
    rows += shard.rows;
  }
  return rows > rowsMax ? `${rows} rows are more than a gate keeps` : undefined;
}

/** Where each row of a shard begins, and the end; or what is wrong with it. The caller has compared its hash. */
export function shardRows(shard: ValidityShard, bytes: Uint8Array): { readonly starts: readonly number[] } | { readonly problem: string } {
  const starts: number[] = [];
  let at = 0;
  let previous = -1;
  while (at < bytes.length) {
    const end = bytes[at] === ROW_KIND.key ? -1 : rowEnd(bytes, at);
    if (end < 0) return { problem: `there is no row at byte ${at}` };
    if (previous >= 0 && !isBefore(bytes, previous, at)) return { problem: `the row at byte ${at} does not follow the one before it` };
    starts.push(at);
    previous = at;
    at = end;
  }
  if (starts.length !== shard.rows) return { problem: `it holds ${starts.length} rows instead of ${shard.rows}` };
  if (prefixText(bytes, 0) !== shard.first || prefixText(bytes, previous) !== shard.last) return { problem: 'it begins or ends with another row' };
  starts.push(bytes.length);
  return { starts };
}

const SHOWS_BEGIN = toHex(Uint8Array.of(ROW_KIND.show));
const ROWS_END = toHex(Uint8Array.of(ROW_KIND.code + 1));

function prefixText(bytes: Uint8Array, at: number): string {
  return hexOf(bytes, at, at + prefixBytes(bytes, at));
}

/** Kinds have keys of one length each, so that the bytes of kind and key compare as the keys do. */
function isBefore(bytes: Uint8Array, one: number, other: number): boolean {
  for (let offset = 0; offset < prefixBytes(bytes, one); offset++) {
    const difference = (bytes[one + offset] ?? 0) - (bytes[other + offset] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
