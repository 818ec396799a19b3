import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant } from '#core/base/time.ts';
import { afterReport, claimPrint, NOT_PRINTED, type PrintRecord, type PrintReport, printAt } from '#core/box-office/print-record.ts';

const UNTIL = instant(1_000);
const CLAIMED = claimPrint('L1', 'kiosk-1', UNTIL);

function report(outcome: PrintReport['outcome'], changes: Partial<PrintReport> = {}): PrintReport {
  return { outcome, leaseId: 'L1', machine: 'kiosk-1', at: instant(500), ...changes };
}

describe('a ticket on its way to paper', () => {
  test('a lease ends at its instant, not before', () => {
    expect(printAt(CLAIMED, instant(999)).state).toBe('claimed');
    expect(printAt(CLAIMED, UNTIL)).toEqual(NOT_PRINTED);
    expect(printAt(afterReport(CLAIMED, report('started')), instant(1e9)).state).toBe('claimed');
  });

  test.each([
    ['printed', 'printed', true],
    ['uncertain', 'uncertain', true],
    ['not-printed', 'pending', false],
  ] as const)('its own machine says %s', (outcome, state, started) => {
    expect(afterReport(afterReport(CLAIMED, report('started')), report(outcome))).toMatchObject({ state, started });
  });

  test('what another machine printed is printed, whoever has the lease', () => {
    const late = afterReport(claimPrint('L2', 'kiosk-2', UNTIL), report('printed'));
    expect(late).toMatchObject({ state: 'printed', machine: 'kiosk-1', printedAt: 500 });
  });

  test('another lease cannot make a ticket printable', () => {
    const started = afterReport(CLAIMED, report('started'));
    expect(afterReport(started, report('not-printed', { leaseId: 'L0' }))).toBe(started);
    expect(afterReport(started, report('started', { leaseId: 'L0' }))).toBe(started);
  });

  const anyReport = fc.record({
    outcome: fc.constantFrom('started', 'printed', 'not-printed', 'uncertain' as const),
    leaseId: fc.constantFrom('L1', 'L2'),
    machine: fc.constantFrom('kiosk-1', 'kiosk-2'),
    at: fc.constant(instant(500)),
  }) as fc.Arbitrary<PrintReport>;

  test('once printed, always printed; once uncertain, never pending by itself', () => {
    fc.assert(
      fc.property(fc.array(anyReport, { maxLength: 12 }), (reports) => {
        let record: PrintRecord = CLAIMED;
        for (const next of reports) {
          const before = record;
          record = afterReport(record, next);
          if (before.state === 'printed') expect(record).toBe(before);
          if (before.state === 'uncertain') expect(['uncertain', 'printed']).toContain(record.state);
          if (before.started) expect(printAt(record, instant(1e9)).state === 'pending').toBe(record === NOT_PRINTED);
        }
      }),
    );
  });
});
