import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestAvailable } from '#core/seating/best-available.ts';
import { coupleSplits } from '#core/seating/couple-seats.ts';
import { nearestOffer } from '#core/seating/nearest-offer.ts';
import { judgeSelection } from '#core/seating/single-gap.ts';
import { seatIds, sketch } from '#test/core/seating/sketch.ts';

function best(rows: string[], count: number, more: { avoid?: string; near?: string } = {}): string[] {
  const { plan, states } = sketch(...rows);
  return bestAvailable(plan, states, count, { avoid: seatIds(plan, more.avoid ?? ''), near: seatIds(plan, more.near ?? '') });
}

describe('the best free seats', () => {
  it.each([
    { what: 'the middle, two thirds back', rows: ['FFFFFFF', 'FFFFFFF', 'FFFFFFF', 'FFFFFFF'], count: 3, seats: ['2-2', '2-3', '2-4'] },
    { what: 'beside the middle when the middle would leave a seat alone', rows: ['FFFF'], count: 2, seats: ['0-0', '0-1'] },
    { what: 'a row further back rather than a lonely seat', rows: ['XXXXX', 'XFFFX', 'XFFXX'], count: 2, seats: ['2-1', '2-2'] },
    { what: 'a lonely seat rather than two rows', rows: ['XFFFX', 'XFXFX'], count: 2, seats: ['0-1', '0-2'] },
    { what: 'two rows, one behind the other', rows: ['FFXXFF', 'XXXXFF'], count: 4, seats: ['0-4', '0-5', '1-4', '1-5'] },
    { what: 'single seats when there is nothing better', rows: ['FX|XF', 'XX|XX', 'XF|XX'], count: 2, seats: ['0-0', '2-1'] },
    { what: 'nothing when there is too little', rows: ['FFX', 'WCX'], count: 3, seats: [] },
    { what: 'no couple seat while others are free', rows: ['FF', '()'], count: 2, seats: ['0-0', '0-1'] },
    { what: 'a couple seat before two rows', rows: ['FX', 'FX', '()'], count: 2, seats: ['2-0', '2-1'] },
    { what: 'no half of a couple seat', rows: ['()()'], count: 3, seats: [] },
    { what: 'no place kept for a wheelchair', rows: ['FWCF', 'XXXX', 'FXXX'], count: 2, seats: ['0-0', '2-0'] },
  ])('$what', ({ rows, count, seats }) => {
    expect(best(rows, count)).toEqual(seats);
  });

  it('looks around given seats and keeps off others', () => {
    const rows = ['FFFFFF', 'FFFFFF', 'FFFFFF'];
    expect(best(rows, 2, { near: '0-0 0-1' })).toEqual(['0-0', '0-1']);
    expect(best(rows, 2, { near: '0-0 0-1', avoid: '0-0' })).toEqual(['0-1', '0-2']);
  });

  it('answers couple seats with couple seats', () => {
    expect(best(['FFFF', 'FF()', '[]()'], 2, { near: '2-0 2-1' })).toEqual(['2-2', '2-3']);
  });

  const row = fc.array(fc.constantFrom('F', 'F', 'F', 'X', '|', '()', 'W'), { minLength: 2, maxLength: 10 }).map((parts) => parts.join(''));

  it('gives exactly the number asked for or nothing, free, whole, and allowed by the single-gap rule', () => {
    let given = 0;
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 6 }), (rows, count) => {
        const { plan, states } = sketch(...rows);
        const seats = bestAvailable(plan, states, count);
        const singles = plan.seats.filter((seat, index) => states[index] === 'F' && seat.kind === 'standard').length;
        if (singles >= count) expect(seats).toHaveLength(count);
        if (seats.length === 0) return;
        given++;
        expect(new Set(seats).size).toBe(count);
        for (const seatId of seats) {
          const index = plan.seats.findIndex((seat) => seat.id === seatId);
          expect(states[index]).toBe('F');
          expect(plan.seats[index]?.kind).not.toBe('wheelchair');
        }
        expect(coupleSplits(plan, seats)).toEqual([]);
        expect(judgeSelection(plan, states, seats).allowed).toBe(true);
      }),
      { numRuns: 1_000 },
    );
    expect(given).toBeGreaterThan(500);
  });
});

describe('what is offered for lost seats', () => {
  it.each([
    { what: 'the same party one seat on', rows: ['XFFFFF'], wanted: '0-0 0-1', offer: ['0-1', '0-2'] },
    { what: 'another wheelchair place and its companion', rows: ['wCFFFFCW'], wanted: '0-0 0-1', offer: ['0-7', '0-6'] },
    { what: 'an ordinary seat for the companion when there is no companion place', rows: ['WcFFFFcw'], wanted: '0-0 0-1', offer: ['0-0', '0-2'] },
    { what: 'nothing when no wheelchair place is left', rows: ['wCFFFFCw'], wanted: '0-0 0-1', offer: [] },
    {
      what: 'seats beside the wheelchair place for the rest',
      rows: ['WCFFFFFFFF', 'FFFFFFFFFF'],
      wanted: '0-0 0-1 0-8 0-9',
      offer: ['0-0', '0-1', '0-2', '0-3'],
    },
    { what: 'nothing when the house is full', rows: ['XXXX'], wanted: '0-0', offer: [] },
  ])('$what', ({ rows, wanted, offer }) => {
    const { plan, states } = sketch(...rows);
    expect(nearestOffer(plan, states, seatIds(plan, wanted))).toEqual(offer);
  });
});
