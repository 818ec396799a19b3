import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { createPn532Decoder, encodeFrame } from '#drivers/pn532-reader/codec.ts';
import { FROM_CHIP, type Pn532Event } from '#drivers/pn532-reader/frame.ts';
import fixtures from '#test/fixtures/pn532-reader/frames.json' with { type: 'json' };

const hex = (text: string): Uint8Array => {
  const bytes = fromHex(text);
  assert(bytes !== undefined, text);
  return bytes;
};

const decode = (...chunks: readonly Uint8Array[]): readonly Pn532Event[] => {
  const decoder = createPn532Decoder({ bodyBytesMax: 265 });
  return chunks.flatMap((chunk) => decoder.push(chunk));
};
const bytewise = (bytes: Uint8Array): readonly Uint8Array[] => Array.from(bytes, (byte) => Uint8Array.of(byte));
const withoutGarbage = (events: readonly Pn532Event[]) => events.filter(({ kind }) => kind !== 'garbage');
const plain = (event: Pn532Event) => (event.kind === 'answer' ? { ...event, data: toHex(event.data).toUpperCase() } : event);

const aFrame = fc
  .record({ code: fc.integer({ min: 0, max: 255 }), data: fc.uint8Array({ maxLength: 262 }) })
  .map(({ code, data }) => ({ code, data, bytes: encodeFrame(code, data, FROM_CHIP) }));
/** Runs in which no frame can begin. */
const noise = fc.uint8Array({ min: 1, max: 254, maxLength: 40 });

describe('frames of a PN532', () => {
  it.each(Object.entries(fixtures.commands))('the command %s is written as in the manual or the transcript', (_, [body = '', frame]) => {
    expect(toHex(encodeFrame(hex(body)[1] ?? 0, hex(body).slice(2))).toUpperCase()).toBe(frame);
  });

  it.each(fixtures.answers)('$frame is read', ({ frame, event }) => {
    expect(decode(hex(frame)).map(plain)).toEqual([event]);
  });

  it('longer than 255 bytes are extended', () => {
    const data = new Uint8Array(260).fill(7);
    const frame = encodeFrame(0x41, data, FROM_CHIP);
    expect(toHex(frame.subarray(0, 10))).toBe('0000ffffff0106f9d541');
    expect(decode(frame)).toEqual([{ kind: 'answer', code: 0x41, data }]);
  });

  it('read the same byte by byte as in one piece, behind noise and between noise', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, aFrame), { maxLength: 5 }), noise, (parts, tail) => {
        const whole = concatBytes(...parts.flatMap(([before, { bytes }]) => [before, bytes]), tail);
        const wanted = parts.map(([, { code, data }]) => ({ kind: 'answer', code, data }));
        expect(withoutGarbage(decode(whole))).toEqual(wanted);
        expect(withoutGarbage(decode(...bytewise(whole)))).toEqual(wanted);
      }),
    );
  });

  it('with one byte wrong are never taken for another answer', () => {
    fc.assert(
      fc.property(aFrame, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ bytes, code, data }, where, change) => {
        const broken = bytes.slice();
        const at = where % (broken.length - 1);
        broken[at] = (broken[at] ?? 0) ^ change;
        for (const event of decode(broken)) {
          if (event.kind === 'answer') expect({ code: event.code, data: event.data }).toEqual({ code, data });
        }
      }),
    );
  });

  it('no input throws, and none is held longer than a frame', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.constant(hex('00ffffff0109f6'))), { maxLength: 12 }), (chunks) => {
        const decoder = createPn532Decoder({ bodyBytesMax: 265 });
        for (const chunk of chunks) decoder.push(chunk);
        // Whatever was held, a reset frees, and a frame behind it is read.
        decoder.reset();
        expect(decoder.push(hex('0000ff00ff00'))).toEqual([{ kind: 'ack' }]);
      }),
    );
  });
});
