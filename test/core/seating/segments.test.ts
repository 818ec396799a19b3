import { describe, expect, it } from 'vitest';
import { freeRuns } from '#core/seating/segments.ts';
import { sketch } from '#test/core/seating/sketch.ts';

/** Runs as text: seats of a unit joined by +, units by a blank. */
function runsOf(...rows: string[]): string[] {
  const { plan, states } = sketch(...rows);
  return freeRuns(plan, states).map((run) => run.units.map((unit) => unit.seats.map((seat) => seat.id).join('+')).join(' '));
}

describe('runs of free seats', () => {
  it.each([
    { rows: ['FFF'], runs: ['0-0 0-1 0-2'] },
    { rows: ['FXF'], runs: ['0-0', '0-2'] },
    { rows: ['F|F'], runs: ['0-0', '0-2'] },
    { rows: ['F  F'], runs: ['0-0', '0-3'] },
    { rows: ['FHFRFBF'], runs: ['0-0', '0-2', '0-4', '0-6'] },
    { rows: ['F()F'], runs: ['0-0 0-1+0-2 0-3'] },
    { rows: ['()()'], runs: ['0-0+0-1 0-2+0-3'] },
    { rows: ['F[]F'], runs: ['0-0', '0-3'] },
    { rows: ['F(|)F'], runs: ['0-0', '0-4'] },
    { rows: ['FWCF'], runs: ['0-0', '0-3'] },
    { rows: ['FF', 'FF'], runs: ['0-0 0-1', '1-0 1-1'] },
    { rows: ['XX'], runs: [] },
  ])('$rows gives $runs', ({ rows, runs }) => {
    expect(runsOf(...rows)).toEqual(runs);
  });

  it('does not depend on the order of seats in the plan', () => {
    const { plan, states } = sketch('FF()X', 'F|FFF');
    const reversed = { ...plan, seats: [...plan.seats].reverse() };
    expect(freeRuns(reversed, [...states].reverse().join(''))).toEqual(freeRuns(plan, states));
  });
});
