import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minutes } from '#core/base/time.ts';
import { coupleSplits } from '#core/seating/couple-seats.ts';
import { judgeSelection, relaxesSingleGap } from '#core/seating/single-gap.ts';
import { seatIds, sketch } from '#test/core/seating/sketch.ts';

const row0 = (picks: readonly number[]): string => picks.map((pick) => `0-${pick}`).join(' ');

describe('the golden cases of the single-gap rule', () => {
  it.each([
    { run: 'FFFF', pick: [1, 2], allowed: false },
    { run: 'FFFF', pick: [0, 1], allowed: true },
    { run: 'FFF', pick: [0, 1], allowed: true },
    { run: 'FFF', pick: [1], allowed: false },
    { run: 'FFFFF', pick: [2], allowed: true },
    { run: 'FFFFF', pick: [1], allowed: false },
    { run: 'FFFFF', pick: [1, 2], allowed: false },
    { run: 'FFFFF', pick: [3, 4], allowed: true },
    { run: 'FFFFFF', pick: [0, 2], allowed: false },
    { run: 'FXFFX', pick: [2], allowed: true },
    { run: 'XF|FX', pick: [1], allowed: true },
    { run: 'FFFF|FFFF', pick: [3, 5], allowed: true },
  ])('$run with $pick: $allowed', ({ run, pick, allowed }) => {
    const { plan, states } = sketch(run);
    expect(judgeSelection(plan, states, seatIds(plan, row0(pick))).allowed).toBe(allowed);
  });
});

describe('what the rule says beyond the golden cases', () => {
  it('names the seat left alone and moves the party by one', () => {
    const { plan, states } = sketch('FFFF');
    expect(judgeSelection(plan, states, seatIds(plan, '0-1 0-2'))).toEqual({ allowed: false, stranded: ['0-0', '0-3'], fix: ['0-0', '0-1'] });
  });

  it('keeps what is right and mends only the run that is wrong, in the order of selection', () => {
    const { plan, states } = sketch('FFFF', 'FFF');
    expect(judgeSelection(plan, states, seatIds(plan, '1-1 0-0 0-1'))).toEqual({
      allowed: false,
      stranded: ['1-0', '1-2'],
      fix: ['1-2', '0-0', '0-1'],
    });
  });

  it.each(['X', 'H', 'R', 'B', '|'])('lets a run end at %s', (end) => {
    const { plan, states } = sketch(`FF${end}FF`);
    expect(judgeSelection(plan, states, seatIds(plan, '0-1')).allowed).toBe(true);
    expect(judgeSelection(plan, states, seatIds(plan, '0-0 0-1')).allowed).toBe(true);
  });

  it('ignores a seat that was alone before', () => {
    const { plan, states } = sketch('FXFFFF');
    expect(judgeSelection(plan, states, seatIds(plan, '0-2 0-3')).allowed).toBe(true);
  });

  it('never calls a free couple seat lonely, nor a seat beside one', () => {
    const { plan, states } = sketch('()()()', 'FFF()');
    expect(judgeSelection(plan, states, seatIds(plan, '0-2 0-3')).allowed).toBe(true);
    expect(judgeSelection(plan, states, seatIds(plan, '1-0 1-1')).allowed).toBe(true);
  });

  it('moves a couple seat whole', () => {
    const { plan, states } = sketch('F()FF');
    const verdict = judgeSelection(plan, states, seatIds(plan, '0-3'));
    expect(verdict).toEqual({ allowed: false, stranded: ['0-4'], fix: ['0-4'] });
  });

  it('treats half a couple seat as the end of a run when the other half is gone', () => {
    const { plan, states } = sketch('()FF');
    const halfSold = `S${states.slice(1)}`;
    expect(judgeSelection(plan, halfSold, seatIds(plan, '0-2')).allowed).toBe(true);
    expect(judgeSelection(plan, halfSold, seatIds(plan, '0-3')).allowed).toBe(true);
  });

  it('does not count a place beside a wheelchair as lonely, and only warns guests who take one', () => {
    const { plan, states } = sketch('FFFWCFFF');
    expect(judgeSelection(plan, states, seatIds(plan, '0-0 0-1 0-2')).allowed).toBe(true);
    expect(judgeSelection(plan, states, seatIds(plan, '0-4 0-6')).allowed).toBe(true);
    expect(judgeSelection(plan, states, seatIds(plan, '0-6'))).toMatchObject({ allowed: false });
    expect(judgeSelection(plan, states, seatIds(plan, '0-4 0-6'))).toEqual({ allowed: true, stranded: ['0-5', '0-7'] });
  });

  it('only warns when it is relaxed', () => {
    const { plan, states } = sketch('FFF');
    expect(judgeSelection(plan, states, seatIds(plan, '0-1'), { relaxed: true })).toEqual({ allowed: true, stranded: ['0-0', '0-2'] });
  });

  it('moves a party towards the middle, but not into another zone', () => {
    const oneZone = sketch('FFFFFF');
    expect(judgeSelection(oneZone.plan, oneZone.states, seatIds(oneZone.plan, '0-1 0-2'))).toMatchObject({ allowed: false, fix: ['0-2', '0-3'] });
    const twoZones = sketch('FFFVVV');
    expect(judgeSelection(twoZones.plan, twoZones.states, seatIds(twoZones.plan, '0-1 0-2'))).toMatchObject({ allowed: false, fix: ['0-0', '0-1'] });
  });
});

describe('relaxing the rule', () => {
  it.each([
    { states: 'FFFFFFFFFF', untilStart: minutes(16), relaxed: false },
    { states: 'FFFFFFFFFF', untilStart: minutes(15), relaxed: true },
    { states: 'FFFFFFFFFF', untilStart: minutes(-5), relaxed: true },
    { states: 'SSSSHSSRFF', untilStart: minutes(60), relaxed: false },
    { states: 'SSSSHSSRSF', untilStart: minutes(60), relaxed: true },
    { states: 'XXXXXXXXSF', untilStart: minutes(60), relaxed: false },
  ])('$states, $untilStart ms before the start: $relaxed', ({ states, untilStart, relaxed }) => {
    expect(relaxesSingleGap(states, untilStart)).toBe(relaxed);
  });
});

/** Drawings of one row; a couple seat is one piece, so that none is torn. */
const drawing = fc
  .array(fc.constantFrom('F', 'F', 'F', 'F', 'X', 'H', '|', '()', 'W', 'C'), { minLength: 1, maxLength: 14 })
  .map((parts) => parts.join(''));

describe('properties of the single-gap rule', () => {
  it('leaves an allowed choice for every number of seats that a run can give', () => {
    for (let length = 1; length <= 12; length++) {
      const { plan, states } = sketch('F'.repeat(length));
      for (let count = 1; count <= length; count++) {
        const starts = Array.from({ length: length - count + 1 }, (_, start) => start);
        const choices = starts.map((start) => plan.seats.slice(start, start + count).map((seat) => seat.id));
        expect(choices.some((choice) => judgeSelection(plan, states, choice).allowed)).toBe(true);
      }
    }
  });

  it('answers every refusal with an allowed selection of the same size, of free seats and whole couple seats', () => {
    fc.assert(
      fc.property(drawing, drawing, fc.infiniteStream(fc.boolean()), (front, back, coins) => {
        const { plan, states } = sketch(front, back);
        const free = plan.seats.filter((seat, index) => states[index] === 'F' && seat.kind !== 'couple-right');
        const picked = free.filter(() => coins.next().value === true).map((seat) => seat.id);
        const selection = [...picked, ...coupleSplits(plan, picked)];
        const verdict = judgeSelection(plan, states, selection);
        if (verdict.allowed) return;
        expect(verdict.stranded.length).toBeGreaterThan(0);
        expect(new Set(verdict.fix).size).toBe(selection.length);
        expect(coupleSplits(plan, verdict.fix)).toEqual([]);
        for (const seatId of verdict.fix) expect(states[plan.seats.findIndex((seat) => seat.id === seatId)]).toBe('F');
        expect(judgeSelection(plan, states, verdict.fix)).toEqual({ allowed: true, stranded: [] });
      }),
      { numRuns: 2_000 },
    );
    expect.hasAssertions();
  });
});
