import { assert } from '../base/fault.ts';
import type { PaperBlock, PaperRun, PaperText } from '../ports/paper-document.ts';
import { columnsOf, fitText, toPaperText } from './paper-text.ts';
import { wrapText } from './wrap.ts';

/** The few shapes that lines on our paper have. Everything that enters is cleaned and fitted here, so that no caller can overflow a line. */

export interface TextStyle {
  readonly width: 1 | 2;
  readonly height: 1 | 2;
  readonly bold: boolean;
}

export const PLAIN: TextStyle = { width: 1, height: 1, bold: false };
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

/** A name at the head of a paper: as large as it fits, on one line. */
export function headline(text: string, columns: number): PaperText {
  const isShort = columnsOf(toPaperText(text)) * LARGE.width <= columns;
  return centred(text, columns, isShort ? LARGE : BOLD);
}

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
}

/**
 * Two fields at the two ends of a line. The right one is the short one (a time, a price, a number) and is kept; the left one is cut to leave a column
 * between them. A right field may take two thirds of the line at most.
 */
export function pair(left: string | Side, right: string | Side, columns: number): PaperText {
  const leftSide = typeof left === 'string' ? { text: left } : left;
  const rightSide = typeof right === 'string' ? { text: right } : right;
  const leftStyle = leftSide.style ?? PLAIN;
  const rightStyle = rightSide.style ?? PLAIN;
  assert(columns >= 24, 'a line with two fields has at least 24 columns');

  const leftText = toPaperText(leftSide.text);
  const leftWanted = columnsOf(leftText) * leftStyle.width;
  const rightRoom = columns - 1 - Math.min(leftWanted, Math.floor(columns / 3));
  const rightRun = run(fitText(toPaperText(rightSide.text), Math.floor(rightRoom / rightStyle.width)), rightStyle);
  const leftRoom = columns - 1 - columnsOfRun(rightRun);
  const leftRun = run(fitText(leftText, Math.floor(leftRoom / leftStyle.width)), leftStyle);
  const gap = run(' '.repeat(columns - columnsOfRun(leftRun) - columnsOfRun(rightRun)), PLAIN);
  return { kind: 'text', align: 'left', runs: [leftRun, gap, rightRun] };
}
