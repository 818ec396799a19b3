import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { milliseconds } from '#core/base/time.ts';
import type { Signal } from '#core/ports/indicator.ts';
import { BEEP_TRAINS, type Lamp, towerAt } from '#drivers/light-signals/tower-levels.ts';

const EVERY_LAMP: readonly Lamp[] = ['red', 'amber', 'green', 'blue', 'white', 'buzzer'];
const anySignal: fc.Arbitrary<Signal> = fc.record({
  light: fc.option(
    fc.record({ colour: fc.constantFrom('red', 'amber', 'green', 'blue', 'white'), rhythm: fc.constantFrom('steady', 'slow', 'fast') }),
    {
      nil: undefined,
    },
  ),
  beeps: fc.constantFrom(...(Object.keys(BEEP_TRAINS) as (keyof typeof BEEP_TRAINS)[])),
  words: fc.constant(''),
});
const anyTower = fc.subarray([...EVERY_LAMP]).map((lamps) => new Set(lamps));
const span = fc.integer({ min: 0, max: 20_000 }).map(milliseconds);

describe('a tower of plain lamps', () => {
  it('changes at the moment that it tells, not before, and not to the same', () => {
    fc.assert(
      fc.property(anySignal, anyTower, span, (signal, has, since) => {
        const now = towerAt(signal, has, since);
        if (now.changesIn === undefined) {
          expect([...towerAt(signal, has, milliseconds(since + 60_000)).on]).toEqual([...now.on]);
          return;
        }
        expect(now.changesIn).toBeGreaterThan(0);
        expect([...towerAt(signal, has, milliseconds(since + now.changesIn - 1)).on]).toEqual([...now.on]);
      }),
    );
  });

  it('lights nothing that it does not have', () => {
    fc.assert(
      fc.property(anySignal, anyTower, span, (signal, has, since) => {
        for (const lamp of towerAt(signal, has, since).on) expect(has.has(lamp)).toBe(true);
      }),
    );
  });

  it('beeps as often as it says, once', () => {
    const has = new Set<Lamp>(['buzzer']);
    let rises = 0;
    let before = false;
    for (let at = 0; at < 10_000; at += 10) {
      const isOn = towerAt({ light: undefined, beeps: 'three-short', words: '' }, has, milliseconds(at)).on.has('buzzer');
      if (isOn && !before) rises++;
      before = isOn;
    }
    expect(rises).toBe(3);
  });
});
