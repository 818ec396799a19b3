import type { Lamp } from '../light-signals/tower-levels.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import { createHostLine } from '../simulation/host-line.ts';
import type { SimulatedLight } from '../simulation/simulated-light.ts';
import { LEDS, levelsAfter } from './frame.ts';

/** A tower of five lamps and a buzzer. Without its cable it has no power. */
export function createPatliteSimulator(): SimulatedLight {
  let on: ReadonlySet<Lamp> = new Set();
  const host = createHostLine();
  const switches = createFaultSwitches([UNPLUGGED], (_, isPulled) => {
    if (!isPulled) return;
    on = new Set();
    host.pull();
  });
  return {
    class: 'indicator',
    faults: [UNPLUGGED],
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect: (line) => {
      if (switches.isOn('unplugged')) return undefined;
      return host.connect(line, () => ({
        receive: (report) => {
          on = levelsAfter(report, on) ?? on;
          switches.changed();
        },
      }));
    },
    lamps: () => LEDS.map((colour) => ({ colour, isOn: on.has(colour) })),
    isSounding: () => on.has('buzzer'),
  };
}
