import { readFileSync } from 'node:fs';
import { equalBytes, fromHex } from '#core/base/bytes.ts';
import { type Fault, FaultError } from '#core/base/fault.ts';
import type { DeviceId } from '#core/contract/identifiers.ts';
import type { Transport } from '#core/ports/link.ts';
import { type MoveOutcome, moveDevice } from '#drivers/osdp/moving.ts';
import { osdpGateDriver } from '#drivers/osdp/osdp-gate-driver.ts';
import { osdpLightDriver } from '#drivers/osdp/osdp-light-driver.ts';
import { createOsdpLine, type OsdpLine, type OsdpPd } from '#drivers/osdp/osdp-line.ts';
import { osdpReaderDriver } from '#drivers/osdp/osdp-reader-driver.ts';
import { createOsdpPdSimulator, type OsdpPdSimulator } from '#drivers/osdp/pd-simulator.ts';
import { DEFAULT_KEY } from '#drivers/osdp/secure-channel.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { createSimulatedWires } from '#drivers/simulation/simulated-wires.ts';
import type { DeviceConfiguration } from '../../configuration/device-schema.ts';
import { isSameOsdpDevice } from '../../configuration/osdp-places.ts';
import { type ManagedDevice, managedCardReader, managedGate, managedIndicator } from '../../devices/managed-device.ts';
import type { DeviceParts, SettingsOf } from './surroundings.ts';

/** The OSDP lines of this machine: one master each, however many devices of the configuration hang on it, and one session for each device. */
export interface OsdpLines {
  compose(settings: OsdpSettings): Promise<ManagedDevice>;
}

type OsdpSettings = SettingsOf<'osdp-reader' | 'osdp-gate' | 'osdp-light'>;

interface ComposedLine {
  readonly transport: Transport;
  readonly line: OsdpLine;
  /** Of a simulated line: the device at each address, made when it is first named. */
  readonly simulators: Map<number, OsdpPdSimulator>;
  readonly hang: (device: SimulatedDevice) => void;
  /** Devices that are to be moved to their address, and have not been since the agent started. */
  readonly moves: Map<number, () => Promise<MoveOutcome>>;
}

/** @throws FaultError `E-CFG-FILE` for a key file that is not there or holds no key of its own */
export function createOsdpLines(configurations: readonly DeviceConfiguration[], parts: Omit<DeviceParts, 'osdp' | 'modbus'>): OsdpLines {
  const { clock, timers, random, lines, known } = parts;
  const composed = new Map<string, ComposedLine>();

  const lineOf = async ({ id, link }: OsdpSettings): Promise<ComposedLine> => {
    const place = JSON.stringify(link);
    const there = composed.get(place);
    if (there !== undefined) return there;
    const wire = createSimulatedWires();
    const transport = await lines.to(id, link, new Map<DeviceId, SimulatedDevice>(), () => wire);
    const moves: ComposedLine['moves'] = new Map();
    const line = createOsdpLine({ transport, clock, timers, random, prepare: () => move(moves) });
    const made: ComposedLine = { transport, line, simulators: new Map(), hang: wire.add, moves };
    composed.set(place, made);
    return made;
  };

  /** Told at its old settings, over a line that is opened for it alone. */
  const moveOf = async (at: ComposedLine, { id, link, address, check, from }: OsdpSettings, key: Uint8Array | undefined): Promise<void> => {
    if (from === undefined || at.moves.has(address)) return;
    const isReal = 'baudRate' in link;
    // A simulated line has no baud rate.
    const transport = isReal
      ? await lines.to(id, { ...link, baudRate: from.baudRate }, new Map<DeviceId, SimulatedDevice>(), createSimulatedWires)
      : at.transport;
    const old = createOsdpLine({ transport, clock, timers, random });
    const pd = old.pd({ address: from.address, check, key, isInstalling: true, watchesInputs: false });
    at.moves.set(address, () => moveDevice(pd, { address, baudRate: isReal ? link.baudRate : from.baudRate }, timers));
  };

  const simulatorOf = (at: ComposedLine, { address, install, from }: OsdpSettings, key: Uint8Array | undefined): OsdpPdSimulator => {
    const there = at.simulators.get(address);
    if (there !== undefined) return there;
    // As it comes out of its box when it is to be installed.
    const made = createOsdpPdSimulator({ timers, address: from?.address ?? address, key: install ? undefined : key });
    at.simulators.set(address, made);
    at.hang(made);
    return made;
  };

  const pdOf = async (settings: OsdpSettings): Promise<OsdpPd> => {
    const { address, check, keyFile, install, link, id } = settings;
    const key = keyFile === undefined ? undefined : readKey(keyFile);
    const at = await lineOf(settings);
    await moveOf(at, settings, key);
    if (link.kind === 'simulated') showOnBench(known, id, settings.driver, simulatorOf(at, settings, key));
    const uses = configurations.filter((other) => isSameOsdpDevice(settings, other));
    const watchesInputs = uses.some((use) => use.driver === 'osdp-gate' && Object.keys(use.inputs).length > 0);
    return at.line.pd({ address, check, key, isInstalling: install, watchesInputs });
  };

  return {
    compose: async (settings) => {
      const pd = await pdOf(settings);
      const { id } = settings;
      const { transport } = pd;
      switch (settings.driver) {
        case 'osdp-reader':
          return managedCardReader({ id, driver: osdpReaderDriver, options: { pd, reader: settings.reader }, transport });
        case 'osdp-gate': {
          const { releaseOutput, inputs } = settings;
          return managedGate({ id, driver: osdpGateDriver, options: { pd, releaseOutput, inputs }, transport });
        }
        case 'osdp-light': {
          const { reader, led } = settings;
          return managedIndicator({ id, driver: osdpLightDriver, options: { pd, reader, led }, transport });
        }
      }
    },
  };
}

/** One after the other, because they share the wires. */
async function move(moves: ComposedLine['moves']): Promise<ReadonlyMap<number, Fault>> {
  const hindered = new Map<number, Fault>();
  for (const [address, tell] of [...moves]) {
    const outcome = await tell();
    if (outcome.kind === 'moved') moves.delete(address);
    if (outcome.kind === 'refused') hindered.set(address, outcome.fault);
  }
  return hindered;
}

function showOnBench(
  { cardReaders, gates, indicators }: DeviceParts['known'],
  id: DeviceId,
  driver: OsdpSettings['driver'],
  device: OsdpPdSimulator,
): void {
  switch (driver) {
    case 'osdp-reader':
      cardReaders.set(id, device.reader);
      break;
    case 'osdp-gate':
      gates.set(id, device.gate);
      break;
    case 'osdp-light':
      indicators.set(id, device.light);
      break;
  }
}

function readKey(file: string): Uint8Array {
  let text = '';
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new FaultError({ code: 'E-CFG-FILE', owner: 'configuration', message: `The OSDP key file ${file} cannot be read.` }, { cause });
  }
  const key = fromHex(text);
  if (key?.length === DEFAULT_KEY.length && !equalBytes(key, DEFAULT_KEY)) return key;
  const what = 'must hold 32 hexadecimal digits, and not the key that every device is made with';
  throw new FaultError({ code: 'E-CFG-FILE', owner: 'configuration', message: `The OSDP key file ${file} ${what}.` });
}
