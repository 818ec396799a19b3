import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes } from '#core/base/bytes.ts';
import { createTraceMasker } from '#core/devices/trace-mask.ts';
import type { TraceMask } from '#core/ports/driver.ts';
import { sealFrame } from '#drivers/modbus-gate/codec.ts';
import { wholeFrameLength } from '#drivers/modbus-gate/reply-decoder.ts';

const textOf = (mask: TraceMask | undefined, bytes: Uint8Array, isInputReport = false): string => createTraceMasker(mask).text(bytes, isInputReport);

describe('what of a line may be kept', () => {
  it('is a count of bytes where the driver says nothing else', () => {
    expect(textOf(undefined, Uint8Array.of(0x04, 0x0f, 0x45))).toBe('......');
  });

  it('is everything that a relay module says', () => {
    expect(textOf('no-words', concatBytes(Uint8Array.of(0xa0, 1, 1, 0xa2), ascii('CH1: ON\r\n')))).toBe('a00101a2' + '4348313a204f4e0d0a');
  });

  it('is the frames of a line that others may share, and nothing else on it', () => {
    const mask: TraceMask = { kind: 'frames', frameLength: wholeFrameLength };
    const flash = Uint8Array.of(1, 5, 2, 0, 0, 7, 0x8d, 0xb0);
    expect(textOf(mask, flash)).toBe('0105020000078db0');
    expect(textOf(mask, concatBytes(Uint8Array.of(0x53, 0x80, 0xa1, 0xb2), flash, ascii('4')))).toBe(`${'..'.repeat(4)}0105020000078db0..`);
    expect(textOf(mask, flash.subarray(0, 7))).toBe('..'.repeat(7));
    // An exception, and levels that were asked for.
    expect(textOf(mask, sealFrame([1, 0x85, 2]))).toHaveLength(10);
    expect(textOf(mask, sealFrame([7, 2, 1, 0x0f]))).not.toContain('.');
  });

  it('is the commands and states of a printer, and no code', () => {
    const job = concatBytes(Uint8Array.of(0x1b, 0x40), ascii('KIOSK12'), Uint8Array.of(0x1d, 0x28, 0x48), ascii('P001'), Uint8Array.of(0));
    expect(textOf('no-words', job)).toBe(`1b40${'..'.repeat(7)}1d28485030303100`);
  });

  it('is what frames a code of a scanner, and none of its characters', () => {
    expect(textOf('no-characters', ascii(']Q1T-0011\r'))).toBe('5d....' + '..2d........0d');
  });

  it('is no digit of a line that is read at the wrong parity', () => {
    expect(textOf('no-characters', Uint8Array.of(0xb1, 0x32, 0xb4, 0x0d))).toBe('......0d');
  });

  it('is nothing of a report that came unasked, whichever driver has the device', () => {
    for (const mask of ['no-words', 'no-characters'] as const)
      expect(textOf(mask, Uint8Array.of(0, 0, 0x1e, 0, 0, 0, 0, 0), true)).toBe('..'.repeat(8));
  });

  it('holds no number of a card and no code, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<(TraceMask | undefined)[]>('no-words', 'no-characters', undefined),
        fc.uint8Array({ maxLength: 20 }),
        fc.stringMatching(/^\d{13,19}$/),
        fc.uint8Array({ maxLength: 20 }),
        (mask, before, number, after) => {
          const text = textOf(mask, concatBytes(before, ascii(number), after));
          expect(text.length).toBe((before.length + number.length + after.length) * 2);
          expect(text.slice(before.length * 2, (before.length + number.length) * 2)).toBe('..'.repeat(number.length));
        },
      ),
    );
  });

  it('is at most five characters of a number that comes in pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^\d{1,4}$/), { minLength: 4, maxLength: 12 }), (pieces) => {
        const masker = createTraceMasker('no-words');
        const text = pieces.map((piece) => masker.text(ascii(piece), false)).join('');
        expect(text.replaceAll('.', '').length).toBeLessThanOrEqual(5 * 2);
        expect(masker.text(ascii('\r7'), false)).toBe('0d37');
      }),
    );
  });
});
