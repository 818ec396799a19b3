import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes, fromHex } from '#core/base/bytes.ts';
import { type AssemblerEvent, createCodeAssembler, encodeParts, parsePart } from '#drivers/hid-pos-scanner/codec.ts';
import { PART_BYTES, REPORT_BYTES } from '#drivers/hid-pos-scanner/frame.ts';
import fixtures from '#test/fixtures/hid-pos-scanner/reports.json' with { type: 'json' };

const codesOf = (events: readonly AssemblerEvent[]) => events.flatMap((event) => (event.kind === 'code' ? [event] : []));
const garbageOf = (events: readonly AssemblerEvent[]): number => events.filter(({ kind }) => kind === 'garbage').length;
/** The last byte is none that is taken for a suffix. */
const anyCode = fc.uint8Array({ maxLength: 512 }).map((code) => concatBytes(code, ascii('.')).subarray(0, 512));
const anyReport = fc.oneof(
  fc.uint8Array({ maxLength: 70 }),
  fc.uint8Array({ minLength: REPORT_BYTES, maxLength: REPORT_BYTES }).map((report) => report.fill(0x02, 0, 1).fill(0x5d, 2, 3)),
);

describe('HID-POS reports', () => {
  it.each(fixtures)('$name', ({ reports, codes, garbage = 0 }) => {
    const assembler = createCodeAssembler(512);
    const events = reports.flatMap((report) => assembler.push(fromHex(report) ?? new Uint8Array()));
    expect(codesOf(events)).toEqual(codes.map(({ text, symbology }) => ({ kind: 'code', data: ascii(text), symbology })));
    expect(garbageOf(events)).toBe(garbage);
  });

  it('gives every code back that was cut into parts, shifted or not', () => {
    fc.assert(
      fc.property(anyCode, fc.constantFrom('Q1', 'z0', 'C1'), fc.constantFrom<0 | 1>(0, 1), (code, symbology, shift) => {
        const assembler = createCodeAssembler(512);
        const events = encodeParts(code, symbology, shift).flatMap((part) => assembler.push(part));
        const [read] = codesOf(events);
        expect([read?.symbology, read?.data]).toEqual([symbology, withoutSuffix(code)]);
        expect(assembler.isInCode).toBe(false);
      }),
    );
  });

  it('finds a code behind any reports, once the line was quiet', () => {
    fc.assert(
      fc.property(fc.array(anyReport, { maxLength: 20 }), anyCode, (noise, code) => {
        const assembler = createCodeAssembler(512);
        for (const report of noise) assembler.push(report);
        assembler.idle();
        const events = encodeParts(code, 'Q1', 0).flatMap((part) => assembler.push(part));
        expect(codesOf(events).map(({ data }) => data)).toEqual([withoutSuffix(code)]);
      }),
    );
  });

  it('never throws and never gives more than its limit, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(anyReport, { maxLength: 40 }), fc.integer({ min: 1, max: 200 }), (reports, codeBytesMax) => {
        const assembler = createCodeAssembler(codeBytesMax);
        for (const event of reports.flatMap((report) => assembler.push(report))) {
          const size = event.kind === 'code' ? event.data.length : event.kind === 'overlong' ? event.head.length : 0;
          expect(size).toBeLessThanOrEqual(codeBytesMax);
        }
      }),
    );
  });

  it('tells an endless code once, with its head, and is clean behind its end', () => {
    const assembler = createCodeAssembler(100);
    const [first = new Uint8Array()] = encodeParts(new Uint8Array(2 * PART_BYTES).fill(0x41), 'Q1', 0);
    const events = Array.from({ length: 50 }, () => assembler.push(first)).flat();
    expect(events.map(({ kind }) => kind)).toEqual(['begun', 'overlong']);
    expect(assembler.idle()).toEqual([{ kind: 'garbage', reason: 'part-missing' }]);
    expect(codesOf(encodeParts(ascii('NEXT'), 'Q1', 0).flatMap((part) => assembler.push(part))).map(({ data }) => data)).toEqual([ascii('NEXT')]);
  });

  it('keeps no view into a report that the transport may use again', () => {
    const [report = new Uint8Array()] = encodeParts(ascii('KEPT'), 'Q1', 0);
    const part = parsePart(report);
    report.fill(0);
    expect(part.kind === 'part' && part.data).toEqual(ascii('KEPT'));
  });
});

const withoutSuffix = (code: Uint8Array): Uint8Array => {
  const end = code.length - (code.at(-1) === 0x0a ? 1 : 0);
  return code.subarray(0, code[end - 1] === 0x0d ? end - 1 : end);
};
