import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '#core/base/bytes.ts';
import { LIMITS } from '#core/base/limits.ts';
import { columnsOf } from '#core/paper/paper-text.ts';
import { layOutTicket } from '#core/paper/ticket.ts';
import type { PaperBlock, PaperDocument } from '#core/ports/paper-document.ts';
import { encodeDocument } from '#drivers/escpos-printer/document-encoder.ts';
import { encodeCommand } from '#drivers/escpos-printer/encoder.ts';
import { encodeCharacters } from '#drivers/escpos-printer/paper-characters.ts';
import { parseCommand, type ReceivedCommand } from '#drivers/escpos-printer/simulator/byte-parser.ts';
import { SAMPLE_CODE, SAMPLE_FACE, SAMPLE_TICKET_ID } from '#test/core/paper/sample-face.ts';
import { hex, VECTORS } from './fixtures.ts';
import { EPSON } from './printer-parts.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const ticket = layOutTicket(SAMPLE_FACE, SAMPLE_CODE, { columns: 48, layout: 'cn', ticketId: SAMPLE_TICKET_ID });

function encode(document: PaperDocument): Uint8Array {
  const encoded = encodeDocument(document, 'printer', EPSON);
  if (!encoded.ok) throw new Error(encoded.error.message);
  return encoded.value.body;
}

/** What a printer, which knows nothing of us, reads in the bytes. */
function read(bytes: Uint8Array): ReceivedCommand[] {
  const commands: ReceivedCommand[] = [];
  for (let at = 0; at < bytes.length; ) {
    const parsed = parseCommand(bytes, at);
    if (parsed === 'incomplete') throw new Error(`the bytes end inside a command at ${at}`);
    commands.push(parsed.command);
    at += parsed.length;
  }
  return commands;
}

describe('characters', () => {
  it.each(VECTORS.characters)('encodes $text', ({ text, bytes }) => {
    expect(toHex(encodeCharacters(text))).toBe(toHex(hex(bytes)));
  });

  it('turns no input into a command, and takes as many bytes as columns', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const bytes = encodeCharacters(text);
        expect(bytes.every((byte) => byte >= 0x20 && byte !== 0x7f && byte !== 0xff)).toBe(true);
        expect(bytes.length).toBe(columnsOf(text));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('commands', () => {
  it.each([
    [{ kind: 'initialise' }, '1b 40'],
    [{ kind: 'automatic-status' }, '1d 61 0e'],
    [{ kind: 'ideograms' }, '1c 26'],
    [{ kind: 'size', width: 2, height: 2 }, '1d 21 11'],
    [{ kind: 'size', width: 1, height: 2 }, '1d 21 01'],
    [{ kind: 'cut', how: 'partial' }, '1d 56 42 00'],
    [{ kind: 'cut', how: 'full' }, '1d 56 41 00'],
    [{ kind: 'process-id', token: 'P001' }, '1d 28 48 06 00 30 30 50 30 30 31'],
    [{ kind: 'ask-status', about: 4 }, '10 04 04'],
    [{ kind: 'clear-buffers' }, '10 14 08 01 03 14 01 06 02 08'],
    [
      { kind: 'qr', data: 'AB', moduleDots: 6, errorCorrection: 'M' },
      '1d 28 6b 04 00 31 41 32 00  1d 28 6b 03 00 31 43 06  1d 28 6b 03 00 31 45 31  1d 28 6b 05 00 31 50 30 41 42  1d 28 6b 03 00 31 51 30',
    ],
  ] as const)('encodes %j', (command, bytes) => {
    expect(toHex(encodeCommand(command))).toBe(toHex(hex(bytes)));
  });
});

const anyRun = fc.record({
  text: anyText,
  width: fc.constantFrom(1 as const, 2 as const),
  height: fc.constantFrom(1 as const, 2 as const),
  bold: fc.boolean(),
});
const anyBlock: fc.Arbitrary<PaperBlock> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    align: fc.constantFrom('left' as const, 'centre' as const),
    runs: fc.array(anyRun, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('qr' as const),
    data: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 500 }),
    moduleDots: fc.integer({ min: 1, max: 16 }),
    errorCorrection: fc.constantFrom('L' as const, 'M' as const, 'Q' as const, 'H' as const),
  }),
  fc.record({ kind: fc.constant('rule' as const), style: fc.constantFrom('solid' as const, 'dashed' as const) }),
  fc.record({ kind: fc.constant('feed' as const), lines: fc.integer({ min: 0, max: 4 }) }),
);
const anyDocument = fc.record({
  columns: fc.constantFrom(32, 42, 48),
  blocks: fc.array(anyBlock, { maxLength: 12 }),
  cut: fc.constantFrom('partial' as const, 'full' as const),
});

describe('documents', () => {
  it('never hold a real-time command, whatever is written on them', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        expect(toHex(encode(document)).match(/^(..)*?10(04|05|14)/)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('are read by a printer to the last byte, and ask of it only what they should', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const kinds = new Set(read(encode(document)).map(({ kind }) => kind));
        for (const kind of ['identity', 'paper-status', 'cut', 'ignored', 'print-mode'] as const) expect(kinds).not.toContain(kind);
      }),
    );
  });

  it('bring the letters of a ticket to the printer', () => {
    const text = Buffer.from(read(encode(ticket)).flatMap((command) => (command.kind === 'character' ? [command.byte] : [])));
    expect(new TextDecoder('gb18030').decode(text)).toContain('示例国际影城（人民路店）');
  });

  it('end with a feed, so that the last line is on paper before the echo', () => {
    expect(read(encode(ticket)).at(-1)?.kind).toBe('feed-dots');
  });

  it('are refused with a bar code of other than printable ASCII', () => {
    for (const data of ['', 'A\u0010\u0004\u0001', '影票', 'A'.repeat(513)]) {
      const qr = { kind: 'qr', data, moduleDots: 6, errorCorrection: 'M' } as const;
      expect(encodeDocument({ columns: 48, blocks: [qr], cut: 'full' }, 'printer', EPSON)).toMatchObject({
        ok: false,
        error: { code: 'E-PRN-DOCUMENT' },
      });
    }
  });

  it('are refused when they are longer than a job may be', () => {
    const line = { kind: 'text', align: 'left', runs: [{ text: 'x'.repeat(48), width: 1, height: 1, bold: false }] } as const;
    const blocks = Array.from({ length: Math.ceil(LIMITS.printer.jobBytesMax / 48) }, () => line);
    expect(encodeDocument({ columns: 48, blocks, cut: 'full' }, 'printer', EPSON)).toMatchObject({ ok: false, error: { code: 'E-PRN-DOCUMENT' } });
  });
});
