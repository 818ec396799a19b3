import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import type { DeviceHealth, HealthReason } from '#core/ports/health.ts';
import { DEVICE_CLASS, DEVICE_STATE, REASON, REMEDY } from '#core/ports/health-words.ts';
import type { CommandOutcome } from '../command.ts';
import { composeDevices } from '../composition/devices.ts';
import { composePorts } from '../composition/ports.ts';
import type { RealDevices } from '../configuration/real-devices.ts';
import { openLedger } from '../ledger/ledger.ts';
import { systemClock, systemRandom, systemTimers } from '../runtime/clock.ts';
import { silentLog } from '../runtime/log.ts';
import { lockDataFolder } from '../store/data-folder-lock.ts';
import { createDeviceManager } from './device-manager.ts';
import { commandConfiguration, type DevicesCall } from './devices-command.ts';
import { holderOf } from './discovery/port-holder.ts';
import type { Language } from './discovery/port-words.ts';
import { findRunningAgent } from './running-agent.ts';

/**
 * `foyer doctor`: opens every device of the configuration, lets its driver ask what it asks at every start (who are you, how are you; nothing is printed,
 * opened or paid), and says in words what is wrong and what to do. A running agent has its devices open, so then it is asked.
 */

export const DOCTOR_USAGE = `  foyer doctor [--config FILE] [--json]            opens and asks every device, and says what is wrong and what to do
`;

interface Finding {
  readonly device: string;
  readonly class: DeviceHealth['class'];
  readonly driver: string;
  readonly place: string;
  readonly state: DeviceHealth['state']['kind'];
  readonly reasons: readonly string[];
  readonly counters: { readonly framesIn: number; readonly framesOut: number; readonly lastFault?: string | undefined };
  /** The program that has its port. */
  readonly heldBy?: string;
  /** What exactly kept it away, and what to do about that, where the doctor asked by himself. */
  readonly fault?: { readonly message: string; readonly remedy: string | undefined };
}

/** @throws FaultError `E-CFG-*`, `E-SIM-*`, `E-STO-*` */
export async function runDoctorCommand(call: DevicesCall): Promise<CommandOutcome> {
  if (call.words.length > 0) return { exit: 64, text: `This is how it goes:\n${DOCTOR_USAGE}` };
  const running = call.config === undefined ? await findRunningAgent(call.data) : undefined;
  const findings: readonly Finding[] = running?.state.devices ?? (await examine(commandConfiguration(call.root, call.config), call));
  const isWell = findings.every(({ state }) => state === 'ready' || state === 'degraded');
  return { exit: isWell ? 0 : 1, text: doctorText(findings, running !== undefined, call) };
}

/** What the doctor says of what was found, whoever looked. */
export function doctorText(findings: readonly Finding[], running: boolean, { json, language }: Pick<DevicesCall, 'json' | 'language'>): string {
  const told = findings.map((finding) => ({ ...finding, ...inWords(finding) }));
  if (json) return JSON.stringify({ running, devices: told });
  const lines = told.flatMap((finding) => linesOf(finding, language));
  return [(running ? ASKED : EXAMINED)[language], '', ...(lines.length === 0 ? [NONE[language]] : lines)].join('\n');
}

const EXAMINED = { zh: '逐个打开设备并询问状态：', en: 'Every device was opened and asked:' };
const ASKED = { zh: '程序正在运行，以下是它看到的：', en: 'The agent runs; this is what it sees:' };
const NONE = { zh: '配置里没有设备。', en: 'No device is configured.' };

/** A device that has not come to a state by then has not answered: an OSDP device's first session takes the longest of all but serial terminals, which repeat for 15 s. */
const PATIENCE = milliseconds(LIMITS.osdp.onlineWithin + 1_000);

/** A device that was just switched on, or let go by another program, is tried again for so long before it counts as missing. */
const GRACE = seconds(2);

async function examine({ configuration, alternatives }: RealDevices, { data, root }: DevicesCall): Promise<readonly Finding[]> {
  const lock = lockDataFolder(data);
  const surroundings = { clock: systemClock, timers: systemTimers, random: systemRandom };
  const boot = randomUUID().replaceAll('-', '').slice(0, 16);
  const ends: (() => Promise<void> | void)[] = [() => lock.release()];
  try {
    const ledger = openLedger(join(data, 'ledger.db'), { ...surroundings, boot });
    ends.push(() => ledger.close());
    const ports = composePorts({ data, devices: configuration.devices, alternatives, ledger, ...surroundings });
    const driversDirectory = join(root, 'device-drivers');
    const devices = await composeDevices(configuration.devices, { ...surroundings, driversDirectory, ledger }, ports.desk, alternatives);
    ends.push(() => devices.close());
    let look: () => void = () => undefined;
    const manager = createDeviceManager({ devices: devices.managed, ...surroundings, log: silentLog, onHealth: () => look() });
    ends.push(ports.start(manager, () => undefined));
    const settled = new Promise<void>((resolve) => {
      let isGraceOver = false;
      const patience = systemTimers.after(PATIENCE, resolve);
      const grace = systemTimers.after(GRACE, () => {
        isGraceOver = true;
        look();
      });
      look = () => {
        if (!manager.health().every((health) => hasState(health) && (isGraceOver || health.state.kind !== 'absent'))) return;
        patience.cancel();
        grace.cancel();
        resolve();
      };
    });
    manager.start();
    ends.push(() => manager.stop());
    look();
    await settled;
    return manager.health().map((health) => examined(health, manager.missedBy(health.device)));
  } finally {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
  }
}

/** Neither being opened nor about to be. */
const hasState = ({ state }: DeviceHealth): boolean => state.kind !== 'connecting' && (state.kind !== 'absent' || state.reasons.length > 0);

export function findingOf({ device, class: kind, driver, place, state, counters }: DeviceHealth): Finding {
  const isBusy = (state.reasons as readonly HealthReason[]).includes('port-busy');
  const heldBy = isBusy ? holderOf(/\/\S+/.exec(place)?.[0] ?? '') : undefined;
  return { device, class: kind, driver, place, state: state.kind, reasons: state.reasons, counters, ...(heldBy !== undefined && { heldBy }) };
}

/** Who is still being asked when the doctor's patience ends has a name for what is wrong with it. */
export function examined(health: DeviceHealth, missedBy: Fault | undefined): Finding {
  const finding = findingOf(health);
  if (!hasState(health)) return { ...finding, reasons: ['no-answer'] };
  return missedBy === undefined || health.state.kind === 'ready'
    ? finding
    : { ...finding, fault: { message: missedBy.message, remedy: missedBy.remedy } };
}

interface InWords {
  readonly what: Readonly<Record<Language, string>>;
  readonly toDo: Readonly<Record<Language, readonly string[]>>;
}

function inWords({ state, reasons, heldBy }: Finding): InWords {
  const known = reasons.flatMap((reason) => (Object.hasOwn(REASON, reason) ? [reason as HealthReason] : []));
  const holder = { zh: heldBy === undefined ? '' : `（${heldBy}）`, en: heldBy === undefined ? '' : ` (${heldBy})` };
  const inOne = (language: Language): string =>
    [DEVICE_STATE[state][language], ...known.map((reason) => REASON[reason][language])].join(' · ') + holder[language];
  return {
    what: { zh: inOne('zh'), en: inOne('en') },
    toDo: { zh: known.map((reason) => REMEDY[reason].zh), en: known.map((reason) => REMEDY[reason].en) },
  };
}

function linesOf(finding: Finding & InWords, language: Language): string[] {
  const { device, class: kind, driver, place, state, counters, what, toDo, fault } = finding;
  const mark = state === 'ready' ? '✓' : state === 'degraded' ? '!' : '✗';
  return [
    `${mark} ${DEVICE_CLASS[kind][language]} ${device}: ${what[language]}`,
    `    ${driver}, ${place}; ${counters.framesOut} → ${counters.framesIn} ←${counters.lastFault === undefined ? '' : `; ${counters.lastFault}`}`,
    ...(fault === undefined ? [] : [`    ${fault.message}`]),
    // Drivers know better what to do, in English alone.
    ...(language === 'en' && fault?.remedy !== undefined ? [fault.remedy] : toDo[language]).map((line) => `    → ${line}`),
  ];
}
