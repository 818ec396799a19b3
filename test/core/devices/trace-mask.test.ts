import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes } from '#core/base/bytes.ts';
import { createTraceMasker } from '#core/devices/trace-mask.ts';
import type { TraceMask } from '#core/ports/driver.ts';

const textOf = (mask: TraceMask | undefined, bytes: Uint8Array, isInputReport = false): string => createTraceMasker(mask).text(bytes, isInputReport);

describe('what of a line may be kept', () => {
  it('is a count of bytes where the driver says nothing else', () => {
    expect(textOf(undefined, Uint8Array.of(0x04, 0x0f, 0x45))).toBe('......');
  });

  it('is everything that a relay board says', () => {
    expect(textOf('no-words', Uint8Array.of(1, 5, 2, 0, 0, 7, 0x8d, 0xb0))).toBe('0105020000078db0');
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
    for (const mask of ['no-words', 'no-characters'] as const) expect(textOf(mask, Uint8Array.of(0, 0, 0x1e, 0, 0, 0, 0, 0), true)).toBe('..'.repeat(8));
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
