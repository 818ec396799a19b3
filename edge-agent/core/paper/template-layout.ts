import { assert } from '../base/fault.ts';
import type { FieldElement, PaperElement, PaperTemplate, TextElement } from '../contract/paper-template.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { PaperBlock, PaperText } from '../ports/paper-document.ts';
import { centred, DASHED_RULE, LARGE, labelled, line, pair, paragraph, type Side, SOLID_RULE, type TextStyle } from './lines.ts';
import { columnsOf, toPaperText } from './paper-text.ts';

/** Puts a paper's fields where its template wants them. Every line fits, whatever the fields hold, and nothing pushes the bar code off. */

/** Everything that can be said of one thing, in both languages: what a template chooses from, and what the voice says. */
export interface PaperField {
  /** Before the text where a template wants it; spaces are a hanging indent. Empty: it has none. */
  readonly title: BothLanguages;
  /** On paper. Empty: there is nothing to say, and its element vanishes. */
  readonly text: BothLanguages;
  /** A list, each with what stands at its right; in the place of the text. */
  readonly rows?: readonly PaperRow[];
  /** Aloud, where that is another text; `null`: not at all. */
  readonly spoken?: BothLanguages | null;
  /** The other text is said behind the title, as it is printed. */
  readonly saysTitle?: true;
}

export interface PaperRow {
  readonly left: BothLanguages;
  readonly right?: BothLanguages;
}

export type PaperFields = Readonly<Record<string, PaperField>>;

export const same = (text: string): BothLanguages => ({ zh: text, en: text });
export const NO_WORDS = same('');

export function fieldOf(fields: PaperFields, name: string): PaperField {
  const field = fields[name];
  assert(field !== undefined, `a paper has the field ${name}`);
  return field;
}

export function layOutElements({ elements, language, moduleDots }: PaperTemplate, fields: PaperFields, columns: number): PaperBlock[] {
  const lines = new Map<number, PaperElement[]>();
  for (const element of elements) lines.set(element.position.line, [...(lines.get(element.position.line) ?? []), element]);
  return [...lines.values()].flatMap((beside) => layOutLine(beside, { fields, language, columns, moduleDots }));
}

const hasWords = ({ runs }: PaperText): boolean => runs.some(({ text }) => text.trim() !== '');

interface Surroundings {
  readonly fields: PaperFields;
  readonly language: PaperTemplate['language'];
  readonly columns: number;
  readonly moduleDots: number;
}

function layOutLine(beside: readonly PaperElement[], around: Surroundings): PaperBlock[] {
  const { columns, fields, moduleDots } = around;
  const texts: Written[] = [];
  for (const element of beside) {
    if ('rule' in element) return [element.rule === 'solid' ? SOLID_RULE : DASHED_RULE];
    if ('field' in element) {
      const { text, rows } = fieldOf(fields, element.field);
      if (element.show === 'qr') return [{ kind: 'qr', data: text.en, moduleDots, errorCorrection: 'M' }];
      if (element.show === 'barcode') return barcode(text.en, columns);
      if (rows !== undefined) return list(rows, element, around);
    }
    const written = write(element, around);
    if (written.text !== '') texts.push(written);
  }
  const [first, second] = texts;
  if (first === undefined) return [];
  if (second !== undefined) {
    const [left, right] = first.at === 'right' ? [second, first] : [first, second];
    return pair(sideOf(left), sideOf(right), columns);
  }
  if (first.at === 'right') return pair({ text: first.title }, { ...sideOf(first), text: first.text }, columns).filter(hasWords);
  if (first.title !== '') return labelled(first.title, first.text, Math.min(columns, first.columns), first.linesMax, first.style);
  if (first.linesMax === 1) return [line(first.text, first.columns, first.style, first.at)];
  return paragraph(first.text, first.columns, first.linesMax, first.style, first.at);
}

/** Each row on a line of its own, or two where it is too long for what stands at its right; what stands at the left alone may wrap. */
function list(rows: readonly PaperRow[], element: FieldElement, { language, columns }: Surroundings): PaperBlock[] {
  const words = (text: BothLanguages): string => inLanguage(text, element.language ?? language);
  return rows.flatMap(({ left, right }) => {
    const style = styleOf(element, words(left), columns);
    if (right === undefined) return paragraph(words(left), columns, element.linesMax, style);
    return pair({ text: words(left), style }, { text: words(right), style }, columns);
  });
}

/** Eleven modules a character and 55 around them, at two dots: what does not fit so is left to its digits. */
const fitsBarcode = (data: string, columns: number): boolean => /^[\x20-\x7e]+$/.test(data) && (data.length * 11 + 55) * 2 <= columns * 12;

function barcode(data: string, columns: number): PaperBlock[] {
  const digits = centred(data, columns);
  return fitsBarcode(data, columns) ? [{ kind: 'barcode', data }, digits] : [digits];
}

/** An element's words, and how they are to stand. */
interface Written {
  readonly title: string;
  readonly text: string;
  readonly style: TextStyle;
  readonly at: 'left' | 'centre' | 'right';
  readonly columns: number;
  readonly linesMax: number;
}

function write(element: FieldElement | TextElement, { fields, language, columns }: Surroundings): Written {
  const { position, charsPerLine, linesMax } = element;
  const width = charsPerLine === 0 ? columns : Math.min(columns, charsPerLine);
  const field = 'field' in element ? fieldOf(fields, element.field) : undefined;
  const own = 'field' in element ? (element.language ?? language) : language;
  const text = 'field' in element ? inLanguage(fieldOf(fields, element.field).text, own) : element.text;
  // A second line in the other language has its title in it, too.
  const title = field !== undefined && 'field' in element && element.title ? field.title[own === 'both' ? language : own] : '';
  const style = styleOf(element, text, width);
  return { title, text: toPaperText(text) === '' ? '' : text, style, at: position.at, columns: width, linesMax };
}

function inLanguage(text: BothLanguages, language: 'zh' | 'en' | 'both'): string {
  if (language !== 'both') return text[language];
  // A film that is called the same in both languages is named once.
  return text.zh === text.en ? text.zh : `${text.zh} ${text.en}`;
}

function styleOf({ size, bold }: Pick<FieldElement, 'size' | 'bold'>, text: string, columns: number): TextStyle {
  if (size === 'fit') return columnsOf(toPaperText(text)) * LARGE.width <= columns ? LARGE : { width: 1, height: 1, bold };
  const [width, height] = [size.startsWith('2') ? 2 : 1, size.endsWith('2') ? 2 : 1] as const;
  return { width, height, bold };
}

function sideOf({ title, text, style, columns }: Written): Side {
  const whole = title === '' ? text : `${title} ${text}`;
  return { text: whole, style, columns };
}
