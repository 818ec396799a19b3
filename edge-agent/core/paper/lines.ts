import type { PaperBlock, PaperRun, PaperText } from '../ports/paper-document.ts';
import { columnsOf, fitText, toPaperText } from './paper-text.ts';
import { wrapText } from './wrap.ts';

/** The few shapes that lines on our paper have. Everything that enters is cleaned and fitted here, so that no caller can overflow a line. */

export interface TextStyle {
  readonly width: 1 | 2;
  readonly height: 1 | 2;
  readonly bold: boolean;
}

const PLAIN: TextStyle = { width: 1, height: 1, bold: false };
export const BOLD: TextStyle = { width: 1, height: 1, bold: true };
export const TALL: TextStyle = { width: 1, height: 2, bold: true };
export const WIDE: TextStyle = { width: 2, height: 1, bold: true };
export const LARGE: TextStyle = { width: 2, height: 2, bold: true };

export const SOLID_RULE: PaperBlock = { kind: 'rule', style: 'solid' };
export const DASHED_RULE: PaperBlock = { kind: 'rule', style: 'dashed' };
export const feed = (lines: number): PaperBlock => ({ kind: 'feed', lines });

const run = (text: string, style: TextStyle): PaperRun => ({ text, ...style });

/** Columns of the printer's line that a run takes. */
export function columnsOfRun({ text, width }: PaperRun): number {
  return columnsOf(text) * width;
}

/** One field on one line, cut with an ellipsis where it is too long. */
export function line(text: string, columns: number, style: TextStyle = PLAIN, align: PaperText['align'] = 'left'): PaperText {
  return { kind: 'text', align, runs: [run(fitText(toPaperText(text), Math.floor(columns / style.width)), style)] };
}

export const centred = (text: string, columns: number, style: TextStyle = PLAIN): PaperText => line(text, columns, style, 'centre');

/** A text of several lines. */
export function paragraph(
  text: string,
  columns: number,
  linesMax: number,
  style: TextStyle = PLAIN,
  align: PaperText['align'] = 'left',
): PaperText[] {
  const wrapped = wrapText(toPaperText(text), Math.floor(columns / style.width), linesMax);
  return wrapped.map((part) => ({ kind: 'text', align, runs: [run(part, style)] }));
}

/** A label (cleaned by its author: spaces at its beginning count), and its text beside it, with further lines hanging under the text. */
export function labelled(label: string, text: string, columns: number, linesMax: number, style: TextStyle = PLAIN): PaperText[] {
  const head = `${label} `;
  const indent = columnsOf(head);
  const wrapped = wrapText(toPaperText(text), Math.floor((columns - indent) / style.width), linesMax);
  return wrapped.map((part, index) => ({
    kind: 'text',
    align: 'left',
    runs: [run(index === 0 ? head : ' '.repeat(indent), PLAIN), run(part, style)],
  }));
}

export interface Side {
  readonly text: string;
  readonly style?: TextStyle;
  /** Columns that it may take; the paper's when missing. */
  readonly columns?: number;
}

/**
 * Two fields at the two ends of a line; below each other where they do not fit beside each other, so that a long name never costs a seat its number. Each is
 * cut only when it is wider than the whole paper.
 */
export function pair(left: string | Side, right: string | Side, columns: number): PaperText[] {
  const leftRun = fittedRun(left, columns);
  const rightRun = fittedRun(right, columns);
  const gap = columns - columnsOfRun(leftRun) - columnsOfRun(rightRun);
  if (gap >= 1) return [{ kind: 'text', align: 'left', runs: [leftRun, run(' '.repeat(gap), PLAIN), rightRun] }];
  const indent = run(' '.repeat(columns - columnsOfRun(rightRun)), PLAIN);
  return [
    { kind: 'text', align: 'left', runs: [leftRun] },
    { kind: 'text', align: 'left', runs: [indent, rightRun] },
  ];
}

function fittedRun(side: string | Side, columns: number): PaperRun {
  const { text, style = PLAIN, columns: own = columns } = typeof side === 'string' ? { text: side } : side;
  return run(fitText(toPaperText(text), Math.floor(own / style.width)), style);
}
