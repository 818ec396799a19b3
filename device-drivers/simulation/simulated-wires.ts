import { UNPLUGGED } from './fault-switches.ts';
import type { DeviceEnd, DeviceLine, SimulatedDevice } from './simulated-device.ts';

/**
 * An RS-485 adapter and the two wires behind it: everybody on them hears every question, and the host every answer. A device that is unplugged takes the adapter
 * with it; one that only falls silent (`no-answer`) leaves the others where they are.
 */
export interface SimulatedWires extends SimulatedDevice {
  /** Hangs a device on the wires. */
  add(device: SimulatedDevice): void;
}

export function createSimulatedWires(): SimulatedWires {
  const devices: SimulatedDevice[] = [];
  const listeners: (() => void)[] = [];
  let isPulled = false;
  let host: { readonly line: DeviceLine; readonly ends: DeviceEnd[] } | undefined;

  const isUnplugged = (): boolean => isPulled || devices.some((device) => device.isOn(UNPLUGGED.name));
  const hangUp = (): void => {
    const gone = host;
    host = undefined;
    for (const end of gone?.ends ?? []) end.closed();
  };
  const join = (device: SimulatedDevice): void => {
    const end = host && device.connect(host.line);
    if (end !== undefined) host?.ends.push(end);
  };
  const changed = (): void => {
    if (isUnplugged()) {
      const pulled = host?.line;
      hangUp();
      pulled?.drop();
    }
    for (const listen of listeners) listen();
  };

  return {
    class: 'gate-controller',
    faults: [UNPLUGGED],
    isOn: isUnplugged,
    setFault: (_, on) => {
      isPulled = on;
      changed();
    },
    onChange: (listen) => {
      listeners.push(listen);
    },
    add: (device) => {
      devices.push(device);
      device.onChange(changed);
      join(device);
    },
    connect: (line) => {
      if (isUnplugged()) return undefined;
      const previous = host?.line;
      hangUp();
      previous?.drop();
      host = { line, ends: [] };
      for (const device of devices) join(device);
      return {
        receive: (bytes) => {
          for (const end of host?.ends ?? []) end.receive(bytes);
        },
        closed: () => {
          if (host?.line === line) hangUp();
        },
      };
    },
  };
}
