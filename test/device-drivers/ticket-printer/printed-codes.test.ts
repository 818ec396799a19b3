import { decode, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { layOutTicket } from '#core/paper/ticket.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { createStarSimulator } from '#drivers/star-printer/simulator.ts';
import { loadCharacterRom } from '#drivers/ticket-printer/paper/character-rom.ts';
import { drawPaper } from '#drivers/ticket-printer/paper/paper-picture.ts';
import type { PrinterLanguage } from '#drivers/ticket-printer/printer-language.ts';
import type { PrinterSimulator } from '#drivers/ticket-printer/simulator/simulated-printer.ts';
import { GENERIC_FACE, SAMPLE_CODE, SAMPLE_FACE, SAMPLE_TICKET_ID } from '#test/core/paper/sample-face.ts';
import { languageOf, profileOf } from '#test/device-drivers/escpos-printer/printer-parts.ts';
import { starLanguageOf } from '#test/device-drivers/star-printer/star-parts.ts';
import { readPaper } from '#test/support/paper-reader.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { WEARS, worn } from '#test/support/worn-paper.ts';
import { zbarText } from '#test/support/zbar.ts';

/** The code of a printed ticket is read by two foreign readers, whoever drew it, also on paper that has suffered. One dot is one pixel: 203 dpi. */

const chinese = layOutTicket(SAMPLE_FACE, SAMPLE_CODE, { columns: 48, layout: 'cn', ticketId: SAMPLE_TICKET_ID });
const latin = layOutTicket(GENERIC_FACE, SAMPLE_CODE, { columns: 48, layout: 'generic', ticketId: SAMPLE_TICKET_ID });
const narrow = layOutTicket(SAMPLE_FACE, SAMPLE_CODE, { columns: 32, layout: 'cn', ticketId: SAMPLE_TICKET_ID });

function printed(document: PaperDocument, language: PrinterLanguage, printer: PrinterSimulator): Uint8Array {
  const encoded = language.encodeDocument(document, 'printer');
  if (!encoded.ok) throw new Error(encoded.error.message);
  const end = printer.connect({ write: () => undefined, drop: () => undefined });
  end?.receive(encoded.value.body);
  end?.receive(encoded.value.cut);
  expect(printer.papers()).toMatchObject([{ cut: true }]);
  const png = printer.paperPng(1);
  if (png === undefined) throw new Error('nothing was printed');
  return png;
}

const machine = () => ({ ...createVirtualTime(), mmPerSecond: 0 });
const escpos = (model: Parameters<typeof profileOf>[0], document: PaperDocument, columns: 48 | 32 = 48) =>
  printed(document, languageOf(profileOf(model)), createPrinterSimulator({ ...machine(), model, columns }));
const star = (model: Parameters<typeof starLanguageOf>[0], document: PaperDocument) =>
  printed(document, starLanguageOf(model), createStarSimulator({ ...machine(), model }));

/** Drawn without any printer, with a margin as paper has one. */
function drawn(document: PaperDocument): Uint8Array {
  const { width, height, dots } = drawPaper(document, loadCharacterRom());
  return encode({ width, height, data: dots.map((dot) => (dot === 1 ? 0x1c : 0xff)), channels: 1, depth: 8 });
}

const PAPERS: readonly (readonly [string, () => Uint8Array])[] = [
  ['GB18030, code by the firmware', () => escpos('epson', chinese)],
  ['GB18030, code as a picture', () => escpos('custom-vkp80', chinese)],
  ['GB18030 on 58 mm', () => escpos('epson', narrow, 32)],
  ['Latin by a code page', () => escpos('epson-western', latin)],
  ['Chinese on a printer without Chinese letters', () => escpos('epson-western', chinese)],
  ['everything as pictures', () => escpos('generic-pictures', chinese)],
  ['GB18030 on a Star', () => star('star-chinese', chinese)],
  ['Latin on a Star that draws no codes', () => star('star-without-counter', latin)],
  ['drawn without a printer', () => drawn(chinese)],
];

describe.each(PAPERS)('%s', (_, print) => {
  const png = print();

  it('carries exactly the code, for two foreign readers', () => {
    expect(readPaper(png)).toBe(SAMPLE_CODE);
    expect(zbarText(png)).toBe(SAMPLE_CODE);
  });

  it.each(WEARS)('and does so %s', (how) => {
    const paper = worn(png, how);
    expect(readPaper(paper)).toBe(SAMPLE_CODE);
    expect(zbarText(paper)).toBe(SAMPLE_CODE);
  });
});

it.each(['3609070212345678', 'K03-260217-00482', '7', 'A1234B'])('the bar code of %s is read', (data) => {
  const barcode: PaperDocument = { columns: 48, blocks: [{ kind: 'barcode', data }], cut: 'full' };
  expect(zbarText(escpos('epson', barcode))).toBe(data);
  expect(zbarText(star('star-chinese', barcode))).toBe(data);
});

it('a reader can fail: a paper without its code is not read', () => {
  const { width, data } = decode(escpos('epson', chinese));
  const blank = encode({ width, height: 400, data: Uint8Array.from(data.slice(0, width * 400)), channels: 1, depth: 8 });
  expect(() => readPaper(blank)).toThrow();
  expect(zbarText(blank)).toBeUndefined();
});

it('lines that a printer has no letters for are on its paper all the same', () => {
  const ink = (png: Uint8Array): number => [...decode(png).data].filter((grey) => grey < 128).length;
  const [own, drawnLines] = [ink(escpos('epson', chinese)), ink(escpos('epson-western', chinese))];
  expect(Math.abs(own - drawnLines) / own).toBeLessThan(0.02);
});
