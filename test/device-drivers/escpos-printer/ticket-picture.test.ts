import fc from 'fast-check';
import { decode } from 'fast-png';
import { encode as encodeQr } from 'uqr';
import { describe, expect, it } from 'vitest';
import { layOutClaimSlip } from '#core/paper/claim-slip.ts';
import { layOutTicket } from '#core/paper/ticket.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { GENERIC_FACE, SAMPLE_CODE, SAMPLE_FACE, SAMPLE_TICKET_ID } from '#test/core/paper/sample-face.ts';
import { SAMPLE_SLIP } from '#test/core/paper/sample-side-papers.ts';
import { readPaper } from '#test/support/paper-reader.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { EPSON, languageOf } from './printer-parts.ts';

/** The picture of what a simulated printer makes of a document. */
function picture(document: PaperDocument, columns: 48 | 32 = 48): Uint8Array {
  const printer = createPrinterSimulator({ ...createVirtualTime(), mmPerSecond: 0, columns });
  const encoded = languageOf(EPSON).encodeDocument(document, 'printer');
  if (!encoded.ok) throw new Error(encoded.error.message);
  const end = printer.connect({ write: () => undefined, drop: () => undefined });
  end?.receive(encoded.value.body);
  end?.receive(encoded.value.cut);
  const png = printer.paperPng(1);
  if (png === undefined) throw new Error('nothing was printed');
  return png;
}

const ticket = (layout: 'cn' | 'generic', columns: 48 | 32 = 48, code = SAMPLE_CODE): PaperDocument =>
  layOutTicket(layout === 'cn' ? SAMPLE_FACE : GENERIC_FACE, code, { columns, layout, ticketId: SAMPLE_TICKET_ID });

function inkIn(png: Uint8Array, fromRow: number, toRow: number): number {
  const { width, data } = decode(png);
  let ink = 0;
  for (let i = fromRow * width; i < toRow * width; i += 1) if ((data[i] ?? 255) < 128) ink += 1;
  return ink;
}

describe('the picture of a ticket', () => {
  it('carries exactly the code, for a foreign reader', () => {
    expect(readPaper(picture(ticket('cn')))).toBe(SAMPLE_CODE);
    expect(readPaper(picture(ticket('generic')))).toBe(SAMPLE_CODE);
    expect(readPaper(picture(ticket('cn', 32), 32))).toBe(SAMPLE_CODE);
  });

  it('carries any code of that alphabet and length', () => {
    const alphabet = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'];
    const code = fc.array(fc.constantFrom(...alphabet), { minLength: 153, maxLength: 153 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(code, (text) => {
        expect(readPaper(picture(ticket('cn', 48, text)))).toBe(text);
      }),
      { numRuns: 10 },
    );
  });

  it('has a symbol of version 6 at six dots a module', () => {
    expect(encodeQr(SAMPLE_CODE, { ecc: 'M', border: 0, boostEcc: false })).toMatchObject({ version: 6, size: 41 });
    const { width, height, data } = decode(picture(ticket('cn')));
    // The longest unbroken run of ink in any row of the code is the side of a finder pattern: 7 modules of 6 dots.
    const rows = Array.from({ length: height }, (_, y) => data.slice(y * width, (y + 1) * width));
    const code = rows.filter((row) => row.slice(0, 150).every((grey) => grey > 128) && row.some((grey) => grey < 128));
    const finderRows = code.filter((row) => row.slice(197, 197 + 42).every((grey) => grey < 128));
    expect(finderRows.length).toBeGreaterThanOrEqual(24);
  });

  it('shows Chinese characters, not boxes', () => {
    const withWords = picture(ticket('cn'));
    const boxes = picture(
      layOutTicket({ ...SAMPLE_FACE, siteName: { zh: '㐀㐁㐂㐃', en: '' } }, SAMPLE_CODE, { columns: 48, layout: 'cn', ticketId: '1' }),
    );
    expect(inkIn(withWords, 80, 128)).toBeGreaterThan(1_500);
    expect(inkIn(withWords, 80, 128)).not.toBe(inkIn(boxes, 80, 128));
    // Two names that differ in one character differ in dots.
    const other = picture(
      layOutTicket({ ...SAMPLE_FACE, siteName: { ...SAMPLE_FACE.siteName, zh: '示例国际影院（人民路店）' } }, SAMPLE_CODE, {
        columns: 48,
        layout: 'cn',
        ticketId: SAMPLE_TICKET_ID,
      }),
    );
    expect(Buffer.from(other).equals(Buffer.from(withWords))).toBe(false);
  });

  it('leaves the paper’s margins white', () => {
    const { width, height, data } = decode(picture(ticket('cn')));
    for (let y = 0; y < height; y += 1) {
      for (const x of [0, 15, 31, width - 32, width - 1]) expect(data[y * width + x]).toBe(255);
    }
  });

  it('of a claim slip carries the pick-up code', () => {
    const slip = layOutClaimSlip(SAMPLE_SLIP, 'cn', { columns: 48, earlier: 0 });
    expect(readPaper(picture(slip))).toBe('482917305662');
  });
});
