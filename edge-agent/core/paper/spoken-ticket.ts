import type { PaperTemplate, TicketFieldName } from '../contract/paper-template.ts';
import { toPaperText } from './paper-text.ts';
import type { FieldsOfTicket } from './template-layout.ts';

/**
 * A ticket aloud (EN 301 549, 5.1.3.16): what its template puts on paper, in the template's order, each thing once and in the guest's language. Numbers that serve
 * only machines and staff are left out; the code is named, never read.
 */
export function speakTicket({ elements }: PaperTemplate, fields: FieldsOfTicket, language: 'zh' | 'en'): string {
  const shown = new Set(elements.flatMap((element): TicketFieldName[] => ('field' in element ? [element.field] : [])));
  const sentences = [...shown].map((name) => sentence(fields, name, language)).filter((text) => text !== '');
  return language === 'zh' ? `${sentences.join('。')}。` : `${sentences.join('. ')}.`;
}

function sentence(fields: FieldsOfTicket, name: TicketFieldName, language: 'zh' | 'en'): string {
  const { title, text, spoken } = fields[name];
  if (spoken === null) return '';
  if (spoken !== undefined) return withTitle(name === 'showDate' || name === 'ticketNumber' ? title[language] : '', spoken[language], language);
  return text[language] === '' ? '' : withTitle(title[language].trim(), text[language], language);
}

function withTitle(title: string, text: string, language: 'zh' | 'en'): string {
  // A sentence ends once, whatever the words of its field end with.
  const words = toPaperText(text).replace(/[.。]+$/, '');
  return title === '' ? words : `${title}${language === 'zh' ? '：' : ': '}${words}`;
}
