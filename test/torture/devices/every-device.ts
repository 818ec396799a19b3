import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type ComposedDevices, composeDevices } from '#agent/composition/devices.ts';
import { Device, type DeviceConfiguration } from '#agent/configuration/device-schema.ts';
import { createDeviceManager, type DeviceManager } from '#agent/devices/device-manager.ts';
import { createPortDesk } from '#agent/devices/discovery/port-desk.ts';
import type { ManagedDevice } from '#agent/devices/managed-device.ts';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { type Log, silentLog } from '#agent/runtime/log.ts';
import { assert } from '#core/base/fault.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import type { DeviceHealth } from '#core/ports/health.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';

/** What its configuration says of each driver's device beside its name and its line. A new driver is tortured from its first day: without its line here this does not compile. */
export const SETTINGS: Readonly<Record<DeviceConfiguration['driver'], object>> = {
  'escpos-printer': {},
  'star-printer': {},
  'serial-scanner': {},
  'hid-pos-scanner': { profile: 'honeywell' },
  'keyboard-scanner': {},
  'magnetic-stripe': { profile: 'magtek-sureswipe' },
  'zvt-terminal': {},
  'pn532-reader': {},
  'pcsc-reader': {},
  'modbus-gate': {},
  'hid-relay-gate': {},
  'gpio-gate': { releaseLine: 17, inputs: { entryPassage: 5, exitPassage: 6, jam: 13, fireAlarm: 19 } },
  'lcus-gate': { feedback: 'levels' },
  'patlite-tower': {},
  'lcus-tower': {},
  'modbus-tower': {},
  // Three uses of one device on one line.
  'osdp-reader': {},
  'osdp-gate': {},
  'osdp-light': {},
};

export const DRIVERS = Object.keys(SETTINGS) as DeviceConfiguration['driver'][];

/** Those that speak in reports: a line of the operating system that is no HID device does not keep their bounds. */
const IN_REPORTS: ReadonlySet<DeviceConfiguration['driver']> = new Set([
  'hid-pos-scanner',
  'keyboard-scanner',
  'magnetic-stripe',
  'hid-relay-gate',
  'patlite-tower',
]);
export const DRIVERS_ON_LINES = DRIVERS.filter((driver) => !IN_REPORTS.has(driver));

/** Simulated devices with the product's own drivers under the product's device manager. */
export interface DevicesUnderTorture {
  readonly manager: DeviceManager;
  readonly composed: ComposedDevices;
  readonly ledger: Ledger;
  /** By the name of its driver, as each is called here. */
  simulator(driver: DeviceConfiguration['driver']): SimulatedDevice;
  health(driver: DeviceConfiguration['driver']): DeviceHealth;
  stop(): Promise<void>;
}

export interface TortureSurroundings {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log?: Log;
  /** Each device before it is managed: what somebody puts between it and its line. */
  readonly between?: (device: ManagedDevice) => ManagedDevice;
}

const DRIVERS_DIRECTORY = fileURLToPath(new URL('../../../device-drivers', import.meta.url));

export async function connectDevices(
  drivers: readonly DeviceConfiguration['driver'][],
  over: 'memory' | 'pty' | 'tcp',
  { clock, timers, random, log = silentLog, between = (device) => device }: TortureSurroundings,
): Promise<DevicesUnderTorture> {
  const ledger = openLedger(':memory:', { clock, random, boot: 'boot-1' });
  const settings = z.array(Device).parse(drivers.map((driver) => ({ id: driver, driver, link: { kind: 'simulated', over }, ...SETTINGS[driver] })));
  // All of them are simulated: nothing is looked for at this machine's ports.
  const ports = createPortDesk({ wishes: [], assigned: () => undefined, ports: () => [], onPlace: () => undefined });
  const composed = await composeDevices(settings, { clock, timers, random, driversDirectory: DRIVERS_DIRECTORY, ledger }, ports);
  const manager = createDeviceManager({ devices: composed.managed.map(between), clock, timers, random, log, onHealth: () => undefined });
  const simulators = new Map<string, SimulatedDevice>(Object.values(composed.simulators).flatMap((known) => [...known]));
  manager.start();
  return {
    manager,
    composed,
    ledger,
    simulator: (driver) => {
      const found = simulators.get(driver);
      assert(found !== undefined, `${driver} is simulated`);
      return found;
    },
    health: (driver) => {
      const found = manager.health().find(({ device }) => device === driver);
      assert(found !== undefined, `${driver} is managed`);
      return found;
    },
    stop: async () => {
      await manager.stop();
      await composed.close();
      ledger.close();
    },
  };
}

/** It does its work, or says what keeps it from it; it is not away. */
export const isThere = ({ state }: DeviceHealth): boolean => state.kind === 'ready' || state.kind === 'degraded' || state.kind === 'blocked';
