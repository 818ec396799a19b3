import { readFileSync } from 'node:fs';
import { FaultError } from '#core/base/fault.ts';
import { zvtTerminalDriver } from '#drivers/zvt-terminal/zvt-driver.ts';
import { createTerminalSimulator } from '#drivers/zvt-terminal/zvt-simulator.ts';
import { type ManagedDevice, managedTerminal } from '../../devices/managed-device.ts';
import type { DeviceParts, SettingsOf } from './surroundings.ts';

export async function composeZvtTerminal(settings: SettingsOf<'zvt-terminal'>, { clock, timers, lines, known }: DeviceParts): Promise<ManagedDevice> {
  const { id, link, framing, currency, timeZone } = settings;
  const password = terminalPassword(settings.passwordFile);
  const simulate = () => createTerminalSimulator({ timers, clock, framing, password, currency });
  // 8N2 (PA00P016); a serial server that speaks for the terminal has settings of its own.
  const transport = await lines.to(id, link, known.terminals, simulate, { stopBits: framing === 'serial' ? 2 : 1 });
  // The simulated clock shows UTC.
  const zone = link.kind === 'simulated' ? 'UTC' : timeZone;
  return managedTerminal({ id, driver: zvtTerminalDriver, options: { framing, password, currency, timeZone: zone }, transport });
}

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
