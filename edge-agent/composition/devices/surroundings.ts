import type { DeviceId } from '#core/contract/identifiers.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import type { CardReaderSimulator } from '#drivers/simulation/card-reader-simulator.ts';
import type { ScannerSimulator } from '#drivers/simulation/scanner-simulator.ts';
import type { SimulatedGate } from '#drivers/simulation/simulated-gate.ts';
import type { SimulatedLight } from '#drivers/simulation/simulated-light.ts';
import type { PrinterSimulator } from '#drivers/ticket-printer/simulator/simulated-printer.ts';
import type { TerminalSimulator } from '#drivers/zvt-terminal/zvt-simulator.ts';
import type { DeviceConfiguration } from '../../configuration/device-schema.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Lines } from './lines.ts';
import type { ModbusLines } from './modbus.ts';
import type { OsdpLines } from './osdp.ts';

/** What of a lobby every device is made with. */
export interface DeviceSurroundings {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** Where the letters for drawn lines and the printer profiles lie: the folder of the drivers. */
  readonly driversDirectory: string;
  readonly ledger: Pick<Ledger, 'database' | 'transaction'>;
}

/** The simulated devices of this machine, by class, for the device bench. */
export interface Simulators {
  readonly printers: ReadonlyMap<DeviceId, PrinterSimulator>;
  readonly scanners: ReadonlyMap<DeviceId, ScannerSimulator>;
  readonly gates: ReadonlyMap<DeviceId, SimulatedGate>;
  readonly terminals: ReadonlyMap<DeviceId, TerminalSimulator>;
  readonly cardReaders: ReadonlyMap<DeviceId, CardReaderSimulator>;
  readonly indicators: ReadonlyMap<DeviceId, SimulatedLight>;
}

/** The same while it is being filled. */
export type KnownSimulators = {
  readonly [Class in keyof Simulators]: Simulators[Class] extends ReadonlyMap<infer Id, infer Device> ? Map<Id, Device> : never;
};

export interface DeviceParts extends DeviceSurroundings {
  readonly osdp: OsdpLines;
  readonly modbus: ModbusLines;
  readonly lines: Lines;
  readonly known: KnownSimulators;
}

/** The settings of one driver's devices. */
export type SettingsOf<DriverName extends DeviceConfiguration['driver']> = Extract<DeviceConfiguration, { readonly driver: DriverName }>;
