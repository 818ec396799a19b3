import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventId, LaneId, MachineId, ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { SiteRow } from '#core/contract/wire/site.ts';
import { conflictOf } from '#core/site/conflict.ts';
import { lackingIn, laterRow, vectorOf } from '#core/site/merge.ts';

const SCANS = ['01ARZ3NDEKTSV4RRFFQ69G1001', '01ARZ3NDEKTSV4RRFFQ69G1002', '01ARZ3NDEKTSV4RRFFQ69G1003'] as EventId[];

/** Copies of a few admissions of one ticket, as they could meet: of the same scan in other states, also forged ones. */
const row: fc.Arbitrary<SiteRow> = fc.record({
  machine: fc.constantFrom('gate-a' as MachineId, 'gate-b' as MachineId),
  epoch: fc.constantFrom('0011223344556677', '8899aabbccddeeff'),
  n: fc.nat(3),
  rev: fc.nat(2),
  scanId: fc.constantFrom(...SCANS),
  ticketId: fc.constant('3609070200000001' as TicketId),
  showId: fc.constantFrom('100' as ShowId, null),
  lane: fc.constant('lane-1' as LaneId),
  direction: fc.constantFrom('entry' as const, 'exit' as const),
  at: fc.integer({ min: 1_000, max: 1_010 }),
  outcome: fc.constantFrom('passed' as const, 'not-passed' as const, 'unconfirmed' as const, null),
  admits: fc.constantFrom(1, 2),
  reentry: fc.boolean(),
  clockErrorMs: fc.constantFrom(-1, 0, 2),
  dataVersion: fc.nat(1),
  dataAgeSeconds: fc.nat(1),
  confirmation: fc.constantFrom('alone' as const, 'unconfirmed' as const),
  step: fc.constantFrom(null, 5),
  override: fc.constantFrom(null, 'Li Wei'),
});

/** A member's set after these rows came in this order. */
function merged(rows: readonly SiteRow[]): readonly SiteRow[] {
  const set = new Map<EventId, SiteRow>();
  for (const each of rows) {
    const known = set.get(each.scanId);
    set.set(each.scanId, known === undefined ? each : laterRow(known, each));
  }
  return [...set.values()].toSorted((one, other) => (one.scanId < other.scanId ? -1 : 1));
}

describe('merging', () => {
  it('is commutative, associative and idempotent', () => {
    fc.assert(
      fc.property(row, row, row, (one, two, three) => {
        const [a, b, c] = [one, { ...two, scanId: one.scanId }, { ...three, scanId: one.scanId }];
        expect(laterRow(a, b)).toEqual(laterRow(b, a));
        expect(laterRow(laterRow(a, b), c)).toEqual(laterRow(a, laterRow(b, c)));
        expect(laterRow(a, a)).toEqual(a);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never takes an outcome back to none, nor a change to an earlier one', () => {
    fc.assert(
      fc.property(row, row, (one, other) => {
        const later = laterRow(one, other);
        expect(later.rev).toBe(Math.max(one.rev, other.rev));
        if (one.rev === other.rev && (one.outcome !== null || other.outcome !== null)) expect(later.outcome).not.toBeNull();
      }),
    );
  });

  it('ends with the same set and the same conflict at every member, whatever way and how often rows came', () => {
    let conflicts = 0;
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), fc.array(fc.nat(7), { maxLength: 20 }), (rows, detour) => {
        const again = detour.flatMap((index) => rows.slice(index, index + 1));
        const [here, there] = [merged(rows), merged([...again, ...rows.toReversed(), ...again])];
        expect(there).toEqual(here);
        const found = conflictOf('3609070200000001' as TicketId, here);
        if (found !== undefined) conflicts += 1;
        expect(conflictOf('3609070200000001' as TicketId, there.toReversed())).toEqual(found);
      }),
      { numRuns: 2_000 },
    );
    expect(conflicts).toBeGreaterThan(20);
  });

  it('sends what the other lacks, from where on it lacks it', () => {
    const mine = [
      { machine: 'gate-a' as MachineId, epoch: '0011223344556677', through: 9 },
      { machine: 'gate-b' as MachineId, epoch: '0011223344556677', through: 4 },
    ];
    const theirs = vectorOf([{ machine: 'gate-b' as MachineId, epoch: '0011223344556677', through: 4 }]);
    expect(lackingIn(theirs, mine)).toEqual([{ ...mine[0], after: 0 }]);
  });
});

describe('a conflict', () => {
  const ticketId = '3609070200000001' as TicketId;
  const entry = (scan: number, change: Partial<SiteRow>): SiteRow => ({
    ...{ machine: 'gate-a' as MachineId, epoch: '0011223344556677', n: scan, rev: 0, scanId: SCANS[scan] ?? expect.unreachable('a scan'), ticketId },
    ...{
      showId: '100' as ShowId,
      lane: 'lane-1' as LaneId,
      direction: 'entry',
      at: 1_000 + scan * 100,
      outcome: 'passed',
      admits: 1,
      reentry: false,
    },
    ...{ clockErrorMs: 10, dataVersion: 1, dataAgeSeconds: 1, confirmation: 'unconfirmed', step: null, override: null },
    ...change,
  });

  it('needs more bodies than the ticket admits', () => {
    expect(conflictOf(ticketId, [entry(0, {})])).toBeUndefined();
    expect(conflictOf(ticketId, [entry(0, {}), entry(1, { outcome: 'not-passed' })])).toBeUndefined();
    expect(conflictOf(ticketId, [entry(0, { admits: 2 }), entry(1, { admits: 2 })])).toBeUndefined();
    expect(conflictOf(ticketId, [entry(0, {}), entry(1, {})])).toMatchObject({ second: [SCANS[1]], state: 'open' });
  });

  it('is none when a person let the second guest in', () => {
    expect(conflictOf(ticketId, [entry(0, {}), entry(1, { override: 'Li Wei' })])).toBeUndefined();
  });

  it('says who was second only as far as the clocks can', () => {
    expect(conflictOf(ticketId, [entry(0, {}), entry(1, { clockErrorMs: 95 })])?.second).toEqual([]);
    expect(conflictOf(ticketId, [entry(0, {}), entry(1, { clockErrorMs: -1 })])?.second).toEqual([]);
  });

  it('is none where the first guest had left, on a show that lets people come back', () => {
    const out = entry(1, { direction: 'exit', reentry: true });
    expect(conflictOf(ticketId, [entry(0, { reentry: true }), out, entry(2, { reentry: true })])).toBeUndefined();
    expect(conflictOf(ticketId, [entry(0, { reentry: true }), entry(1, { reentry: true })])?.entries).toHaveLength(2);
  });
});
