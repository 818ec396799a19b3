import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, fromHex } from '#core/base/bytes.ts';
import { KEY } from '#drivers/keyboard-scanner/frame.ts';
import { createKeyDecoder, type KeyEvent } from '#drivers/keyboard-scanner/key-decoder.ts';
import { typed } from '#drivers/keyboard-scanner/keyboard-simulator.ts';
import fixtures from '#test/fixtures/keyboard-scanner/reports.json' with { type: 'json' };

const codesOf = (events: readonly KeyEvent[]): Uint8Array[] => events.flatMap((event) => (event.kind === 'code' ? [event.data] : []));
const ENTER = [Uint8Array.of(0, 0, KEY.enter, 0, 0, 0, 0, 0), new Uint8Array(8)];
const RELEASED = new Uint8Array(8);

describe('keyboard reports', () => {
  it.each(fixtures)('$name', ({ reports, codes, garbage = 0 }) => {
    const decoder = createKeyDecoder(512);
    const events = reports.flatMap((report) => decoder.push(fromHex(report) ?? new Uint8Array()));
    expect(codesOf(events)).toEqual(codes.map(ascii));
    expect(events.filter(({ kind }) => kind === 'garbage')).toHaveLength(garbage);
  });

  it('gives back every code of bytes that a scanner types, by keys or by numbers', () => {
    fc.assert(
      fc.property(fc.uint8Array({ min: 1, minLength: 1, maxLength: 200 }), fc.boolean(), (code, byNumber) => {
        const decoder = createKeyDecoder(512);
        const events = [...typed(code, byNumber), ...ENTER].flatMap((report) => decoder.push(report));
        expect(codesOf(events)).toEqual([code]);
      }),
    );
  });

  it('finds a code behind any reports, once no key is down and the line was quiet', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 10 }), { maxLength: 30 }), (noise) => {
        const decoder = createKeyDecoder(64);
        for (const report of noise) decoder.push(report);
        decoder.push(RELEASED);
        decoder.idle();
        const events = [...typed(ascii('TICKET-1'), false), ...ENTER].flatMap((report) => decoder.push(report));
        expect(codesOf(events)).toEqual([ascii('TICKET-1')]);
      }),
    );
  });

  it('never throws and never gives more than its limit, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 8, maxLength: 8 }), { maxLength: 300 }), (reports) => {
        const decoder = createKeyDecoder(16);
        for (const event of reports.flatMap((report) => decoder.push(report))) {
          const size = event.kind === 'code' ? event.data.length : event.kind === 'overlong' ? event.head.length : 0;
          expect(size).toBeLessThanOrEqual(16);
        }
      }),
    );
  });

  it('tells an endless code once, and is clean behind its Enter', () => {
    const decoder = createKeyDecoder(8);
    const events = [...typed(ascii('123456789012345'), false), ...ENTER, ...typed(ascii('AB'), false), ...ENTER].flatMap((report) =>
      decoder.push(report),
    );
    expect(events.filter(({ kind }) => kind !== 'begun')).toEqual([
      { kind: 'overlong', head: ascii('12345678') },
      { kind: 'code', data: ascii('AB') },
    ]);
  });
});
