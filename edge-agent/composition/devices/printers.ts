import { join } from 'node:path';
import { escposPrinterDriver } from '#drivers/escpos-printer/driver.ts';
import type { PrinterProfile } from '#drivers/escpos-printer/printer-profile.ts';
import { SIMULATED_MODELS, type SimulatedModel } from '#drivers/escpos-printer/simulator/printer-models.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { readPrinterProfile } from '../../configuration/printer-profiles.ts';
import { type ManagedDevice, managedPrinter } from '../../devices/managed-device.ts';
import { createPrinterMemory } from '../../ledger/printer-memory.ts';
import type { DeviceParts, SettingsOf } from './surroundings.ts';

export async function composeEscposPrinter(settings: SettingsOf<'escpos-printer'>, parts: DeviceParts): Promise<ManagedDevice> {
  const { id, link, columns } = settings;
  const { clock, timers, random, printerDirectory, ledger } = parts;
  const profile = readPrinterProfile(join(printerDirectory, 'profiles'), settings.profile);
  const fontDirectory = join(printerDirectory, 'simulator-font');
  const simulated = { clock, timers, random, name: id, columns, model: simulatedModel(profile), fontDirectory };
  const transport = await parts.lines.to(id, link, parts.known.printers, () => createPrinterSimulator(simulated));
  const options = { columns, profile, memory: createPrinterMemory(ledger, id) };
  return managedPrinter({ id, driver: escposPrinterDriver, options, transport });
}

/** The printer that this profile was written for; an own profile is simulated as the printer that it began with. */
const simulatedModel = ({ name }: PrinterProfile): SimulatedModel => (Object.hasOwn(SIMULATED_MODELS, name) ? (name as SimulatedModel) : 'epson');
