import type { FieldElement, PaperElement, PaperTemplate, TextElement, TicketFieldName } from '../contract/paper-template.ts';
import type { PaperBlock, PaperText } from '../ports/paper-document.ts';
import { centred, DASHED_RULE, LARGE, labelled, line, pair, paragraph, type Side, SOLID_RULE, type TextStyle } from './lines.ts';
import { columnsOf, toPaperText } from './paper-text.ts';
import type { TicketField } from './ticket-fields.ts';

/** Puts a ticket's fields where its template wants them. Every line fits, whatever the fields hold, and nothing pushes the bar code off. */

export type FieldsOfTicket = Readonly<Record<TicketFieldName, TicketField>>;

export function layOutElements({ elements, language, moduleDots }: PaperTemplate, fields: FieldsOfTicket, columns: number): PaperBlock[] {
  const lines = new Map<number, PaperElement[]>();
  for (const element of elements) lines.set(element.position.line, [...(lines.get(element.position.line) ?? []), element]);
  return [...lines.values()].flatMap((beside) => layOutLine(beside, { fields, language, columns, moduleDots }));
}

const hasWords = ({ runs }: PaperText): boolean => runs.some(({ text }) => text.trim() !== '');

interface Surroundings {
  readonly fields: FieldsOfTicket;
  readonly language: PaperTemplate['language'];
  readonly columns: number;
  readonly moduleDots: number;
}

function layOutLine(beside: readonly PaperElement[], around: Surroundings): PaperBlock[] {
  const { columns, fields, moduleDots } = around;
  const texts: Written[] = [];
  for (const element of beside) {
    if ('rule' in element) return [element.rule === 'solid' ? SOLID_RULE : DASHED_RULE];
    if ('field' in element && element.show === 'qr') {
      return [{ kind: 'qr', data: fields[element.field].text.en, moduleDots, errorCorrection: 'M' }];
    }
    if ('field' in element && element.show === 'barcode') return barcode(fields[element.field].text.en, columns);
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
  const text = 'field' in element ? textOf(fields[element.field], element.language ?? language) : element.text;
  const title = 'field' in element && element.title ? fields[element.field].title[language] : '';
  const style = styleOf(element, text, width);
  return { title, text: toPaperText(text) === '' ? '' : text, style, at: position.at, columns: width, linesMax };
}

function textOf({ text }: TicketField, language: 'zh' | 'en' | 'both'): string {
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
