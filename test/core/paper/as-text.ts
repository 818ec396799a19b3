import { columnsOfRun } from '#core/paper/lines.ts';
import { columnsOf } from '#core/paper/paper-text.ts';
import type { PaperBlock, PaperDocument } from '#core/ports/paper-document.ts';

/** A document as lines of text between bars, for golden files: `[2x2]` stands before enlarged runs and is not counted. */
export function asText(document: PaperDocument): string {
  return `${document.blocks.flatMap((block) => blockLines(block, document.columns)).join('\n')}\ncut ${document.cut}\n`;
}

function blockLines(block: PaperBlock, columns: number): string[] {
  switch (block.kind) {
    case 'text': {
      const used = block.runs.reduce((sum, run) => sum + columnsOfRun(run), 0);
      const text = block.runs.map(({ text, width, height, bold }) => `${mark(width, height, bold)}${text}`).join('');
      const left = block.align === 'centre' ? Math.floor((columns - used) / 2) : 0;
      return [`|${' '.repeat(left)}${text}${' '.repeat(Math.max(0, columns - used - left))}|`];
    }
    case 'rule':
      return [`|${(block.style === 'solid' ? '=' : '- ').repeat(columns).slice(0, columns)}|`];
    case 'feed':
      return Array.from({ length: block.lines }, () => `|${' '.repeat(columns)}|`);
    case 'barcode':
      return [`|[Code 128 of ${block.data}]`.padEnd(columns + 1).concat('|')];
    case 'qr': {
      const label = `[QR ${block.errorCorrection} ${block.moduleDots} dots, ${block.data.length} chars]`;
      const left = Math.floor((columns - columnsOf(label)) / 2);
      return [`|${' '.repeat(left)}${label}${' '.repeat(columns - left - columnsOf(label))}|`];
    }
  }
}

function mark(width: number, height: number, bold: boolean): string {
  if (width === 1 && height === 1) return bold ? '*' : '';
  return `[${width}x${height}]`;
}
