import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Binary } from '#agent/runtime/ticket-crypto.ts';
import { createSetHash, EMPTY_SET_TEXT } from '#core/validity/set-hash.ts';

const MODULUS = 1n << 256n;
const row = fc.uint8Array({ minLength: 1, maxLength: 40 });
const number = (bytes: Uint8Array): bigint => BigInt(`0x${createHash('sha256').update(bytes).digest('hex')}`);

/** The definition, in numbers of any size. */
function byDefinition(added: readonly Uint8Array[], removed: readonly Uint8Array[]): string {
  const sum = added.reduce((total, each) => total + number(each), 0n) - removed.reduce((total, each) => total + number(each), 0n);
  return (((sum % MODULUS) + MODULUS) % MODULUS).toString(16).padStart(64, '0');
}

describe('the hash of a set of rows', () => {
  it('is the sum of the rows modulo 2^256, whatever is added and taken away', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), fc.array(row, { maxLength: 30 }), (added, removed) => {
        const hash = createSetHash(sha256Binary);
        for (const each of added) hash.add(each);
        for (const each of removed) hash.remove(each);
        expect(hash.text()).toBe(byDefinition(added, removed));
      }),
    );
  });

  it('does not depend on the order, nor on where it was written down between', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 20 }), fc.nat(), (rows, at) => {
        const whole = createSetHash(sha256Binary);
        for (const each of rows.toReversed()) whole.add(each);
        const half = createSetHash(sha256Binary);
        for (const each of rows.slice(0, at % rows.length)) half.add(each);
        const rest = createSetHash(sha256Binary, half.text());
        for (const each of rows.slice(at % rows.length)) rest.add(each);
        expect(rest.text()).toBe(whole.text());
      }),
    );
  });

  it('is nothing for no rows, and again when all are gone', () => {
    const hash = createSetHash(sha256Binary);
    expect(hash.text()).toBe(EMPTY_SET_TEXT);
    for (let value = 0; value < 1_000; value++) hash.add(Uint8Array.of(value & 0xff, value >> 8));
    expect(hash.text()).not.toBe(EMPTY_SET_TEXT);
    for (let value = 999; value >= 0; value--) hash.remove(Uint8Array.of(value & 0xff, value >> 8));
    expect(hash.text()).toBe(EMPTY_SET_TEXT);
  });

  it('carries before a limb could lose a bit', () => {
    // The largest limbs, a million and a half times: as if every row hashed to ff…ff, which is -1.
    const largest = createSetHash(() => '\xff'.repeat(32));
    for (let times = 0; times < 1_500_000; times++) largest.add(new Uint8Array());
    expect(largest.text()).toBe((MODULUS - 1_500_000n).toString(16));
  });

  it('goes on from a copy without changing the one that it was copied from', () => {
    const first = createSetHash(sha256Binary);
    first.add(Uint8Array.of(1));
    const before = first.text();
    const second = first.copy();
    second.add(Uint8Array.of(2));
    expect(first.text()).toBe(before);
    second.remove(Uint8Array.of(2));
    expect(second.text()).toBe(before);
  });
});
