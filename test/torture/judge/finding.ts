/** What is wrong with a store after a fault. lost: a fact is missing · doubled: it is there as another · corrupt: the store contradicts itself, or cannot be opened. */
export interface Finding {
  readonly kind: 'lost' | 'doubled' | 'corrupt';
  readonly what: string;
}

export const lost = (what: string): Finding => ({ kind: 'lost', what });
export const doubled = (what: string): Finding => ({ kind: 'doubled', what });
export const corrupt = (what: string): Finding => ({ kind: 'corrupt', what });
