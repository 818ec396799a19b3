import type { BothLanguages } from '#core/contract/values.ts';

/**
 * A row of the table of words: the same thing in both languages, or a function of what has to be put in. It has the shape of the contract's
 * {@link BothLanguages}, so that a film's title and a button's label are said by the same `say()`.
 */
export type Row = BothLanguages | ((...values: never[]) => BothLanguages);
export type Words = Readonly<Record<string, Row>>;
