import { assert } from '../base/fault.ts';
import { bareLetterOf, columnsOfCharacter } from '../ports/paper-columns.ts';

/** Text as paper can carry it, and how wide it is (`core/ports/paper-columns.ts`, which the printers' codecs keep to as well): a line that fits here fits on paper. */

/** Scripts' marks that sit on other characters, invisible formatting (bidirectional overrides among it), unassigned and private code points. */
const UNPRINTABLE = /[\p{M}\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu;
const ANY_SPACE = /[\s\p{Z}]+/gu;
/** Latin letters that are no ASCII letter with a mark: ligatures and the like, spelt out where that is usual. */
const OTHER_LATIN = /(?![A-Za-zＡ-Ｚａ-ｚ])\p{Script=Latin}/gu;
const SPELT_OUT: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['ẞ', 'SS'],
  ['æ', 'ae'],
  ['Æ', 'AE'],
  ['œ', 'oe'],
  ['Œ', 'OE'],
  ['þ', 'th'],
  ['Þ', 'Th'],
  ['ð', 'd'],
  ['Ð', 'D'],
]);

/**
 * One line of printable characters: white space and line breaks become single spaces, control and formatting characters vanish, ligatures are spelt out and
 * English apostrophes become straight (a double-width `æ` or `’` tears a word apart), `¥` becomes `￥`. The result may be empty.
 */
export function toPaperText(text: string): string {
  return text
    .normalize('NFC')
    .replace(ANY_SPACE, ' ')
    .replace(OTHER_LATIN, plainLatin)
    .replace(/(?<=[A-Za-z0-9])[’‘]|[‘’](?=[A-Za-z])/g, "'")
    .replace(/(?<=[\x20-\x7e])[–—](?=[\x20-\x7e])/g, '-')
    .replace(/\u00a5/g, '￥')
    .replace(UNPRINTABLE, '')
    .trim();
}

function plainLatin(letter: string): string {
  if (bareLetterOf(letter.codePointAt(0) ?? 0) !== undefined) return letter;
  return SPELT_OUT.get(letter) ?? (letter.normalize('NFKD').replace(/[^\x20-\x7e]/g, '') || letter);
}

/** Columns that paper text takes at single width. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

/** As much of the beginning of `text` as fits into `columns`, without breaking a character. */
function headOf(text: string, columns: number): string {
  let used = 0;
  let head = '';
  for (const character of text) {
    used += columnsOfCharacter(character);
    if (used > columns) break;
    head += character;
  }
  return head;
}

/** Two columns: GB18030 A1AD, six dots in one character, which the reader of a cut title understands. */
const ELLIPSIS = '…';

/** The text itself, or its beginning and an ellipsis when it is wider than `columns` (at least 2). */
export function fitText(text: string, columns: number): string {
  assert(columns >= 2, 'a field is at least two columns wide');
  return columnsOf(text) <= columns ? text : `${headOf(text, columns - 2).trimEnd()}${ELLIPSIS}`;
}

/** The text itself, or two dots and its end: it is the last digits that tell numbers apart. */
export function fitTextEnd(text: string, columns: number): string {
  assert(columns >= 2, 'a field is at least two columns wide');
  if (columnsOf(text) <= columns) return text;
  const reversed = headOf([...text].reverse().join(''), columns - 2);
  return `..${[...reversed].reverse().join('').trimStart()}`;
}
