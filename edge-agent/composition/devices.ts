import { assert, unreachable } from '#core/base/fault.ts';
import type { DeviceId } from '#core/contract/identifiers.ts';
import type { DeviceConfiguration } from '../configuration/device-schema.ts';
import type { Alternatives } from '../configuration/real-devices.ts';
import type { PortDesk } from '../devices/discovery/port-desk.ts';
import { type ManagedDevice, managedByLooks } from '../devices/managed-device.ts';
import { composePcscReader, composePn532Reader } from './devices/card-readers.ts';
import { composeGpioGate, composeHidRelayGate, composeLcusGate } from './devices/gates.ts';
import { composeLcusTower, composePatliteTower } from './devices/indicators.ts';
import { createLines } from './devices/lines.ts';
import { createModbusLines } from './devices/modbus.ts';
import { createOsdpLines } from './devices/osdp.ts';
import { composeEscposPrinter, composeStarPrinter } from './devices/printers.ts';
import { composeHidPosScanner, composeKeyboardScanner, composeSerialScanner } from './devices/scanners.ts';
import { composeMagneticStripe } from './devices/stripe-readers.ts';
import type { DeviceParts, DeviceSurroundings, KnownSimulators, Simulators } from './devices/surroundings.ts';
import { composeZvtTerminal } from './devices/terminals.ts';

/** The devices of the configuration: their drivers, their lines, and simulators for those that are simulated. */
export interface ComposedDevices {
  readonly managed: readonly ManagedDevice[];
  readonly simulators: Simulators;
  /** Takes simulated devices off their PTYs and ports. */
  close(): Promise<void>;
}

/**
 * @param alternatives what else a device may turn out to be, by what is plugged in
 * @throws FaultError `E-SIM-*` when a simulated device cannot be put on a PTY or a port
 */
export async function composeDevices(
  configurations: readonly DeviceConfiguration[],
  surroundings: DeviceSurroundings,
  ports: PortDesk,
  alternatives: Alternatives = new Map(),
): Promise<ComposedDevices> {
  const known: KnownSimulators = {
    printers: new Map(),
    scanners: new Map(),
    gates: new Map(),
    terminals: new Map(),
    cardReaders: new Map(),
    indicators: new Map(),
  };
  const lines = createLines(surroundings.timers, ports);
  const made = { ...surroundings, lines, known };
  const parts: DeviceParts = { ...made, osdp: createOsdpLines(configurations, made), modbus: createModbusLines(configurations, made) };
  const managed: ManagedDevice[] = [];
  for (const device of configurations) {
    const others = alternatives.get(device.id) ?? [];
    const own = await composeDevice(device, parts);
    if (others.length === 0) {
      managed.push(own);
      continue;
    }
    const drivers = new Map<string | undefined, ManagedDevice>([[undefined, own]]);
    for (const other of others) drivers.set(other.driver, await composeDevice(other, parts));
    managed.push(managedByLooks(own, () => drivers.get(ports.alternativeOf(device.id)) ?? own));
  }
  return { managed, simulators: known, close: lines.close };
}

async function composeDevice(settings: DeviceConfiguration, parts: DeviceParts): Promise<ManagedDevice> {
  switch (settings.driver) {
    case 'escpos-printer':
      return composeEscposPrinter(settings, parts);
    case 'star-printer':
      return composeStarPrinter(settings, parts);
    case 'serial-scanner':
      return composeSerialScanner(settings, parts);
    case 'hid-pos-scanner':
      return composeHidPosScanner(settings, parts);
    case 'keyboard-scanner':
      return composeKeyboardScanner(settings, parts);
    case 'magnetic-stripe':
      return composeMagneticStripe(settings, parts);
    case 'zvt-terminal':
      return composeZvtTerminal(settings, parts);
    case 'pn532-reader':
      return composePn532Reader(settings, parts);
    case 'pcsc-reader':
      return composePcscReader(settings, parts);
    case 'modbus-gate':
    case 'modbus-tower':
      return parts.modbus.compose(settings);
    case 'osdp-reader':
    case 'osdp-gate':
    case 'osdp-light':
      return parts.osdp.compose(settings);
    case 'gpio-gate':
      return composeGpioGate(settings, parts);
    case 'lcus-gate':
      return composeLcusGate(settings, parts);
    case 'hid-relay-gate':
      return composeHidRelayGate(settings, parts);
    case 'patlite-tower':
      return composePatliteTower(settings, parts);
    case 'lcus-tower':
      return composeLcusTower(settings, parts);
    default:
      return unreachable(settings);
  }
}

export const hasSimulators = ({ simulators }: ComposedDevices): boolean => Object.values(simulators).some(({ size }) => size > 0);

/** Columns of a printer of the configuration. */
export function columnsOf(configurations: readonly DeviceConfiguration[], id: DeviceId): number {
  const device = configurations.find((candidate) => candidate.id === id);
  assert(device?.driver === 'escpos-printer' || device?.driver === 'star-printer', `${id} is not a printer of the configuration`);
  return device.columns;
}
