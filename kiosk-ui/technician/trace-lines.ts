import type { LineTrace } from '#core/contract/local/technician.ts';

/** A line's trace as text: when, which way, and its bytes; two dots for one that nobody may read. */
export function linesOf({ entries }: LineTrace): readonly string[] {
  return entries.map(({ at, direction, hex }) => `${at} ${direction === 'in' ? '←' : '→'} ${pairs(hex).join(' ')}`);
}

const pairs = (hex: string): readonly string[] => (hex.match(/../g) ?? []).map((byte) => (byte === '..' ? '··' : byte));
