import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FINGERPRINTS } from '#agent/composition/known-drivers.ts';
import { looksThere, portWishes } from '#agent/composition/port-wishes.ts';
import { Device, type DeviceConfiguration } from '#agent/configuration/device-schema.ts';
import { readConfiguration } from '#agent/configuration/read-configuration.ts';
import { withRealDevices } from '#agent/configuration/real-devices.ts';
import type { FoundPort } from '#core/ports/discovery.ts';

const examples = fileURLToPath(new URL('../../../edge-agent/configuration/examples', import.meta.url));

it.each(readdirSync(examples))('%s with real devices has none that is simulated, and is otherwise the same', (file) => {
  const written = readConfiguration(join(examples, file));
  const real = withRealDevices(written, () => false);
  expect(real.devices.map(({ id, driver }) => [id, driver])).toEqual(written.devices.map(({ id, driver }) => [id, driver]));
  expect(real.devices.filter(({ link }) => link.kind === 'simulated')).toEqual([]);
  expect({ ...real, devices: [] }).toEqual({ ...written, devices: [] });
});

it.each(Object.keys(FINGERPRINTS))('a simulated %s can be a real one', (driver) => {
  const needs = { 'gpio-gate': { releaseLine: 17 }, 'lcus-tower': { lamps: { red: 1 } }, 'magnetic-stripe': { profile: 'magtek-sureswipe' } };
  const device: DeviceConfiguration = Device.parse({
    id: 'device-x',
    driver,
    link: { kind: 'simulated' },
    ...(needs as Record<string, object>)[driver],
  });
  const written = readConfiguration(join(examples, 'lobby.yaml'));
  const [real] = withRealDevices({ ...written, devices: [device] }, () => false).devices;
  expect(real).toMatchObject({ id: 'device-x', driver, link: { kind: driver === 'gpio-gate' ? 'gpio' : 'usb' } });
});

it('what is plugged in decides which driver of a class it is, when the configured one has nothing', () => {
  const written = readConfiguration(join(examples, 'lobby.yaml'));
  const posScanner: FoundPort = { bus: 'hid', path: '/dev/hidraw0', usages: [{ page: 0x8c, usage: 2 }] };
  const serialScanner: FoundPort = { bus: 'serial', path: '/dev/ttyACM0', usb: { vendor: '0c2e', product: '0caa', port: '1-1', interface: 0 } };
  const driversWith = (...ports: FoundPort[]) =>
    withRealDevices(written, looksThere(ports)).devices.flatMap(({ id, driver }) => (id === 'kiosk-scanner' ? [driver] : []));
  expect(driversWith()).toEqual(['serial-scanner']);
  expect(driversWith(posScanner)).toEqual(['hid-pos-scanner']);
  expect(driversWith(posScanner, serialScanner)).toEqual(['serial-scanner']);
});

it('devices of one OSDP line are one thing that is plugged in, others are not', () => {
  const line = { kind: 'serial', path: '/dev/ttyUSB9' };
  const devices = [
    Device.parse({ id: 'pd-a', driver: 'osdp-reader', link: line, address: 1 }),
    Device.parse({ id: 'pd-b', driver: 'osdp-gate', link: line, address: 2 }),
    Device.parse({ id: 'pd-c', driver: 'osdp-gate', link: { ...line, path: '/dev/ttyUSB8' } }),
    Device.parse({ id: 'sc-d', driver: 'serial-scanner', link: line }),
  ];
  expect(portWishes(devices).map(({ line: of }) => of)).toEqual(['pd-a', 'pd-a', 'pd-c', 'sc-d']);
});
