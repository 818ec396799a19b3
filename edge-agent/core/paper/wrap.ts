import { assert } from '../base/fault.ts';
import { columnsOfCharacter } from '../ports/paper-columns.ts';
import { columnsOf, fitText } from './paper-text.ts';

/**
 * Line breaking for mixed Chinese and Latin text: Latin words stay whole, Chinese text may break between any two characters except where punctuation
 * forbids it (kinsoku, GB/T 15834: closing marks never begin a line, opening marks never end one).
 */

const NEVER_FIRST = new Set([...'、，。．·：；！？％‰…—）」』】〕》〉｝］”’～々,.:;!?%)]}']);
const SPACE_BEFORE_CLOSING = / +(?=[、，。．·：；！？％‰…—）」』】〕》〉｝］”’～々,.:;!?%)\]}'])/g;
const NEVER_LAST = new Set([...'（「『【〔《〈｛［“‘￥＄＃([{']);

/** Pieces that stay together: a Latin word, or one wide character, with the punctuation that must not be parted from it. */
function unbreakablePieces(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let previous = '';
  for (const character of text) {
    const isWordInside = previous !== '' && isNarrow(previous) && isNarrow(character);
    const isKept = piece !== '' && character !== ' ' && previous !== ' ' && (isWordInside || NEVER_FIRST.has(character) || NEVER_LAST.has(previous));
    if (isKept) {
      piece += character;
    } else {
      if (piece !== '') pieces.push(piece);
      piece = character;
    }
    previous = character;
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}

function isNarrow(character: string): boolean {
  return columnsOfCharacter(character) === 1 && character !== ' ';
}

/** A piece that is wider than a whole line is cut by force: a limit beats typography. */
function cutToWidth(piece: string, columns: number): string[] {
  if (columnsOf(piece) <= columns) return [piece];
  const parts: string[] = [];
  let part = '';
  for (const character of piece) {
    if (columnsOf(part) + columnsOfCharacter(character) > columns) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  parts.push(part);
  return parts;
}

/**
 * Lines of at most `columns` columns (at least 2), and at most `linesMax` of them: what is left over becomes an ellipsis on the last line. Empty text has no
 * lines. `text` is paper text (see `toPaperText`).
 */
export function wrapText(text: string, columns: number, linesMax: number): string[] {
  assert(columns >= 2 && linesMax >= 1, 'there is room for at least one character');
  const lines: string[] = [];
  let line = '';
  const pieces = unbreakablePieces(text.replace(SPACE_BEFORE_CLOSING, '')).flatMap((piece) => cutToWidth(piece, columns));
  for (const [index, piece] of pieces.entries()) {
    if (columnsOf(line) + columnsOf(piece) <= columns) {
      if (line !== '' || piece !== ' ') line += piece;
      continue;
    }
    if (lines.length === linesMax - 1) return [...lines, fitText(`${line}${pieces.slice(index).join('')}`, columns)];
    lines.push(line.trimEnd());
    line = piece === ' ' ? '' : piece;
  }
  const last = line.trimEnd();
  return last === '' ? lines : [...lines, last];
}
