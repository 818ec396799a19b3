import { createDeviceManager } from '#agent/devices/device-manager.ts';
import { foundTransport } from '#agent/devices/discovery/found-transport.ts';
import { listPorts } from '#agent/devices/discovery/list-ports.ts';
import { createPortDesk } from '#agent/devices/discovery/port-desk.ts';
import { createPortWatch } from '#agent/devices/discovery/port-watch.ts';
import { startUdevMonitor } from '#agent/devices/discovery/udev-monitor.ts';
import { managedScanner } from '#agent/devices/managed-device.ts';
import { systemClock, systemRandom, systemTimers } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Timers } from '#core/ports/clock.ts';
import { SERIAL_SCANNER_FINGERPRINTS } from '#drivers/serial-scanner/fingerprints.ts';
import { serialScannerDriver } from '#drivers/serial-scanner/serial-scanner-driver.ts';
import { serialTransport } from '#drivers/transport/serial.ts';

/**
 * Two scanners as the agent has them: one by its looks, one by the socket of its adapter. Neither the beat of looks nor the back-off of connections ever comes
 * to its end here: what is noticed is noticed by events.
 */
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const NEVER = { cancel: () => undefined };
const eventsAlone: Timers = {
  after: (delay, action) =>
    delay === LIMITS.devices.lookEvery || delay === LIMITS.devices.lookBesideEvents ? NEVER : systemTimers.after(delay, action),
};
const noRetries: Timers = { after: (delay, action) => (delay >= LIMITS.devices.reopen.floor ? NEVER : systemTimers.after(delay, action)) };

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
  wishes: [
    { device: 'kiosk-scanner', line: 'kiosk-scanner', buses: ['serial'], selector: {}, fingerprints: SERIAL_SCANNER_FINGERPRINTS, looksFor: [] },
    {
      device: 'gate-scanner',
      line: 'gate-scanner',
      buses: ['serial'],
      selector: { vendor: '1a86', product: '7523', port: '1-1.3' },
      fingerprints: [],
      looksFor: [],
    },
  ],
  assigned: () => undefined,
  ports: watch.ports,
  onPlace: (device, change) => (change === 'moved' ? manager.moved(device) : manager.present(device)),
});
const scanner = (id: string) =>
  managedScanner({
    id,
    driver: serialScannerDriver,
    options: { suffix: 'cr', aimPrefix: false },
    transport: foundTransport(
      id,
      () => desk.match(id),
      ({ path }) => serialTransport({ path, baudRate: 9_600 }),
    ),
  });
const manager = createDeviceManager({
  devices: [scanner('kiosk-scanner'), scanner('gate-scanner')],
  clock: systemClock,
  timers: noRetries,
  random: systemRandom,
  log: silentLog,
  onHealth: ({ device, state, place }) => say({ event: 'health', device, state: state.kind, reasons: state.reasons, place }),
});
for (const id of ['kiosk-scanner', 'gate-scanner']) {
  manager.scanner(id).onCode(({ bytes }) => say({ event: 'code', device: id, text: new TextDecoder().decode(bytes) }));
}
watch.start();
manager.start();
const told = setInterval(() => {
  if (!watch.isTold()) return;
  clearInterval(told);
  say({ event: 'listening' });
}, 10);
