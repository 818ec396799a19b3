import { join } from 'node:path';
import { FaultError } from '#core/base/fault.ts';
import { escposPrinterDriver } from '#drivers/escpos-printer/escpos-printer-driver.ts';
import { escposLanguage } from '#drivers/escpos-printer/language.ts';
import type { PrinterProfile } from '#drivers/escpos-printer/printer-profile.ts';
import { SIMULATED_MODELS, type SimulatedModel } from '#drivers/escpos-printer/simulator/printer-models.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { starLanguage } from '#drivers/star-printer/language.ts';
import { createStarSimulator, SIMULATED_STARS, type SimulatedStar } from '#drivers/star-printer/simulator.ts';
import { starPrinterDriver } from '#drivers/star-printer/star-printer-driver.ts';
import type { StarProfile } from '#drivers/star-printer/star-profile.ts';
import { loadCharacterRom } from '#drivers/ticket-printer/paper/character-rom.ts';
import { readPrinterProfile, readStarProfile } from '../../configuration/printer-profiles.ts';
import { type ManagedDevice, managedPrinter } from '../../devices/managed-device.ts';
import { createPrinterMemory } from '../../ledger/printer-memory.ts';
import type { DeviceParts, SettingsOf } from './surroundings.ts';

/** Letters for lines that a printer has none for. */
export const fontDirectoryOf = (driversDirectory: string): string => join(driversDirectory, 'ticket-printer', 'paper', 'font');

export async function composeEscposPrinter(settings: SettingsOf<'escpos-printer'>, parts: DeviceParts): Promise<ManagedDevice> {
  const { id, link, columns, markedPaper } = settings;
  const { clock, timers, random, driversDirectory, ledger } = parts;
  const profile = readPrinterProfile(join(driversDirectory, 'escpos-printer', 'profiles'), settings.profile);
  if (markedPaper && profile.blackMark === 'none') throw noSensor(id, profile);
  const fontDirectory = fontDirectoryOf(driversDirectory);
  const simulated = { clock, timers, random, name: id, columns, model: simulatedModel(profile), fontDirectory };
  const transport = await parts.lines.to(id, link, parts.known.printers, () => createPrinterSimulator(simulated), {
    obeysXoff: settings.handshake === 'xon-xoff',
  });
  const language = escposLanguage({ profile, isMarked: markedPaper, letters: () => loadCharacterRom(fontDirectory) });
  return managedPrinter({ id, driver: escposPrinterDriver, options: { columns, language, memory: createPrinterMemory(ledger, id) }, transport });
}

export async function composeStarPrinter(settings: SettingsOf<'star-printer'>, parts: DeviceParts): Promise<ManagedDevice> {
  const { id, link, columns } = settings;
  const { clock, timers, random, driversDirectory, ledger } = parts;
  const profile = readStarProfile(join(driversDirectory, 'star-printer', 'profiles'), settings.profile);
  const fontDirectory = fontDirectoryOf(driversDirectory);
  const simulated = { clock, timers, random, columns, model: simulatedStar(profile), fontDirectory };
  const transport = await parts.lines.to(id, link, parts.known.printers, () => createStarSimulator(simulated), {
    obeysXoff: settings.handshake === 'xon-xoff',
  });
  const language = starLanguage({ profile, letters: () => loadCharacterRom(fontDirectory) });
  return managedPrinter({ id, driver: starPrinterDriver, options: { columns, language, memory: createPrinterMemory(ledger, id) }, transport });
}

/** The printer that this profile was written for; an own profile is simulated as the printer that it began with. */
const simulatedModel = ({ name }: PrinterProfile): SimulatedModel => (Object.hasOwn(SIMULATED_MODELS, name) ? (name as SimulatedModel) : 'epson');
const simulatedStar = ({ name }: StarProfile): SimulatedStar => (Object.hasOwn(SIMULATED_STARS, name) ? (name as SimulatedStar) : 'star');

const noSensor = (device: string, { name }: PrinterProfile): FaultError =>
  new FaultError({
    code: 'E-CFG-PROFILE',
    owner: 'configuration',
    device,
    message: `the printer ${device} is to print on marked paper, and its profile ${name} has no sensor for marks`,
    remedy: 'Take `markedPaper` out, or choose the profile of a printer that finds black marks.',
  });
