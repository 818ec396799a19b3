import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '#core/base/bytes.ts';
import { readAtr } from '#drivers/pcsc-reader/atr.ts';
import { createMessageDecoder, encodeMessage } from '#drivers/pcsc-reader/codec.ts';
import type { PcscMessage } from '#drivers/pcsc-reader/frame.ts';
import atrs from '#test/fixtures/pcsc-reader/atrs.json' with { type: 'json' };

const aMessage: fc.Arbitrary<PcscMessage> = fc.oneof(
  fc.uint8Array({ maxLength: 33 }).map((atr) => ({ kind: 'card-came' as const, atr })),
  fc.constant({ kind: 'card-gone' as const }),
  fc.nat(255).map((number) => ({ kind: 'no-answer' as const, number })),
  fc.record({ kind: fc.constant('exchange' as const), number: fc.nat(255), bytes: fc.uint8Array({ maxLength: 258 }) }),
);

describe('messages of a PC/SC reader', () => {
  it('are written as the page of frames says', () => {
    expect(toHex(encodeMessage({ kind: 'card-came', atr: Uint8Array.of(0x3b, 0x00) }))).toBe('0003013b00');
    expect(toHex(encodeMessage({ kind: 'card-gone' }))).toBe('000102');
    expect(toHex(encodeMessage({ kind: 'exchange', number: 7, bytes: Uint8Array.of(0xff, 0xca) }))).toBe('00040307ffca');
    expect(toHex(encodeMessage({ kind: 'no-answer', number: 7 }))).toBe('00020407');
  });

  it('read the same in any pieces', () => {
    fc.assert(
      fc.property(fc.array(aMessage, { maxLength: 8 }), fc.integer({ min: 1, max: 20 }), (messages, piece) => {
        const whole = concatBytes(...messages.map(encodeMessage));
        const decoder = createMessageDecoder(260);
        const read: unknown[] = [];
        for (let at = 0; at < whole.length; at += piece) read.push(...decoder.push(whole.subarray(at, at + piece)));
        expect(read).toEqual(messages);
      }),
    );
  });

  it('end at the first that cannot be one: nothing behind it is believed, nothing throws, nothing is held', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 10 }), (chunks) => {
        const decoder = createMessageDecoder(260);
        const read = chunks.flatMap((chunk) => decoder.push(chunk));
        const broken = read.findIndex(({ kind }) => kind === 'broken');
        expect(broken === -1 || broken === read.length - 1).toBe(true);
        for (const event of read) if (event.kind === 'exchange') expect(event.bytes.length).toBeLessThan(260);
      }),
    );
    expect(createMessageDecoder(260).push(Uint8Array.of(0, 0, 1, 2))).toEqual([{ kind: 'broken' }]);
    expect(createMessageDecoder(260).push(Uint8Array.of(0, 1, 9))).toEqual([{ kind: 'broken' }]);
  });
});

describe('an answer to reset', () => {
  it.each(atrs)('of $card', ({ atr, facts }) => {
    expect(readAtr(fromHex(atr) ?? new Uint8Array()) ?? null).toEqual(facts);
  });

  it('of any bytes throws nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (atr) => {
        expect(() => readAtr(atr)).not.toThrow();
      }),
    );
  });
});
