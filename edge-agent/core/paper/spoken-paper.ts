import type { PaperTemplate } from '../contract/paper-template.ts';
import { toPaperText } from './paper-text.ts';
import { fieldOf, type PaperField, type PaperFields } from './template-layout.ts';

/**
 * A paper aloud (EN 301 549, 5.1.3.16): what its template puts on it, in the template's order, each thing once and in the guest's language. Numbers that serve
 * only machines and staff are left out; a ticket's code is named, never read.
 */
export function speakPaper({ elements }: PaperTemplate, fields: PaperFields, language: 'zh' | 'en'): string {
  const shown = new Set(elements.flatMap((element) => ('field' in element ? [element.field] : [])));
  const sentences = [...shown].flatMap((name) => sentencesOf(fieldOf(fields, name), language)).filter((text) => text !== '');
  return language === 'zh' ? `${sentences.join('。')}。` : `${sentences.join('. ')}.`;
}

function sentencesOf({ title, text, rows, spoken, saysTitle }: PaperField, language: 'zh' | 'en'): string[] {
  if (spoken === null) return [];
  if (spoken !== undefined) return [withTitle(saysTitle === true ? title[language] : '', spoken[language], language)];
  if (rows !== undefined) {
    const comma = language === 'zh' ? '，' : ', ';
    return rows.map(({ left, right }) =>
      withTitle('', right === undefined ? left[language] : `${left[language]}${comma}${right[language]}`, language),
    );
  }
  return text[language] === '' ? [] : [withTitle(title[language].trim(), text[language], language)];
}

function withTitle(title: string, text: string, language: 'zh' | 'en'): string {
  // A sentence ends once, whatever the words of its field end with.
  const words = toPaperText(text).replace(/[.。]+$/, '');
  return title === '' ? words : `${title}${language === 'zh' ? '：' : ': '}${words}`;
}
