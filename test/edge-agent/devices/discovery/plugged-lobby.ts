import { createDeviceManager, type DeviceManager } from '#agent/devices/device-manager.ts';
import { foundTransport } from '#agent/devices/discovery/found-transport.ts';
import { listPorts } from '#agent/devices/discovery/list-ports.ts';
import { createPortDesk, type PortWish } from '#agent/devices/discovery/port-desk.ts';
import { createPortWatch } from '#agent/devices/discovery/port-watch.ts';
import { startUdevMonitor } from '#agent/devices/discovery/udev-monitor.ts';
import type { ManagedDevice } from '#agent/devices/managed-device.ts';
import { systemClock, systemRandom, systemTimers } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Timers } from '#core/ports/clock.ts';
import type { FoundPort } from '#core/ports/discovery.ts';
import type { Transport } from '#core/ports/link.ts';

/** Says a line of JSON to the test. */
export const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const NEVER = { cancel: () => undefined };
const eventsAlone: Timers = {
  after: (delay, action) =>
    delay === LIMITS.devices.lookEvery || delay === LIMITS.devices.lookBesideEvents ? NEVER : systemTimers.after(delay, action),
};
const noRetries: Timers = { after: (delay, action) => (delay >= LIMITS.devices.reopen.floor ? NEVER : systemTimers.after(delay, action)) };

export interface PluggedDevice {
  readonly wish: Pick<PortWish, 'device' | 'buses'> & Partial<PortWish>;
  readonly open: (port: Pick<FoundPort, 'path'>) => Transport;
  readonly manage: (id: string, transport: Transport) => ManagedDevice;
}

/**
 * Devices as the agent has them, found by its own discovery. Neither the beat of looks nor the back-off of connections ever comes to its end here: what is
 * noticed is noticed by events.
 */
export function startPluggedLobby(devices: readonly PluggedDevice[]): DeviceManager {
  const watch = createPortWatch({
    timers: eventsAlone,
    list: () => listPorts(),
    monitor: (onEvent) => startUdevMonitor(systemTimers, onEvent),
    onChange: (appeared, gone) => {
      say({ event: 'ports', appeared: appeared.map(({ path }) => path), gone: gone.map(({ path }) => path) });
      desk.changed(appeared);
    },
  });
  const desk = createPortDesk({
    wishes: devices.map(({ wish }) => ({ line: wish.device, selector: {}, fingerprints: [], alternatives: [], looksFor: [], ...wish })),
    assigned: () => undefined,
    ports: watch.ports,
    onPlace: (device, change) => (change === 'moved' ? manager.moved(device) : manager.present(device)),
  });
  const manager = createDeviceManager({
    devices: devices.map(({ wish: { device }, open, manage }) =>
      manage(
        device,
        foundTransport(device, () => desk.match(device), open),
      ),
    ),
    clock: systemClock,
    timers: noRetries,
    random: systemRandom,
    log: silentLog,
    onHealth: ({ device, state, place }) => say({ event: 'health', device, state: state.kind, reasons: state.reasons, place }),
  });
  watch.start();
  manager.start();
  const told = setInterval(() => {
    if (!watch.isTold()) return;
    clearInterval(told);
    say({ event: 'listening' });
  }, 10);
  return manager;
}
