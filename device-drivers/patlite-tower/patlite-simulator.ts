import type { Lamp } from '../light-signals/tower-levels.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import type { DeviceLine } from '../simulation/simulated-device.ts';
import type { SimulatedLight } from '../simulation/simulated-light.ts';
import { LEDS, levelsAfter } from './frame.ts';

/** A tower of five lamps and a buzzer. Without its cable it has no power. */
export function createPatliteSimulator(): SimulatedLight {
  let on: ReadonlySet<Lamp> = new Set();
  let line: DeviceLine | undefined;
  const switches = createFaultSwitches([UNPLUGGED], (_, isPulled) => {
    if (!isPulled) return;
    const pulled = line;
    line = undefined;
    on = new Set();
    pulled?.drop();
  });
  return {
    class: 'indicator',
    faults: [UNPLUGGED],
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect: (newLine) => {
      if (switches.isOn('unplugged')) return undefined;
      const previous = line;
      line = undefined;
      previous?.drop();
      line = newLine;
      return {
        receive: (report) => {
          on = levelsAfter(report, on) ?? on;
          switches.changed();
        },
        closed: () => {
          if (line === newLine) line = undefined;
        },
      };
    },
    lamps: () => LEDS.map((colour) => ({ colour, isOn: on.has(colour) })),
    isSounding: () => on.has('buzzer'),
  };
}
