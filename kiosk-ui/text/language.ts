import { signal } from '@preact/signals';
import type { BothLanguages, Language } from '#core/contract/values.ts';

/** The language that a machine speaks to somebody it does not know yet. */
export const DEFAULT_LANGUAGE: Language = 'zh';

/** The language of this screen. Every text read through {@link say} follows it. */
export const language = signal<Language>(DEFAULT_LANGUAGE);

/** BCP 47, for `lang` attributes and `Intl`. */
export const LOCALE: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en-GB' };

export function say(words: BothLanguages): string {
  return words[language.value];
}
