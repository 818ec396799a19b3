import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { DeviceId } from '#core/contract/identifiers.ts';
import type { Discovery } from '#core/contract/local/discovery.ts';
import { selectorOf } from '#core/devices/assignment.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import type { DeviceConfiguration } from '../configuration/device-schema.ts';
import type { Alternatives } from '../configuration/real-devices.ts';
import type { DeviceManager } from '../devices/device-manager.ts';
import { openAssignments } from '../devices/discovery/assignments.ts';
import { listPorts } from '../devices/discovery/list-ports.ts';
import { createPortDesk, type PortDesk, type PortDeskParts } from '../devices/discovery/port-desk.ts';
import { reportPorts } from '../devices/discovery/port-report.ts';
import { createPortWatch } from '../devices/discovery/port-watch.ts';
import { startUdevMonitor } from '../devices/discovery/udev-monitor.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { configuredPaths, portWishes, selectorText } from './port-wishes.ts';

/** What is plugged into this machine, and which device of the configuration it is. */
export interface ComposedPorts {
  readonly desk: PortDesk;
  /**
   * Nothing is watched on a machine whose devices are all simulated or on the network.
   * @param manager told of devices that came or are elsewhere now
   * @param onChanged called after something came, went or was assigned
   * @returns what ends it
   */
  start(manager: Pick<DeviceManager, 'present' | 'moved'>, onChanged: () => void): () => Promise<void>;
  /** Undefined where nothing is watched. */
  report(): Discovery | undefined;
  /**
   * A person says which thing a device is, or takes the word back; it is in the audit before it counts.
   * @throws FaultError when it cannot be written down
   */
  assign(device: DeviceId, path: string | undefined, by: string): Result<void, Fault>;
}

interface Parts {
  readonly data: string;
  readonly devices: readonly DeviceConfiguration[];
  /** As what else each may be plugged in. */
  readonly alternatives?: Alternatives;
  readonly ledger: Pick<Ledger, 'transaction' | 'append'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** @throws FaultError `E-DEV-ASSIGNMENTS` */
export function composePorts({ data, devices, alternatives, ledger, clock, timers }: Parts): ComposedPorts {
  const wishes = portWishes(devices, alternatives);
  const paths = configuredPaths(devices);
  const assignments = openAssignments(data);
  let onChanged: () => void = () => undefined;
  let tell: PortDeskParts['onPlace'] = () => undefined;
  const watch = createPortWatch({
    timers,
    list: () => listPorts(paths),
    monitor: (onEvent) => startUdevMonitor(timers, onEvent),
    onChange: (appeared) => {
      desk.changed(appeared);
      onChanged();
    },
  });
  const desk = createPortDesk({ wishes, assigned: assignments.of, ports: watch.ports, onPlace: (device, change) => tell(device, change) });
  const isWatched = wishes.length > 0;

  return {
    desk,
    start: (manager, listen) => {
      onChanged = listen;
      // First with nothing plugged in: at the first look nobody has a place already.
      desk.changed([]);
      if (isWatched) watch.start();
      // What is there before the first opening needs no telling.
      tell = (device, change) => (change === 'moved' ? manager.moved(device) : manager.present(device));
      return watch.stop;
    },
    report: () => (isWatched ? reportPorts(watch.ports(), desk, watch.isTold()) : undefined),
    assign: (device, path, by) => {
      const wish = wishes.find((each) => each.device === device);
      if (wish === undefined) return err(notHere(device));
      const port = watch.ports().find((each) => each.path === path);
      if (path !== undefined && (port === undefined || ![wish, ...wish.alternatives].some(({ buses }) => buses.includes(port.bus))))
        return err(noSuchPort(device, path));
      const selector = port === undefined ? undefined : selectorOf(port, watch.ports());
      const detail = selector === undefined ? `${device} is what the configuration says` : `${device} is ${selectorText(selector) ?? ''}`;
      ledger.transaction(() => ledger.append({ t: 'audit', d: { action: 'device-assigned', by, detail: detail.slice(0, 200) } }));
      assignments.set(wish.line, selector, by, clock.wall());
      desk.changed([]);
      onChanged();
      return ok();
    },
  };
}

const notHere = (device: string): Fault => ({
  code: 'E-DEV-NOT-PLUGGED',
  owner: 'operator',
  message: `${device} does not hang on a port of this machine: it is simulated, on the network, or not in the configuration`,
  remedy: 'Give it a link of kind usb or serial in the configuration.',
});

const noSuchPort = (device: string, path: string): Fault => ({
  code: 'E-DEV-NO-PORT',
  owner: 'operator',
  message: `nothing that ${device} could be is plugged in as ${path}`,
  remedy: 'Look at what is plugged in (foyer devices), and name one of these.',
});
