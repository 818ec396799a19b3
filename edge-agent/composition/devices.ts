import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, FaultError, unreachable } from '#core/base/fault.ts';
import type { DeviceId } from '#core/contract/identifiers.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import type { Transport } from '#core/ports/link.ts';
import { escposPrinterDriver } from '#drivers/escpos-printer/driver.ts';
import type { PrinterProfile } from '#drivers/escpos-printer/printer-profile.ts';
import { SIMULATED_MODELS, type SimulatedModel } from '#drivers/escpos-printer/simulator/printer-models.ts';
import { createPrinterSimulator, type PrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { createGateSimulator, type GateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { modbusGateDriver } from '#drivers/modbus-gate/modbus-gate-driver.ts';
import { createScannerSimulator, type ScannerSimulator } from '#drivers/serial-scanner/scanner-simulator.ts';
import { serialScannerDriver } from '#drivers/serial-scanner/serial-scanner-driver.ts';
import { serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import { serveOverTcp } from '#drivers/simulation/serve-over-tcp.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { tcpTransport } from '#drivers/transport/tcp.ts';
import { zvtTerminalDriver } from '#drivers/zvt-terminal/zvt-driver.ts';
import { createTerminalSimulator, type TerminalSimulator } from '#drivers/zvt-terminal/zvt-simulator.ts';
import { readPrinterProfile } from '../configuration/printer-profiles.ts';
import type { DeviceConfiguration, LinkConfiguration } from '../configuration/schema.ts';
import { type ManagedDevice, managedGate, managedPrinter, managedScanner, managedTerminal } from '../devices/managed-device.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createPrinterMemory } from '../ledger/printer-memory.ts';

/** The devices of the configuration: their drivers, their lines, and simulators for those that are simulated. */
export interface ComposedDevices {
  readonly managed: readonly ManagedDevice[];
  readonly simulators: {
    readonly printers: ReadonlyMap<DeviceId, PrinterSimulator>;
    readonly scanners: ReadonlyMap<DeviceId, ScannerSimulator>;
    readonly gates: ReadonlyMap<DeviceId, GateSimulator>;
    readonly terminals: ReadonlyMap<DeviceId, TerminalSimulator>;
  };
  /** Takes simulated devices off their PTYs and ports. */
  close(): Promise<void>;
}

interface Surroundings {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** Where the simulated printer's character generator and the printer profiles lie. */
  readonly printerDirectory: string;
  readonly ledger: Pick<Ledger, 'database' | 'transaction'>;
}

const PTY_BAUD_RATE = 115_200;

/** @throws FaultError `E-SIM-*` when a simulated device cannot be put on a PTY or a port */
export async function composeDevices(configurations: readonly DeviceConfiguration[], surroundings: Surroundings): Promise<ComposedDevices> {
  const { clock, timers, random, printerDirectory, ledger } = surroundings;
  const fontDirectory = join(printerDirectory, 'simulator-font');
  const printers = new Map<DeviceId, PrinterSimulator>();
  const scanners = new Map<DeviceId, ScannerSimulator>();
  const gates = new Map<DeviceId, GateSimulator>();
  const terminals = new Map<DeviceId, TerminalSimulator>();
  const closers: (() => Promise<void>)[] = [];
  const managed: ManagedDevice[] = [];

  const lineTo = async <Simulator extends SimulatedDevice>(
    id: DeviceId,
    link: LinkConfiguration,
    known: Map<DeviceId, Simulator>,
    simulate: () => Simulator,
  ): Promise<Transport> => {
    switch (link.kind) {
      case 'serial':
        return serialTransport(link);
      case 'tcp':
        return tcpTransport(link, timers);
      case 'simulated': {
        const simulator = simulate();
        known.set(id, simulator);
        return simulatedLine(simulator, link.over, timers, closers);
      }
      default:
        return unreachable(link);
    }
  };

  for (const device of configurations) {
    const { id, link } = device;
    switch (device.driver) {
      case 'escpos-printer': {
        const { columns } = device;
        const profile = readPrinterProfile(join(printerDirectory, 'profiles'), device.profile);
        const simulated = { clock, timers, random, name: id, columns, model: simulatedModel(profile), fontDirectory };
        const transport = await lineTo(id, link, printers, () => createPrinterSimulator(simulated));
        const options = { columns, profile, memory: createPrinterMemory(ledger, id) };
        managed.push(managedPrinter({ id, driver: escposPrinterDriver, options, transport }));
        break;
      }
      case 'serial-scanner': {
        const { suffix, aimPrefix } = device;
        const simulated = { timers, suffix, ...(aimPrefix ? { symbology: 'Q1' } : {}) };
        const transport = await lineTo(id, link, scanners, () => createScannerSimulator(simulated));
        managed.push(managedScanner({ id, driver: serialScannerDriver, options: { suffix, aimPrefix }, transport }));
        break;
      }
      case 'zvt-terminal': {
        const { framing, currency, timeZone } = device;
        const password = terminalPassword(device.passwordFile);
        const transport = await lineTo(id, link, terminals, () => createTerminalSimulator({ timers, clock, framing, password, currency }));
        // The simulated clock shows UTC.
        const zone = link.kind === 'simulated' ? 'UTC' : timeZone;
        managed.push(managedTerminal({ id, driver: zvtTerminalDriver, options: { framing, password, currency, timeZone: zone }, transport }));
        break;
      }
      case 'modbus-gate': {
        const { unit, releaseRelay, inputs } = device;
        const transport = await lineTo(id, link, gates, () => createGateSimulator({ timers, unit, releaseRelay, inputs }));
        managed.push(managedGate({ id, driver: modbusGateDriver, options: { unit, releaseRelay, inputs }, transport }));
        break;
      }
      default:
        unreachable(device);
    }
  }
  return {
    managed,
    simulators: { printers, scanners, gates, terminals },
    close: async () => {
      await Promise.all(closers.map((close) => close()));
    },
  };
}

async function simulatedLine(
  simulator: SimulatedDevice,
  over: 'memory' | 'pty' | 'tcp',
  timers: Timers,
  closers: (() => Promise<void>)[],
): Promise<Transport> {
  switch (over) {
    case 'memory':
      return memoryTransport(simulator);
    case 'pty': {
      const served = await serveOverPty(simulator);
      if (!served.ok) throw new FaultError(served.error);
      closers.push(() => served.value.close());
      return serialTransport({ path: served.value.path, baudRate: PTY_BAUD_RATE });
    }
    case 'tcp': {
      const served = await serveOverTcp(simulator);
      if (!served.ok) throw new FaultError(served.error);
      closers.push(() => served.value.close());
      return tcpTransport(served.value, timers);
    }
    default:
      return unreachable(over);
  }
}

/** The printer that this profile was written for; an own profile is simulated as the printer that it began with. */
const simulatedModel = ({ name }: PrinterProfile): SimulatedModel => (Object.hasOwn(SIMULATED_MODELS, name) ? (name as SimulatedModel) : 'epson');

export const hasSimulators = ({ simulators }: ComposedDevices): boolean => Object.values(simulators).some(({ size }) => size > 0);

/** @throws FaultError `E-CFG-FILE` when the file is not there or holds no six digits */
function terminalPassword(file: string | undefined): string {
  if (file === undefined) return '000000';
  let text = '';
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new FaultError({ code: 'E-CFG-FILE', owner: 'configuration', message: `The terminal's password file ${file} cannot be read.` }, { cause });
  }
  if (/^\d{6}$/.test(text)) return text;
  throw new FaultError({ code: 'E-CFG-FILE', owner: 'configuration', message: `The terminal's password file ${file} must hold six digits.` });
}

/** Columns of a printer of the configuration. */
export function columnsOf(configurations: readonly DeviceConfiguration[], id: DeviceId): number {
  const device = configurations.find((candidate) => candidate.id === id);
  assert(device?.driver === 'escpos-printer', `${id} is not a printer of the configuration`);
  return device.columns;
}
