import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ValidityShard } from '#core/contract/box-office/validity.ts';
import { codeRow, showRow, ticketRow } from '#core/validity/row-codec.ts';
import { type CutShard, createShardCutter, manifestProblem, shardRows } from '#core/validity/shards.ts';
import { anyCode, anyShow, anyTicket } from './rows.ts';

const rows = fc
  .tuple(
    fc.uniqueArray(anyShow, { maxLength: 3, selector: ({ id }) => id }),
    fc.uniqueArray(anyTicket, { minLength: 1, maxLength: 20, selector: ({ id }) => id }),
    fc.uniqueArray(anyCode, { maxLength: 5, selector: ({ hash }) => hash }),
  )
  .map(([shows, tickets, codes]) => [...shows.map(showRow), ...tickets.map(ticketRow), ...codes.map(codeRow)].sort(Buffer.compare));

interface Cut {
  readonly shard: ValidityShard;
  readonly bytes: Uint8Array;
}

function cutAll(all: readonly Uint8Array[], bytesMax: number): readonly Cut[] {
  const cutter = createShardCutter(bytesMax);
  const cuts = [...all.map((row) => cutter.push(row)), cutter.finish()].filter((cut) => cut !== undefined);
  return cuts.map(({ bytes, rows: count, first, last }: CutShard) => ({
    bytes,
    shard: { sha256: '', bytes: bytes.length, rows: count, first, last },
  }));
}

const listed = (cuts: readonly Cut[]): { shards: ValidityShard[] } => ({ shards: cuts.map(({ shard }) => shard) });

describe('shards', () => {
  it('hold every row once, in order, and fit each other', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 60, max: 4_000 }), (all, bytesMax) => {
        const cuts = cutAll(all, bytesMax);
        expect(Buffer.concat(cuts.map(({ bytes }) => bytes))).toEqual(Buffer.concat(all));
        expect(manifestProblem(listed(cuts), 1_000)).toBeUndefined();
        const read = cuts.flatMap(({ shard, bytes }) => {
          const found = shardRows(shard, bytes);
          if ('problem' in found) expect.unreachable(found.problem);
          return found.starts.slice(1).map((end, index) => bytes.subarray(found.starts[index], end));
        });
        expect(read).toEqual(all.map((row) => Uint8Array.from(row)));
      }),
    );
  });

  it('are refused in any other order, twice, or with too many rows', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const { shards } = listed(cutAll(all, 60));
        expect(manifestProblem({ shards: [...shards, ...shards.slice(-1)] }, 1_000)).toContain('does not follow');
        if (shards.length > 1) expect(manifestProblem({ shards: shards.toReversed() }, 1_000)).toContain('does not follow');
        expect(manifestProblem({ shards }, all.length - 1)).toContain('more than a gate keeps');
      }),
    );
  });

  it('are refused when a byte is changed, cut or added, unless the rows stay rows in order', () => {
    fc.assert(
      fc.property(rows, fc.nat(), fc.nat({ max: 255 }), (all, at, value) => {
        const [cut] = cutAll(all, 1_000_000);
        if (cut === undefined) expect.unreachable('there are rows');
        const { shard, bytes } = cut;
        expect(shardRows(shard, bytes.subarray(0, at % bytes.length))).toHaveProperty('problem');
        expect(shardRows(shard, Buffer.concat([bytes, Uint8Array.of(value)]))).toHaveProperty('problem');
        const changed = Uint8Array.from(bytes, (byte, index) => (index === at % bytes.length ? value : byte));
        const read = shardRows(shard, changed);
        if (!('problem' in read)) expect(read.starts).toHaveLength(shard.rows + 1);
      }),
      { numRuns: 500 },
    );
  });

  it('hold no keys', () => {
    expect(manifestProblem({ shards: [{ sha256: '', bytes: 1, rows: 1, first: '0001', last: '0001' }] }, 10)).toContain('no kind of ours');
    expect(manifestProblem({ shards: [{ sha256: '', bytes: 1, rows: 1, first: '0300', last: '04' }] }, 10)).toContain('no kind of ours');
  });
});
