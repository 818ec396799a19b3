import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes } from '#core/base/bytes.ts';
import { traceText } from '#core/devices/trace-mask.ts';
import type { DeviceClass } from '#core/ports/health.ts';

describe('what of a line may be kept', () => {
  it('is everything of a gate', () => {
    expect(traceText('gate-controller', Uint8Array.of(1, 5, 2, 0, 0, 7, 0x8d, 0xb0), false)).toBe('0105020000078db0');
  });

  it('is the commands and states of a printer, and no code', () => {
    const job = concatBytes(Uint8Array.of(0x1b, 0x40), ascii('KIOSK12'), Uint8Array.of(0x1d, 0x28, 0x48), ascii('P001'), Uint8Array.of(0));
    expect(traceText('ticket-printer', job, false)).toBe(`1b40${'..'.repeat(7)}1d28485030303100`);
  });

  it('is what frames a code of a scanner, and none of its characters', () => {
    expect(traceText('scanner', ascii(']Q1T-0011\r'), false)).toBe('5d....' + '..2d........0d');
    expect(traceText('scanner', Uint8Array.of(0, 0, 0x1e, 0, 0, 0, 0, 0), true)).toBe('..'.repeat(8));
  });

  it('is a count of bytes where cards are', () => {
    for (const kind of ['payment-terminal', 'card-reader'] as const) expect(traceText(kind, Uint8Array.of(0x04, 0x0f, 0x45), false)).toBe('......');
  });

  it('holds no number of a card and no code, wherever it stands', () => {
    const anyKind = fc.constantFrom<DeviceClass>('ticket-printer', 'scanner', 'payment-terminal', 'card-reader');
    fc.assert(
      fc.property(
        anyKind,
        fc.uint8Array({ maxLength: 20 }),
        fc.stringMatching(/^\d{13,19}$/),
        fc.uint8Array({ maxLength: 20 }),
        (kind, before, number, after) => {
          const text = traceText(kind, concatBytes(before, ascii(number), after), false);
          expect(text.length).toBe((before.length + number.length + after.length) * 2);
          expect(text.slice(before.length * 2, (before.length + number.length) * 2)).toBe('..'.repeat(number.length));
        },
      ),
    );
  });
});
