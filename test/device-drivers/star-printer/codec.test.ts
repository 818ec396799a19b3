import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '#core/base/bytes.ts';
import { encodeCommand } from '#drivers/star-printer/encoder.ts';
import { parseCommand } from '#drivers/star-printer/simulator/byte-parser.ts';
import { createStarSimulator } from '#drivers/star-printer/simulator.ts';
import type { ReceivedCommand } from '#drivers/ticket-printer/simulator/received-command.ts';
import { SAMPLE_CODE } from '#test/core/paper/sample-face.ts';
import { anyDocument } from '#test/device-drivers/escpos-printer/any-document.ts';
import { hex } from '#test/device-drivers/escpos-printer/fixtures.ts';
import { TICKET } from '#test/device-drivers/escpos-printer/printer-bench.ts';
import { readPaper } from '#test/support/paper-reader.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { starLanguageOf } from './star-parts.ts';

const MODELS = ['star', 'star-chinese', 'star-without-counter', 'star-tup900', 'star-print-end'] as const;

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

describe('commands', () => {
  it.each([
    [{ kind: 'initialise' }, '1b 40'],
    [{ kind: 'no-automatic-status' }, '1b 1e 61 00'],
    [{ kind: 'ask-status' }, '1b 06 01'],
    [{ kind: 'count-fence' }, '17'],
    [{ kind: 'print-end-fence', name: 0x80a1 }, '1b 1d 03 01 80 a1'],
    [{ kind: 'start-document' }, '1b 1d 03 03 00 00'],
    [{ kind: 'end-document' }, '1b 1d 03 04 00 00'],
    [{ kind: 'code-page', number: 32 }, '1b 1d 74 20'],
    [{ kind: 'align', to: 'centre' }, '1b 1d 61 01'],
    [{ kind: 'size', width: 2, height: 1 }, '1b 69 00 01'],
    [{ kind: 'bold', on: false }, '1b 46'],
    [{ kind: 'line-spacing', mm: 4 }, '1b 7a 01'],
    [{ kind: 'feed-dots', dots: 56 }, '1b 49 38'],
    [{ kind: 'cut', how: 'partial' }, '1b 64 03'],
    [{ kind: 'cut', how: 'full' }, '1b 64 02'],
    [{ kind: 'retract' }, '1b 16 30 00'],
    [
      { kind: 'qr', data: 'AB', moduleDots: 6, errorCorrection: 'M' },
      '1b 1d 79 53 30 02  1b 1d 79 53 31 01  1b 1d 79 53 32 06  1b 1d 79 44 31 00 02 00 41 42  1b 1d 79 50',
    ],
  ] as const)('encodes %j', (command, bytes) => {
    expect(toHex(encodeCommand(command))).toBe(toHex(hex(bytes)));
  });
});

it('a document begins before anything of it, and ends behind its cut', () => {
  const encoded = starLanguageOf('star-print-end').encodeDocument(TICKET, 'printer');
  if (!encoded.ok) throw new Error(encoded.error.message);
  expect(read(encoded.value.body)[0]).toEqual({ kind: 'print-end', fn: 3, n1: 0, n2: 0 });
  expect(read(encoded.value.cut)).toMatchObject([{ kind: 'cut' }, { kind: 'print-end', fn: 4, n1: 0, n2: 0 }]);
});

describe.each(MODELS)('papers for %s', (model) => {
  const language = starLanguageOf(model);

  it('are read to the last byte, and ask for nothing but paper, whatever is written on them', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const encoded = language.encodeDocument(document, 'printer');
        if (!encoded.ok) throw new Error(encoded.error.message);
        const commands = read(encoded.value.body);
        const allowed = [
          ...[
            'initialise',
            'automatic-status',
            'code-page',
            'ideogram-spacing',
            'line-spacing',
            'align',
            'size',
            'bold',
            'character',
            'line-feed',
            'feed-dots',
          ],
          ...['line-picture', 'block', 'ignored', 'print-end'],
        ];
        for (const { kind } of commands) expect(allowed).toContain(kind);
        for (const command of commands) {
          if (command.kind === 'line-picture')
            expect(command.rows.some((byte, at) => byte === 4 || byte === 5 || (byte === 0x1b && command.rows[at + 1] === 6))).toBe(false);
        }
        // Not one byte of them is a question that is obeyed as it arrives.
        expect(Buffer.from(encoded.value.body).includes(Buffer.from([0x1b, 0x06]))).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it('carry exactly the code of the ticket, for a foreign reader', () => {
    const encoded = language.encodeDocument(TICKET, 'printer');
    if (!encoded.ok) throw new Error(encoded.error.message);
    const printer = createStarSimulator({ ...createVirtualTime(), mmPerSecond: 0, model });
    const end = printer.connect({ write: () => undefined, drop: () => undefined });
    end?.receive(encoded.value.body);
    end?.receive(encoded.value.cut);
    const png = printer.paperPng(1);
    if (png === undefined) throw new Error('nothing was printed');
    expect(readPaper(png)).toBe(SAMPLE_CODE);
  });
});
