import type { DatedFact, Fact } from '../judge/facts.ts';
import type { Operation } from './operations.ts';
import { createOutgoingBytes } from './outgoing-bytes.ts';

/** The driver's own notes among the operations: what people did and saw. */
export const mark = {
  heldUp: (code: string) => `held-up ${code}`,
  ready: 'ready',
} as const;

/** Every fact at the first moment at which the outside could know it, in that order. */
export function datedFacts(operations: readonly Operation[]): readonly DatedFact[] {
  const outgoing = createOutgoingBytes();
  const known = new Set<string>();
  const facts: DatedFact[] = [];
  const learn = (from: number, fact: Fact): void => {
    const text = JSON.stringify(fact);
    if (known.has(text)) return;
    known.add(text);
    facts.push({ from, fact });
  };
  operations.forEach((operation, index) => {
    if (operation.kind === 'out') for (const fact of outgoing.read(operation.bytes)) learn(index, fact);
    if (operation.kind !== 'mark') return;
    const space = operation.text.indexOf(' ');
    const [what, value] = space < 0 ? [operation.text, ''] : [operation.text.slice(0, space), operation.text.slice(space + 1)];
    if (what === 'held-up') outgoing.heldUp(value);
    if (what === 'ready') learn(index, { store: 'files', kind: 'ready' });
  });
  return facts;
}
