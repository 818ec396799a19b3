import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPacketGuard } from '#agent/broker/packet-guard.ts';

/** A packet of `body` bytes as MQTT 3.1.1, 2.2.3 frames it. */
function packet(body: number): Uint8Array {
  const length: number[] = [];
  let left = body;
  do {
    const more = Math.floor(left / 128);
    length.push((left % 128) | (more > 0 ? 0x80 : 0));
    left = more;
  } while (left > 0);
  return Uint8Array.from([0x30, ...length, ...new Uint8Array(body).fill(0xff)]);
}

/** The same bytes in pieces of the given lengths. */
function pieces(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const cut: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    cut.push(bytes.subarray(at, at + size));
    at += size;
  }
  return cut;
}

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 10 });

describe('the guard', () => {
  test('lets every stream of packets within the limit pass, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 10 }), sizes, (bodies, cuts) => {
        const guard = createPacketGuard(400);
        const stream = Buffer.concat(bodies.map(packet));
        expect(pieces(stream, cuts).every((piece) => guard.accepts(piece))).toBe(true);
      }),
    );
  });

  test('stops at the header of the first packet beyond it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 5 }),
        fc.integer({ min: 401, max: 300_000 }),
        sizes,
        (bodies, tooLong, cuts) => {
          const guard = createPacketGuard(400);
          expect(pieces(Buffer.concat(bodies.map(packet)), cuts).every((piece) => guard.accepts(piece))).toBe(true);
          expect(guard.accepts(packet(tooLong).subarray(0, 5))).toBe(false);
        },
      ),
    );
  });

  test('stops at a length of more than four bytes', () => {
    expect(createPacketGuard(400).accepts(Uint8Array.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]))).toBe(false);
  });
});
