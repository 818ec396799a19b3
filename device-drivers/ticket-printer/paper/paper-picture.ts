import { assert, unreachable } from '#core/base/fault.ts';
import type { PaperBlock, PaperDocument, PaperText } from '#core/ports/paper-document.ts';
import type { CharacterRom } from './character-rom.ts';
import { gbCodeOf } from './characters.ts';
import { drawCode128 } from './code-128.ts';
import { type Bitmap, bitmapOf, blank, draw, embolden, enlarge } from './dots.ts';
import { qrDots } from './qr-dots.ts';

/**
 * A paper as dots, drawn by us and not by a printer's firmware: for lines that a model has no characters for, for models that draw no bar codes, and for
 * whoever wants to see a paper without printing it.
 */

/** Dots of Font A, and so of a column. */
export const COLUMN_DOTS = 12;
/** A letter of Font A, and 8 dots of air: Chinese text set tighter is hard to read. */
export const LETTER_DOTS = 24;
export const AIR_DOTS = 8;
/** A rule is 2 dots of ink within 16 rows of paper. */
export const RULE_ROWS = 16;
export const RULE_INK_ROWS: readonly number[] = [7, 8];
/** The quiet zone of a bar code: 4 modules on every side (ISO/IEC 18004, 6.3.8). */
export const QUIET_MODULES = 4;

/** One line as wide and as high as its letters, and as much air below them. */
export function drawText({ runs }: PaperText, rom: CharacterRom, airDots = AIR_DOTS): Bitmap {
  const glyphs = runs.flatMap(({ text, width, height, bold }) =>
    Array.from(text, (character) => {
      const code = gbCodeOf(character.codePointAt(0) ?? 0);
      const glyph = bitmapOf(code > 0xff ? rom.wide(code >> 8, code & 0xff) : rom.narrow(code));
      return enlarge(bold ? embolden(glyph) : glyph, width, height, true);
    }),
  );
  const tallest = Math.max(LETTER_DOTS, ...glyphs.map(({ height }) => height));
  const line = blank(
    glyphs.reduce((sum, { width }) => sum + width, 0),
    tallest + airDots,
  );
  let x = 0;
  for (const glyph of glyphs) {
    draw(line, glyph, x, tallest - glyph.height);
    x += glyph.width;
  }
  return line;
}

/** A QR symbol without its quiet zone. */
export function drawQr({ data, moduleDots, errorCorrection }: Extract<PaperBlock, { kind: 'qr' }>): Bitmap {
  const dots = qrDots(new TextEncoder().encode(data), moduleDots, errorCorrection);
  assert(dots !== undefined, 'a bar code of ours fits a symbol');
  return dots;
}

/** A whole paper, as wide as its columns. */
export function drawPaper({ blocks, columns }: PaperDocument, rom: CharacterRom): Bitmap {
  const width = columns * COLUMN_DOTS;
  const strips = blocks.map((block) => drawBlock(block, width, rom));
  const paper = blank(
    width,
    strips.reduce((sum, { height }) => sum + height, 0),
  );
  let y = 0;
  for (const strip of strips) {
    draw(paper, strip, 0, y);
    y += strip.height;
  }
  return paper;
}

function drawBlock(block: PaperBlock, width: number, rom: CharacterRom): Bitmap {
  switch (block.kind) {
    case 'text': {
      const text = drawText(block, rom);
      return centredIn(width, text, block.align === 'centre', 0);
    }
    case 'qr':
      return centredIn(width, drawQr(block), true, QUIET_MODULES * block.moduleDots);
    case 'barcode':
      return centredIn(width, drawCode128(block.data), true, AIR_DOTS);
    case 'rule': {
      const rule = blank(width, RULE_ROWS);
      for (const y of RULE_INK_ROWS) for (let x = 0; x < width; x += 1) rule.dots[y * width + x] = block.style === 'solid' || x % 8 < 4 ? 1 : 0;
      return rule;
    }
    case 'feed':
      return blank(width, block.lines * (LETTER_DOTS + AIR_DOTS));
    default:
      return unreachable(block);
  }
}

function centredIn(width: number, bitmap: Bitmap, isCentred: boolean, above: number): Bitmap {
  const strip = blank(width, bitmap.height + 2 * above);
  draw(strip, bitmap, isCentred ? Math.max(0, Math.floor((width - bitmap.width) / 2)) : 0, above);
  return strip;
}

/** Eight dots a byte, the left one in the high bit; rows are filled up to whole bytes. */
export function packRows({ width, height, dots }: Bitmap): { readonly bytesPerRow: number; readonly rows: Uint8Array } {
  const bytesPerRow = Math.ceil(width / 8);
  const rows = new Uint8Array(bytesPerRow * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (dots[y * width + x] === 1) rows[y * bytesPerRow + (x >> 3)] = (rows[y * bytesPerRow + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return { bytesPerRow, rows };
}
