import { describe, expect, it } from 'vitest';
import { companionsOf, coupleHalf, coupleSplits, selectSeat } from '#core/seating/couple-seats.ts';
import { seatIds, sketch } from '#test/core/seating/sketch.ts';

const { plan } = sketch('F()()F', 'WCFCWC');
const ids = (names: string) => seatIds(plan, names);
const tap = (selected: string, name: string) => ids(name).flatMap((seatId) => selectSeat(plan, ids(selected), seatId));

describe('selecting seats', () => {
  it.each([
    { selected: '', tapped: '0-0', after: '0-0' },
    { selected: '0-0', tapped: '0-0', after: '' },
    { selected: '0-0', tapped: '0-1', after: '0-0 0-1 0-2' },
    { selected: '', tapped: '0-2', after: '0-2 0-1' },
    { selected: '0-1 0-2 0-5', tapped: '0-2', after: '0-5' },
    { selected: '0-3', tapped: '0-4', after: '0-4 0-3' },
  ])('a tap on $tapped with "$selected" selected leaves "$after"', ({ selected, tapped, after }) => {
    expect(tap(selected, tapped)).toEqual(ids(after));
  });

  it('knows the other half of a couple seat, and that it is not the neighbour of the next', () => {
    expect(plan.seats.slice(0, 6).map((seat) => coupleHalf(plan, seat.id))).toEqual([undefined, '0-2', '0-1', '0-4', '0-3', undefined]);
  });

  it('names the halves that are missing', () => {
    expect(coupleSplits(plan, ids('0-0 0-1 0-4'))).toEqual(['0-2', '0-3']);
    expect(coupleSplits(plan, ids('0-1 0-2 0-5'))).toEqual([]);
  });

  it('finds the companion places on both sides of a wheelchair place', () => {
    expect(ids('1-0 1-2 1-4').map((seatId) => companionsOf(plan, seatId))).toEqual([['1-1'], [], ['1-3', '1-5']]);
  });
});
