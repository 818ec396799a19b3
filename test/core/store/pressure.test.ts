import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeStore, type StoreBounds, type StoreFacts, type StorePressure } from '#core/store/pressure.ts';

const MB = 1_048_576;
const BOUNDS: StoreBounds = { ballastBytes: 64 * MB, lowBytes: 32 * MB, ledgerMaxBytes: 1_024 * MB };
const WELL: StoreFacts = {
  freeBytes: 10_000 * MB,
  ledgerBytes: 100 * MB,
  waitingShare: 0,
  isBallastKept: true,
  isReadOnly: false,
  wasRefused: false,
};
const told = (facts: Partial<StoreFacts>, before: StorePressure = 'ample'): string => {
  const { pressure, reasons, ballast } = judgeStore({ ...WELL, ...facts }, BOUNDS, before);
  return [pressure, ...reasons, ballast].join(' ');
};

describe('the room of a store', () => {
  test.each<[string, Partial<StoreFacts>, StorePressure, string]>([
    ['enough of everything', {}, 'ample', 'ample keep'],
    ['eighty percent of the ledger’s own bound', { ledgerBytes: 820 * MB }, 'ample', 'ample ledger-filling keep'],
    ['the ledger’s own bound is near', { ledgerBytes: 1_000 * MB }, 'ample', 'low ledger-low keep'],
    ['the ledger’s own bound is reached', { ledgerBytes: 1_022 * MB }, 'ample', 'full ledger-full release'],
    ['a disk that fills', { freeBytes: 50 * MB }, 'ample', 'ample disk-filling keep'],
    ['a disk with little left: selling stops', { freeBytes: 31 * MB }, 'ample', 'low disk-low keep'],
    ['somewhat more again: not yet', { freeBytes: 60 * MB }, 'low', 'low disk-filling keep'],
    ['twice as much: selling goes on', { freeBytes: 700 * MB }, 'low', 'ample keep'],
    ['nothing left: the ballast goes', { freeBytes: 3 * MB }, 'low', 'full disk-full release'],
    ['a write was refused, whatever the figures say', { wasRefused: true }, 'ample', 'full disk-full release'],
    ['the file system takes no writes', { isReadOnly: true }, 'ample', 'full disk-read-only keep'],
    ['with what the ballast gave: for checking alone', { freeBytes: 67 * MB, isBallastKept: false }, 'full', 'full disk-full ballast-spent keep'],
    ['room again, but not for the ballast', { freeBytes: 120 * MB, isBallastKept: false }, 'full', 'low disk-filling ballast-spent keep'],
    ['room again: the ballast is made', { freeBytes: 900 * MB, isBallastKept: false }, 'full', 'ample make'],
    ['events that nobody takes', { waitingShare: 0.85 }, 'ample', 'ample events-waiting keep'],
    ['events that nobody takes for very long', { waitingShare: 0.95 }, 'ample', 'low events-waiting keep'],
  ])('%s', (_, facts, before, expected) => {
    expect(told(facts, before)).toBe(expected);
  });

  test('never swings on the same figures, and always says why when it is not ample', () => {
    const bytes = fc.integer({ min: 0, max: 2_000 }).map((mb) => mb * MB);
    fc.assert(
      fc.property(bytes, bytes, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (freeBytes, ledgerBytes, waitingShare, isBallastKept) => {
        const facts = { freeBytes, ledgerBytes, waitingShare, isBallastKept, isReadOnly: false, wasRefused: false };
        for (const start of ['ample', 'low', 'full'] as const) {
          const once = judgeStore(facts, BOUNDS, start);
          expect(judgeStore(facts, BOUNDS, once.pressure).pressure).toBe(once.pressure);
          if (judgeStore(facts, BOUNDS, 'ample').pressure !== 'ample') expect(once.reasons.length).toBeGreaterThan(0);
          if (once.ballast === 'release') expect(once.pressure).toBe('full');
        }
      }),
    );
  });
});
