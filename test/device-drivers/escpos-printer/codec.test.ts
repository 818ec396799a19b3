import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '#core/base/bytes.ts';
import { LIMITS } from '#core/base/limits.ts';
import { columnsOf } from '#core/paper/paper-text.ts';
import { layOutTicket } from '#core/paper/ticket.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import { encodeCommand } from '#drivers/escpos-printer/encoder.ts';
import { parseCommand } from '#drivers/escpos-printer/simulator/byte-parser.ts';
import { characterEncoder } from '#drivers/ticket-printer/paper/characters.ts';
import type { PrinterLanguage } from '#drivers/ticket-printer/printer-language.ts';
import type { ReceivedCommand } from '#drivers/ticket-printer/simulator/received-command.ts';
import { SAMPLE_CODE, SAMPLE_FACE, SAMPLE_TICKET_ID } from '#test/core/paper/sample-face.ts';
import { anyDocument } from './any-document.ts';
import { hex, VECTORS } from './fixtures.ts';
import { EPSON, languageOf, profileOf } from './printer-parts.ts';

const encodeCharacters = (text: string): Uint8Array => characterEncoder({ set: 'gb18030' })(text) ?? Uint8Array.of();
const encodeDocument = (document: PaperDocument) => languageOf(EPSON).encodeDocument(document, 'printer');
const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const ticket = layOutTicket(SAMPLE_FACE, SAMPLE_CODE, { columns: 48, layout: 'cn', ticketId: SAMPLE_TICKET_ID });

/** Models with letters and bar codes of their own, with other ones, and with none. */
const LANGUAGES = {
  epson: languageOf(EPSON),
  'epson-western': languageOf(profileOf('epson-western')),
  'generic-pictures': languageOf(profileOf('generic-pictures')),
  'custom-vkp80': languageOf(profileOf('custom-vkp80'), true),
};

function encode(document: PaperDocument, language: PrinterLanguage = LANGUAGES.epson): Uint8Array {
  const encoded = language.encodeDocument(document, 'printer');
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

describe('a code page', () => {
  const western = characterEncoder({ set: 'code-page', encoding: 'windows-1252', number: 16 });

  it('has marked letters as they are', () => {
    expect(toHex(western('Café à Łódź') ?? Uint8Array.of())).toBe('');
    expect(toHex(western('Café à gogo') ?? Uint8Array.of())).toBe(toHex(hex('43 61 66 E9 20 E0 20 67 6F 67 6F')));
  });

  it('leaves to the drawing pen what it has not, and turns no input into a command', () => {
    expect(western('影票')).toBeUndefined();
    expect(western('a\u001b@')).toBeUndefined();
    fc.assert(
      fc.property(anyText, (text) => {
        const bytes = western(text);
        if (bytes !== undefined) expect(bytes.every((byte) => byte >= 0x20 && byte !== 0x7f) && bytes.length === columnsOf(text)).toBe(true);
      }),
    );
  });
});

describe('commands', () => {
  it.each([
    [{ kind: 'initialise' }, '1b 40'],
    [{ kind: 'automatic-status' }, '1d 61 0e'],
    [{ kind: 'ideograms', on: true }, '1c 26'],
    [{ kind: 'ideograms', on: false }, '1c 2e'],
    [{ kind: 'code-page', number: 16 }, '1b 74 10'],
    [{ kind: 'size', width: 2, height: 2 }, '1d 21 11'],
    [{ kind: 'size', width: 1, height: 2 }, '1d 21 01'],
    // The example of a mark 5 mm before the place, at an eighth of a millimetre a unit; back with m = 1.
    [{ kind: 'mark-offset', of: 'start', units: 40 }, '1d 28 46 04 00 01 00 28 00'],
    [{ kind: 'mark-offset', of: 'cut', units: -300 }, '1d 28 46 04 00 02 01 2c 01'],
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

const hasRealTimeCommand = (bytes: Uint8Array): boolean =>
  bytes.some((byte, at) => byte === 0x10 && (bytes[at + 1] === 0x04 || bytes[at + 1] === 0x05 || bytes[at + 1] === 0x14));

describe.each(Object.entries(LANGUAGES))('documents for %s', (_, language) => {
  it('never hold a real-time command, whatever is written on them', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        expect(hasRealTimeCommand(encode(document, language))).toBe(false);
      }),
      { numRuns: 80 },
    );
  });

  it('are read by a printer to the last byte, and ask of it only what they should', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const commands = read(encode(document, language));
        expect(commands.every((command) => command.kind !== 'raster' || command.rows.length <= 255 * command.bytesPerRow)).toBe(true);
        const kinds = new Set(commands.map(({ kind }) => kind));
        for (const kind of ['identity', 'paper-status', 'cut', 'ignored', 'print-mode'] as const) expect(kinds).not.toContain(kind);
      }),
      { numRuns: 40 },
    );
  });
});

describe('documents', () => {
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
      expect(encodeDocument({ columns: 48, blocks: [qr], cut: 'full' })).toMatchObject({
        ok: false,
        error: { code: 'E-PRN-DOCUMENT' },
      });
    }
  });

  it('are refused when they are longer than a job may be', () => {
    const line = { kind: 'text', align: 'left', runs: [{ text: 'x'.repeat(48), width: 1, height: 1, bold: false }] } as const;
    const blocks = Array.from({ length: Math.ceil(LIMITS.printer.jobBytesMax / 48) }, () => line);
    expect(encodeDocument({ columns: 48, blocks, cut: 'full' })).toMatchObject({ ok: false, error: { code: 'E-PRN-DOCUMENT' } });
  });
});
