import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import type { Monotonic } from '#core/base/time.ts';
import type { GateInput } from '#core/ports/gate-controller.ts';
import { firstInputs, gateHealth, stepInputs } from '#drivers/gate-inputs/gate-inputs.ts';

const WIRING = { entryPassage: 0, exitPassage: 1, jam: 2, fireAlarm: 3 };
const at = (milliseconds: number): Monotonic => milliseconds as Monotonic;

const bitsOf =
  (bits: number) =>
  (input: number): boolean =>
    ((bits >> input) & 1) === 1;

/** Runs polls of `[time, bits]` and gives the events of all but the first. */
function run(polls: readonly (readonly [number, number])[]): GateInput[] {
  const [first = [0, 0], ...rest] = polls;
  let inputs = firstInputs(bitsOf(first[1]), WIRING, at(first[0]));
  return rest.flatMap(([time, bits]) => {
    const step = stepInputs(inputs, bitsOf(bits), WIRING, at(time));
    inputs = step.inputs;
    return [...step.events];
  });
}

const ENTRY = { kind: 'passed', direction: 'entry' };
const EXIT = { kind: 'passed', direction: 'exit' };

describe('gate inputs', () => {
  it('count one body for one cover, however long', () => {
    expect(
      run([
        [0, 0],
        [60, 1],
        [120, 1],
        [180, 1],
        [240, 0],
      ]),
    ).toEqual([ENTRY]);
  });

  it('count nobody for a sensor that was covered at the first look', () => {
    expect(
      run([
        [0, 3],
        [60, 3],
        [120, 0],
      ]),
    ).toEqual([]);
  });

  it('count one body when the contact bounces, two when it was clear for long enough', () => {
    expect(
      run([
        [0, 0],
        [60, 1],
        [120, 0],
        [180, 1],
        [240, 0],
      ]),
    ).toEqual([ENTRY]);
    expect(
      run([
        [0, 0],
        [60, 1],
        [120, 0],
        [120 + LIMITS.gateInputs.sensorBounce, 1],
      ]),
    ).toEqual([ENTRY, ENTRY]);
  });

  it('tell entry from exit', () => {
    expect(
      run([
        [0, 0],
        [60, 2],
        [120, 3],
      ]),
    ).toEqual([EXIT, ENTRY]);
  });

  it('give levels as they change, and every change once', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 30 }), (levels) => {
        const events = run([[0, 0], ...levels.map((on, i) => [60 * (i + 1), on ? 4 : 0] as const)]);
        let last = false;
        const changes = levels.filter((on) => {
          const isChange = on !== last;
          last = on;
          return isChange;
        });
        expect(events).toEqual(changes.map((on) => ({ kind: 'jammed', on })));
      }),
    );
  });

  it('never count more bodies than covers', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 60, max: 400 }), fc.boolean()), { maxLength: 40 }), (polls) => {
        let time = 0;
        const timed = polls.map(([gap, isCovered]) => {
          time += gap;
          return [time, isCovered ? 1 : 0] as const;
        });
        const covers = timed.filter(([, bits], i) => bits === 1 && (timed[i - 1]?.[1] ?? 0) === 0).length;
        expect(run([[0, 0], ...timed]).length).toBeLessThanOrEqual(covers);
      }),
    );
  });

  it('that are not wired are never on', () => {
    const inputs = firstInputs(bitsOf(0xff), { entryPassage: 0 }, at(0));
    expect(inputs).toMatchObject({ isJammed: false, isFireAlarm: false, entry: { isCovered: true }, exit: { isCovered: false } });
  });

  it('let the alarm outrank the jam, and the jam what only limits', () => {
    const inputs = firstInputs(bitsOf(0b1101), WIRING, at(0));
    const late = at(LIMITS.gateInputs.sensorStuckAfter);
    expect(gateHealth(inputs, ['no-answer'], late)).toEqual({ kind: 'blocked', reasons: ['fire-alarm'] });
    expect(gateHealth({ ...inputs, isFireAlarm: false }, ['no-answer'], late)).toEqual({ kind: 'blocked', reasons: ['gate-jammed'] });
    expect(gateHealth({ ...inputs, isFireAlarm: false, isJammed: false }, ['no-answer'], late)).toEqual({
      kind: 'degraded',
      reasons: ['no-answer', 'passage-sensor-stuck'],
    });
  });
});
