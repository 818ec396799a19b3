import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createChainKey, GENESIS, KEY_BYTES, MAC_BYTES } from '#agent/ledger/row-chain.ts';

const keys = fc.uint8Array({ minLength: KEY_BYTES, maxLength: KEY_BYTES });
const macs = fc.uint8Array({ minLength: MAC_BYTES, maxLength: MAC_BYTES });
const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ minLength: 2_000, maxLength: 20_000 }), fc.constant(''));

test('a digest is HMAC-SHA256 of what stands before it and of the row, cut to 16 bytes, whatever was digested before', () => {
  fc.assert(
    fc.property(keys, fc.array(fc.tuple(macs, texts), { minLength: 1, maxLength: 6 }), (key, rows) => {
      const chain = createChainKey(key);
      for (const [previous, text] of rows) {
        const expected = createHmac('sha256', key).update(previous).update(text).digest().subarray(0, MAC_BYTES);
        expect(chain.mac(previous, text).equals(expected)).toBe(true);
        expect(chain.fits(previous, text, expected)).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});

test('three bytes for each unit of a string that is longer than the buffer still fit', () => {
  const key = new Uint8Array(KEY_BYTES).fill(7);
  const text = '票'.repeat(9_000);
  const expected = createHmac('sha256', key).update(GENESIS).update(text).digest().subarray(0, MAC_BYTES);
  expect(createChainKey(key).mac(GENESIS, text).equals(expected)).toBe(true);
});

test('a digest that was given out stays what it was', () => {
  const chain = createChainKey(new Uint8Array(KEY_BYTES).fill(7));
  const first = chain.mac(GENESIS, 'one');
  const copy = Buffer.from(first);
  for (let at = 0; at < 1_000; at++) chain.mac(first, `row ${at}`);
  expect(first.equals(copy)).toBe(true);
});

test('nothing else fits: another key, another row, another one before it, a digest cut or missing', () => {
  const [ours, other] = [1, 2].map((byte) => createChainKey(new Uint8Array(KEY_BYTES).fill(byte)));
  const mac = ours?.mac(GENESIS, 'row') ?? GENESIS;
  expect(ours?.fits(GENESIS, 'row', mac)).toBe(true);
  expect(other?.fits(GENESIS, 'row', mac)).toBe(false);
  expect(ours?.fits(GENESIS, 'rows', mac)).toBe(false);
  expect(ours?.fits(mac, 'row', mac)).toBe(false);
  expect(ours?.fits(GENESIS, 'row', mac.subarray(0, 15))).toBe(false);
  expect(ours?.fits(GENESIS, 'row', null)).toBe(false);
});
