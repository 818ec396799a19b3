import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Fault } from '#core/base/fault.ts';
import type { Result } from '#core/base/result.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import type { Discovery } from '#core/contract/local/discovery.ts';
import type { CommandOutcome } from '../command.ts';
import { isRecognised } from '../composition/port-wishes.ts';
import { type ComposedPorts, composePorts } from '../composition/ports.ts';
import { readConfiguration } from '../configuration/read-configuration.ts';
import { type RealDevices, withRealDevices } from '../configuration/real-devices.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import { systemClock, systemRandom, systemTimers } from '../runtime/clock.ts';
import { lockDataFolder } from '../store/data-folder-lock.ts';
import { listPorts } from './discovery/list-ports.ts';
import { reportPorts } from './discovery/port-report.ts';
import { discoveryText, type Language } from './discovery/port-words.ts';
import { findRunningAgent } from './running-agent.ts';

/** `foyer devices`: what is plugged into this machine, which device of the configuration it is and why; and a technician's word about it. */

export const DEVICES_USAGE = `  foyer devices [--config FILE] [--json]           what is plugged in, which device it is, and why
  foyer devices assign DEVICE PATH                 says that this device is what is plugged in there; kept over replugging
  foyer devices release DEVICE                     leaves it to the configuration again
`;

export interface DevicesCall {
  readonly words: readonly string[];
  readonly data: string;
  /** The folder of the program. */
  readonly root: string;
  readonly config: string | undefined;
  readonly json: boolean;
  readonly language: Language;
}

/** @throws FaultError `E-CFG-*`, `E-DEV-ASSIGNMENTS`, `E-STO-*` */
export async function runDevicesCommand({ words, ...call }: DevicesCall): Promise<CommandOutcome> {
  const [action, device, path, ...more] = words;
  if (action === undefined) return list(call);
  const id = DeviceId.safeParse(device);
  if (more.length > 0 || !id.success) return misused();
  if (action === 'assign' && path !== undefined) return assign(call, id.data, path);
  if (action === 'release' && path === undefined) return assign(call, id.data, undefined);
  return misused();
}

const misused = (): CommandOutcome => ({ exit: 64, text: `This is how it goes:\n${DEVICES_USAGE}` });

/** Without a file: the whole lobby, with whatever is plugged in. */
export function commandConfiguration(root: string, config: string | undefined): RealDevices {
  if (config !== undefined) return { configuration: readConfiguration(config), alternatives: new Map() };
  return withRealDevices(readConfiguration(join(root, 'edge-agent/configuration/examples/lobby.yaml')), isRecognised);
}

async function list({ data, root, config, json, language }: Omit<DevicesCall, 'words'>): Promise<CommandOutcome> {
  const running = config === undefined ? await findRunningAgent(data) : undefined;
  const discovery = running?.state.discovery ?? (await lookNow(commandConfiguration(root, config), data));
  return { exit: 0, text: json ? JSON.stringify(discovery) : discoveryText(discovery, language) };
}

/** One look, without an agent. */
async function lookNow({ configuration, alternatives }: RealDevices, data: string): Promise<Discovery> {
  const ports = composePorts({ data, devices: configuration.devices, alternatives, ledger: NO_LEDGER, clock: systemClock, timers: systemTimers });
  const stop = ports.start(NOBODY, () => undefined);
  const report = ports.report() ?? reportPorts(listPorts(), ports.desk, false);
  await stop();
  const { told: _, ...seen } = report;
  return seen;
}

const NOBODY = { present: () => undefined, moved: () => undefined };
/** A look writes nothing down. */
const NO_LEDGER: Pick<Ledger, 'transaction' | 'append'> = { transaction: (work) => work(), append: () => '' };

async function assign(
  { data, root, config, language }: Omit<DevicesCall, 'words'>,
  device: DeviceId,
  path: string | undefined,
): Promise<CommandOutcome> {
  const running = await findRunningAgent(data);
  if (running !== undefined) {
    const result = await running.assign(device, path ?? null);
    if (result.outcome === 'passed') return { exit: 0, text: result.detail[language] };
    return refused(result.code, result.detail[language], result.remedy?.[language]);
  }
  const said = await withPorts(data, commandConfiguration(root, config), (ports) => ports.assign(device, path, 'terminal'));
  if (!said.ok) return refused(said.error.code, said.error.message, said.error.remedy);
  return { exit: 0, text: path === undefined ? `${device} is what the configuration says.` : `${device} is what is plugged in as ${path}.` };
}

const refused = (code: string, message: string, remedy: string | undefined): CommandOutcome => ({
  exit: 65,
  text: [`${code}: ${message}`, ...(remedy === undefined ? [] : [remedy])].join('\n'),
});

/** With the ledger of a machine whose agent is stopped, so that what is said is in its audit. */
async function withPorts(
  data: string,
  { configuration, alternatives }: RealDevices,
  act: (ports: ComposedPorts) => Result<void, Fault>,
): Promise<Result<void, Fault>> {
  const lock = lockDataFolder(data);
  try {
    const ledger = openLedger(join(data, 'ledger.db'), {
      clock: systemClock,
      random: systemRandom,
      boot: randomUUID().replaceAll('-', '').slice(0, 16),
    });
    try {
      const ports = composePorts({ data, devices: configuration.devices, alternatives, ledger, clock: systemClock, timers: systemTimers });
      const stop = ports.start(NOBODY, () => undefined);
      try {
        return act(ports);
      } finally {
        await stop();
      }
    } finally {
      ledger.close();
    }
  } finally {
    lock.release();
  }
}
