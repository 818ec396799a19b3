import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FINGERPRINTS } from '#agent/composition/known-drivers.ts';
import { isRecognised, portWishes } from '#agent/composition/port-wishes.ts';
import { Device, type DeviceConfiguration } from '#agent/configuration/device-schema.ts';
import { readConfiguration } from '#agent/configuration/read-configuration.ts';
import { withRealDevices } from '#agent/configuration/real-devices.ts';
import { createPortDesk } from '#agent/devices/discovery/port-desk.ts';
import type { PortSelector } from '#core/devices/match-ports.ts';
import type { FoundPort } from '#core/ports/discovery.ts';

const examples = fileURLToPath(new URL('../../../edge-agent/configuration/examples', import.meta.url));

it.each(readdirSync(examples))('%s with real devices has none that is simulated, and is otherwise the same', (file) => {
  const written = readConfiguration(join(examples, file));
  const { configuration: real } = withRealDevices(written, () => false);
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
  const [real] = withRealDevices({ ...written, devices: [device] }, () => false).configuration.devices;
  expect(real).toMatchObject({ id: 'device-x', driver, link: { kind: driver === 'gpio-gate' ? 'gpio' : 'usb' } });
});

it('a reader that speaks at one rate alone is opened at it, wherever it is plugged in', () => {
  const rates = [
    { kind: 'serial', path: '/dev/ttyS1' },
    { kind: 'usb', serial: 'A1' },
  ].map((link) => Device.parse({ id: 'reader', driver: 'pn532-reader', link }).link);
  expect(rates).toMatchObject([{ baudRate: 115_200 }, { baudRate: 115_200 }]);
  const { configuration } = withRealDevices(readConfiguration(join(examples, 'lobby.yaml')), isRecognised);
  expect(configuration.devices.find(({ driver }) => driver === 'pn532-reader')?.link).toMatchObject({ kind: 'usb', baudRate: 115_200 });
  // What is generic says nothing, at whichever rate.
  expect(Device.safeParse({ id: 'reader', driver: 'pn532-reader', link: { kind: 'usb', vendor: '1a86', product: '7523' } }).success).toBe(false);
});

it('a simulated scanner may turn out to be any that is told by its looks, a barrier one relay module', () => {
  const { alternatives } = withRealDevices(readConfiguration(join(examples, 'lobby.yaml')), isRecognised);
  const driversOf = (id: string) => [...alternatives].find(([device]) => device === id)?.[1].map(({ driver }) => driver);
  expect(driversOf('kiosk-scanner')).toEqual(['hid-pos-scanner', 'keyboard-scanner']);
  expect(driversOf('ticket-printer')).toEqual(['star-printer']);
  // What adapters to RS-485 and most relay modules look like is no look.
  expect(driversOf('gate-controller')).toEqual(['hid-relay-gate']);
});

describe('a scanner that may speak in several ways', () => {
  const posScanner: FoundPort = { bus: 'hid', path: '/dev/hidraw0', usages: [{ page: 0x8c, usage: 2 }] };
  const serialScanner: FoundPort = { bus: 'serial', path: '/dev/ttyACM0', usb: { vendor: '0c2e', product: '0caa', port: '1-1', interface: 0 } };
  const adapter: FoundPort = { bus: 'serial', path: '/dev/ttyUSB0', usb: { vendor: '1a86', product: '7523', port: '1-2', interface: 0 } };
  const { configuration, alternatives } = withRealDevices(readConfiguration(join(examples, 'lobby.yaml')), isRecognised);
  const wishes = portWishes(configuration.devices, alternatives).filter(({ device }) => device === 'kiosk-scanner');

  function deskWith() {
    const plugged: FoundPort[] = [];
    const told: string[] = [];
    const state: { assigned?: PortSelector } = {};
    const desk = createPortDesk({
      wishes,
      assigned: () => state.assigned,
      ports: () => plugged,
      onPlace: (_, change) => told.push(`${change} ${desk.alternativeOf('kiosk-scanner') ?? 'as configured'}`),
    });
    return {
      told,
      plug: (port: FoundPort) => {
        plugged.push(port);
        desk.changed([port]);
      },
      pull: (port: FoundPort) => {
        plugged.splice(plugged.indexOf(port), 1);
        desk.changed([]);
      },
      assign: (selector: PortSelector) => {
        state.assigned = selector;
        desk.changed([]);
      },
      place: () => {
        const match = desk.match('kiosk-scanner');
        return match.kind === 'matched' ? match.port.path : match.kind;
      },
    };
  }

  it('is what is plugged in, whenever that is, and what it has nobody takes away', () => {
    const desk = deskWith();
    expect(desk.place()).toBe('missing');
    desk.plug(posScanner);
    desk.plug(serialScanner);
    expect(desk.place()).toBe('/dev/hidraw0');
    desk.pull(posScanner);
    expect(desk.place()).toBe('/dev/ttyACM0');
    desk.plug(posScanner);
    expect(desk.place()).toBe('/dev/ttyACM0');
    desk.pull(serialScanner);
    expect(desk.place()).toBe('/dev/hidraw0');
    expect(desk.told).toEqual(['present hid-pos-scanner', 'moved as configured', 'moved hid-pos-scanner']);
  });

  it('is what a person says, and needs the driver of that', () => {
    const desk = deskWith();
    for (const port of [posScanner, serialScanner, adapter]) desk.plug(port);
    desk.assign({ path: '/dev/ttyUSB0' });
    expect([desk.place(), desk.told.at(-1)]).toEqual(['/dev/ttyUSB0', 'moved as configured']);
    desk.assign({ path: '/dev/hidraw0' });
    expect([desk.place(), desk.told.at(-1)]).toEqual(['/dev/hidraw0', 'moved hid-pos-scanner']);
  });
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
