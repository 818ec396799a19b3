import fc from 'fast-check';
import type { PaperBlock } from '#core/ports/paper-document.ts';

/** Papers that hold anything that the outside world can write on them. */
const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const anyRun = fc.record({
  text: anyText,
  width: fc.constantFrom(1 as const, 2 as const),
  height: fc.constantFrom(1 as const, 2 as const),
  bold: fc.boolean(),
});
const anyBlock: fc.Arbitrary<PaperBlock> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    align: fc.constantFrom('left' as const, 'centre' as const),
    runs: fc.array(anyRun, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('qr' as const),
    data: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 500 }),
    moduleDots: fc.integer({ min: 1, max: 16 }),
    errorCorrection: fc.constantFrom('L' as const, 'M' as const, 'Q' as const, 'H' as const),
  }),
  fc.record({ kind: fc.constant('rule' as const), style: fc.constantFrom('solid' as const, 'dashed' as const) }),
  fc.record({ kind: fc.constant('feed' as const), lines: fc.integer({ min: 0, max: 4 }) }),
);
export const anyDocument = fc.record({
  columns: fc.constantFrom(32, 42, 48),
  blocks: fc.array(anyBlock, { maxLength: 12 }),
  cut: fc.constantFrom('partial' as const, 'full' as const),
});
