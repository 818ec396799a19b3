import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Binary } from '#agent/runtime/ticket-crypto.ts';
import { concatBytes } from '#core/base/bytes.ts';
import { CHAIN_START, changeBytes, changeOf, nextChain, readChanges } from '#core/validity/changes.ts';
import { anyOp } from './rows.ts';

describe('changes in binary', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(anyOp, { maxLength: 10 }), (ops) => {
        const changes = ops.map(changeOf);
        expect(readChanges(concatBytes(...changes.map(changeBytes)))).toEqual(changes);
      }),
    );
  });

  it('are refused when they are cut or mixed with something else, and never throw', () => {
    fc.assert(
      fc.property(fc.array(anyOp, { minLength: 1, maxLength: 4 }), fc.nat(), (ops, at) => {
        const bytes = concatBytes(...ops.map((op) => changeBytes(changeOf(op))));
        const cut = readChanges(bytes.subarray(0, at % bytes.length));
        // Cut between two changes, the first ones are whole.
        if (cut !== undefined) expect(concatBytes(...cut.map(changeBytes))).toEqual(bytes.subarray(0, at % bytes.length));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const read = readChanges(bytes);
        if (read !== undefined) expect(concatBytes(...read.map(changeBytes))).toEqual(bytes);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are chained by the hash of what was before and what has changed', () => {
    const changes = Uint8Array.of(1, 2, 3);
    const expected = createHash('sha256').update(Buffer.alloc(32)).update(changes).digest('hex');
    expect(nextChain(sha256Binary, CHAIN_START, changes)).toBe(expected);
    expect(nextChain(sha256Binary, expected, changes)).not.toBe(expected);
  });
});
