import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant } from '#core/base/time.ts';
import { afterReport, claimPrint, isInDoubt, mayClaim, NOT_PRINTED, type PrintRecord, type PrintReport } from '#core/box-office/print-record.ts';

const UNTIL = instant(1_000);
const KIOSK_1 = { machine: 'kiosk-1', boot: 'start-1' };
const KIOSK_2 = { machine: 'kiosk-2', boot: 'start-1' };
const CLAIMED = claimPrint('L1', KIOSK_1, UNTIL);

function report(outcome: PrintReport['outcome'], changes: Partial<PrintReport> = {}): PrintReport {
  return { outcome, leaseId: 'L1', machine: 'kiosk-1', at: instant(500), ...changes };
}

describe('a ticket on its way to paper', () => {
  test('a lease that has lapsed frees the ticket for its own machine alone, and for that only when it did not begin', () => {
    expect(mayClaim(CLAIMED, KIOSK_1, instant(999))).toBe(false);
    expect(mayClaim(CLAIMED, KIOSK_1, UNTIL)).toBe(true);
    expect(mayClaim(CLAIMED, KIOSK_2, instant(1e9))).toBe(false);
    expect(mayClaim(afterReport(CLAIMED, report('started')), KIOSK_1, instant(1e9))).toBe(false);
    expect(mayClaim(afterReport(CLAIMED, report('not-printed')), KIOSK_2, instant(500))).toBe(true);
  });

  test('a machine that was off since does not know what it began under its lease', () => {
    expect(mayClaim(CLAIMED, { ...KIOSK_1, boot: 'start-2' }, UNTIL)).toBe(false);
    expect(mayClaim(CLAIMED, { machine: 'kiosk-1' }, UNTIL)).toBe(false);
  });

  test('what a machine does not settle within its lease is for a person to settle', () => {
    expect(isInDoubt(CLAIMED, instant(999))).toBe(false);
    expect(isInDoubt(CLAIMED, UNTIL)).toBe(true);
    expect(isInDoubt(afterReport(CLAIMED, report('started')), UNTIL)).toBe(true);
    expect(isInDoubt(afterReport(CLAIMED, report('printed')), UNTIL)).toBe(false);
  });

  test.each([
    ['printed', 'printed', true],
    ['uncertain', 'uncertain', true],
    ['not-printed', 'pending', false],
  ] as const)('its own machine says %s', (outcome, state, started) => {
    expect(afterReport(afterReport(CLAIMED, report('started')), report(outcome))).toMatchObject({ state, started });
  });

  test('what another machine printed is printed, whoever has the lease', () => {
    const late = afterReport(claimPrint('L2', KIOSK_2, UNTIL), report('printed'));
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
          if (before.started && record !== before) expect(record.state === 'pending').toBe(next.outcome === 'not-printed');
        }
      }),
    );
  });

  /** Two machines under leases of their own; events reach the box office late and in the order of each machine, people and time come in between. */
  const anyMove = fc.oneof(
    fc.record({ kind: fc.constantFrom('claim', 'begin', 'end', 'give-back', 'cut' as const), machine: fc.constantFrom('kiosk-1', 'kiosk-2') }),
    fc.record({ kind: fc.constant('hear' as const), machine: fc.constantFrom('kiosk-1', 'kiosk-2') }),
    fc.constant({ kind: 'later' as const }),
  );

  test('two machines never both begin to print a ticket, unless a person has said that it is not on paper', () => {
    fc.assert(
      fc.property(fc.array(anyMove, { maxLength: 60 }), (moves) => {
        let record: PrintRecord = NOT_PRINTED;
        let now = 0;
        let leases = 0;
        const machines = new Map(['kiosk-1', 'kiosk-2'].map((name) => [name, { lease: '', until: 0, state: 'free', sent: [] as PrintReport[] }]));
        const begun: string[] = [];
        for (const move of moves) {
          if (move.kind === 'later') {
            now += 700;
            continue;
          }
          const it = machines.get(move.machine);
          if (it === undefined) continue;
          const say = (outcome: PrintReport['outcome']) => it.sent.push({ outcome, leaseId: it.lease, machine: move.machine, at: instant(now) });
          if (move.kind === 'claim' && it.state === 'free' && mayClaim(record, move, instant(now))) {
            Object.assign(it, { lease: `L${++leases}`, until: now + 1_000, state: 'claimed' });
            record = claimPrint(it.lease, move, instant(it.until), record);
          } else if (move.kind === 'begin' && it.state === 'claimed' && now < it.until) {
            it.state = 'begun';
            begun.push(move.machine);
            say('started');
          } else if (move.kind === 'give-back' && it.state === 'claimed') {
            it.state = 'free';
            say('not-printed');
          } else if ((move.kind === 'end' || move.kind === 'cut') && it.state === 'begun') {
            it.state = 'done';
            say(move.kind === 'end' ? 'printed' : 'uncertain');
          } else if (move.kind === 'hear') {
            const next = it.sent.shift();
            if (next !== undefined) record = afterReport(record, next);
          }
        }
        expect(begun.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2_000 },
    );
  });
});
