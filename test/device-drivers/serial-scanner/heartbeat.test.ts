import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes, toHex } from '#core/base/bytes.ts';
import { createAnswerFilter, HEARTBEATS } from '#drivers/serial-scanner/heartbeat.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What comes through when these chunks come in, and how many answers were among them. */
function through(chunks: readonly Uint8Array[]): { readonly rest: Uint8Array; readonly answers: number } {
  const filter = createAnswerFilter(HEARTBEATS.honeywell);
  let rest: Uint8Array = new Uint8Array();
  let answers = 0;
  for (const chunk of chunks) {
    const taken = filter.take(chunk);
    rest = concatBytes(rest, taken.rest);
    if (taken.isAnswered) answers += 1;
  }
  return { rest: concatBytes(rest, filter.flush()), answers };
}

const ANSWER = ascii('TRGMOD0\x06.');

describe('answers of a scanner that is asked', () => {
  it('asks as the manual says', () => {
    expect(toHex(HEARTBEATS.honeywell.question)).toBe('164d0d5452474d4f443f2e');
  });

  it.each([
    ['with its full stop', [ANSWER], '', 1],
    ['without one', [ascii('TRGMOD2\x06')], '', 1],
    ['stored for good', [ascii('TRGMOD2\x06!')], '', 1],
    ['that knows no such tag', [ascii('TRGMOD\x05.')], '', 1],
    ['between two codes', [ascii('A1\r'), ANSWER, ascii('B2\r')], 'A1\rB2\r', 1],
    ['in the chunk of a code', [ascii('A1\rTRGMOD0\x06.B2\r')], 'A1\rB2\r', 1],
    ['whose full stop comes later', [ascii('TRGMOD0\x06'), ascii('.B2\r')], 'B2\r', 1],
    ['and a code that begins alike', [ascii('TRG\r')], 'TRG\r', 0],
    ['and a code that is cut where an answer could begin', [ascii('AT'), ascii('1\r')], 'AT1\r', 0],
    ['and a code that is all of the tag, for ever', [ascii(`TRGMOD${'x'.repeat(80)}\r`)], `TRGMOD${'x'.repeat(80)}\r`, 0],
  ])('an answer %s', (_, chunks, rest, answers) => {
    const taken = through(chunks);
    expect([text(taken.rest), taken.answers]).toEqual([rest, answers]);
  });

  it('lets everything else through as it is, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (chunks) => {
        expect(through(chunks)).toEqual({ rest: concatBytes(...chunks), answers: 0 });
      }),
    );
  });

  it('finds an answer however it is cut, and nothing of it is left over', () => {
    const code = fc.uint8Array({ min: 0x20, max: 0x53, maxLength: 30 });
    fc.assert(
      fc.property(code, code, fc.integer({ min: 1, max: 5 }), (before, behind, size) => {
        const line = concatBytes(before, ascii('\r'), ANSWER, behind);
        const chunks = Array.from({ length: Math.ceil(line.length / size) }, (_, at) => line.subarray(at * size, (at + 1) * size));
        expect(through(chunks)).toEqual({ rest: concatBytes(before, ascii('\r'), behind), answers: 1 });
      }),
    );
  });
});
