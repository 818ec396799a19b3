import type { Timers } from '#core/ports/clock.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import { createHostLine } from '../simulation/host-line.ts';
import type { FaultSwitch } from '../simulation/simulated-device.ts';
import type { SimulatedGate } from '../simulation/simulated-gate.ts';
import { createTurnstile } from '../simulation/turnstile.ts';
import { encodeLevels, parseSwitch } from './frame.ts';

const FAULTS: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'relay-stuck', label: { zh: '继电器不动作', en: 'Relays do not move' }, kind: 'switch' },
  { name: 'no-answer', label: { zh: '模块无应答', en: 'Module does not answer' }, kind: 'switch' },
];

/** A HID module of eight relays with a turnstile on one contact, and nothing that sees who goes through it. */
export function createHidRelaySimulator({ timers, channel }: { readonly timers: Timers; readonly channel: number }): SimulatedGate {
  const closed = new Set<number>();
  const host = createHostLine();
  const turnstile = createTurnstile({ timers, onChange: () => switches.changed() });

  const setContact = (moved: number, on: boolean): void => {
    if (on === closed.has(moved)) return;
    if (on) closed.add(moved);
    else closed.delete(moved);
    if (moved === channel) turnstile.hold(on);
    switches.changed();
  };

  const switches = createFaultSwitches(FAULTS, (fault, on) => {
    if (fault !== 'unplugged' || !on) return;
    // Without power every contact falls open.
    for (const contact of [...closed]) setContact(contact, false);
    host.pull();
  });

  return {
    class: 'gate-controller',
    faults: FAULTS,
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect: (line) => {
      if (switches.isOn('unplugged')) return undefined;
      return host.connect(line, () => ({
        receive: () => undefined,
        features: {
          send: (report) => {
            const command = parseSwitch(report);
            if (command === undefined || switches.isOn('no-answer')) return false;
            if (!switches.isOn('relay-stuck')) setContact(command.channel, command.on);
            return true;
          },
          read: (number) => (number !== 0 || switches.isOn('no-answer') ? undefined : encodeLevels('FOYER', closed)),
        },
      }));
    },
    state: turnstile.state,
    setPerson: turnstile.setPerson,
    push: (direction = 'entry') => turnstile.push(direction),
  };
}
