import { assert } from '#core/base/fault.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { starPlug } from '#test/device-drivers/star-printer/star-parts.ts';
import type { PrinterPlug } from './printer-bench.ts';
import { languageOf, profileOf } from './printer-parts.ts';

/** The printers at which a program is killed: one that can be emptied, one with a presenter, one that counts. */
const MODELS: Readonly<Record<string, () => PrinterPlug>> = {
  epson: () => ({ language: languageOf(profileOf('epson')), simulate: (machine) => createPrinterSimulator({ ...machine, model: 'epson' }) }),
  'custom-vkp80': () => ({
    language: languageOf(profileOf('custom-vkp80')),
    simulate: (machine) => createPrinterSimulator({ ...machine, model: 'custom-vkp80' }),
  }),
  'star-chinese': () => starPlug('star-chinese'),
};

export function killedModel(name: string): PrinterPlug {
  const make = MODELS[name];
  assert(make !== undefined, `${name} is one of ${Object.keys(MODELS).join(', ')}`);
  return make();
}
