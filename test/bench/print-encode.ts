import { fileURLToPath } from 'node:url';
import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder';
import iconv from 'iconv-lite';
import { transform } from 'receiptline';
import { readPrinterProfile } from '#agent/configuration/printer-profiles.ts';
import { layOutTicket } from '#core/paper/ticket.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import { escposLanguage } from '#drivers/escpos-printer/language.ts';
import { loadCharacterRom } from '#drivers/ticket-printer/paper/character-rom.ts';
import { SAMPLE_CODE, SAMPLE_FACE, SAMPLE_TICKET_ID } from '#test/core/paper/sample-face.ts';
import { type Benchmark, type Measurement, percentile, rounded } from './measurement.ts';

const ROUNDS = 60;
const TICKETS_A_ROUND = 50;

const PROFILES = fileURLToPath(new URL('../../device-drivers/escpos-printer/profiles', import.meta.url));

export const printEncode: Benchmark = {
  name: 'print-encode',
  what: 'a full Chinese ticket with its QR code as ESC/POS bytes, beside what others make of the same lines',
  run: async (report) => {
    const language = escposLanguage({ profile: readPrinterProfile(PROFILES, 'epson'), isMarked: false, letters: loadCharacterRom });
    const layOut = () => layOutTicket(SAMPLE_FACE, SAMPLE_CODE, { columns: 48, layout: 'cn', ticketId: SAMPLE_TICKET_ID });
    const document = layOut();
    const markdown = asMarkdown(document);
    const encode = (paper: PaperDocument): number => {
      const encoded = language.encodeDocument(paper, 'bench');
      if (!encoded.ok) throw new Error(encoded.error.message);
      return encoded.value.body.length + encoded.value.cut.length;
    };
    const contenders = {
      encode: () => encode(document),
      'layout and encode': () => encode(layOut()),
      'by hand': () => byHand(document).length,
      receiptline: () => transform(markdown, { cpl: 48, encoding: 'gb18030', command: 'escpos', cutting: true }).length,
      'receipt-printer-encoder': () => byOtherEncoder(document).length,
    };
    const times = inTurns(contenders);
    const median = (name: keyof typeof contenders): number => percentile(times.get(name) ?? [], 0.5);
    const tell = (name: string, value: number, floor: number, aim: string): void => report(figure(name, value, floor, aim));
    tell('encode / by hand', median('encode'), median('by hand'), '≤ 1.5 ×');
    tell('all / receiptline', median('layout and encode'), median('receiptline'), '< 1 ×');
    tell('all / r.-p.-encoder', median('layout and encode'), median('receipt-printer-encoder'), '< 1 ×');
  },
};

function figure(name: string, value: number, floor: number, aim: string): Measurement {
  const shown = { bench: 'print-encode', case: name, metric: 'a ticket, p50', unit: 'µs', aim } as const;
  return { ...shown, value: rounded(value), floor: rounded(floor), ratio: rounded(value / floor) };
}

/** The contenders take turns in short rounds, so that whatever else the machine does meets all of them. Microseconds for one ticket, a sample a round. */
function inTurns<Name extends string>(contenders: Readonly<Record<Name, () => number>>): Map<Name, number[]> {
  const entries = Object.entries(contenders) as [Name, () => number][];
  const times = new Map<Name, number[]>(entries.map(([name]) => [name, []]));
  let bytes = 0;
  for (let round = -5; round < ROUNDS; round++) {
    for (const [name, make] of entries) {
      const begun = performance.now();
      for (let ticket = 0; ticket < TICKETS_A_ROUND; ticket++) bytes += make();
      if (round >= 0) times.get(name)?.push(((performance.now() - begun) * 1_000) / TICKETS_A_ROUND);
    }
  }
  if (bytes === 0) throw new Error('nothing was encoded');
  return times;
}

/** What somebody writes who knows this one ticket and one printer: no profile, no check, no other way to print. */
function byHand({ blocks }: PaperDocument): Uint8Array {
  const pieces: Buffer[] = [Buffer.from([0x1b, 0x40, 0x1c, 0x26, 0x1b, 0x33, 32])];
  for (const block of blocks) {
    if (block.kind === 'text') {
      pieces.push(Buffer.from([0x1b, 0x61, block.align === 'centre' ? 1 : 0]));
      for (const { text, width, height, bold } of block.runs) {
        pieces.push(Buffer.from([0x1d, 0x21, ((width - 1) << 4) | (height - 1), 0x1b, 0x45, bold ? 1 : 0]), iconv.encode(text, 'gb18030'));
      }
      pieces.push(Buffer.from([0x0a]));
    } else if (block.kind === 'qr') {
      const length = block.data.length + 3;
      pieces.push(
        Buffer.from([0x1b, 0x61, 1, 0x1d, 0x28, 0x6b, 4, 0, 0x31, 0x41, 0x32, 0, 0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x43, block.moduleDots]),
        Buffer.from([0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x45, 0x31, 0x1d, 0x28, 0x6b, length & 0xff, length >> 8, 0x31, 0x50, 0x30]),
        Buffer.from(block.data, 'latin1'),
        Buffer.from([0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30]),
      );
    } else if (block.kind === 'rule') {
      pieces.push(Buffer.from('-'.repeat(48), 'latin1'), Buffer.from([0x0a]));
    }
  }
  pieces.push(Buffer.from([0x1d, 0x56, 0x42, 0]));
  return Buffer.concat(pieces);
}

function lineOf(block: Extract<PaperDocument['blocks'][number], { kind: 'text' }>): string {
  return block.runs.map(({ text }) => text).join('');
}

/** The same lines in receiptline's language. */
function asMarkdown({ blocks }: PaperDocument): string {
  return blocks
    .map((block) => {
      switch (block.kind) {
        case 'text': {
          const large = block.runs.some(({ width }) => width === 2) ? '^^^' : '';
          const text = lineOf(block).replace(/[\\|{}~_"`^-]/g, (sign) => `\\${sign}`);
          return block.align === 'centre' ? `${large}${text}` : `${large}${text} |`;
        }
        case 'qr':
          return `{code:${block.data.replace(/[;}|\\]/g, '')};option:qrcode,6,m}`;
        default:
          return '-';
      }
    })
    .join('\n');
}

/** It has no Chinese characters and prints question marks; the work is the same. */
function byOtherEncoder({ blocks }: PaperDocument): Uint8Array {
  const encoder = new ReceiptPrinterEncoder({ language: 'esc-pos', columns: 48 });
  encoder.initialize();
  for (const block of blocks) {
    if (block.kind === 'text') {
      encoder.align(block.align === 'centre' ? 'center' : 'left');
      for (const { text, width, height, bold } of block.runs) encoder.size(width, height).bold(bold).text(text);
      encoder.newline();
    } else if (block.kind === 'qr') {
      encoder.align('center').qrcode(block.data, { model: 2, size: block.moduleDots, errorlevel: 'm' });
    } else {
      encoder.rule();
    }
  }
  return encoder.cut('partial').encode();
}
