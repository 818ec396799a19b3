import { fileURLToPath } from 'node:url';
import { readPrinterProfile } from '#agent/configuration/printer-profiles.ts';
import type { PrinterMemory, PrinterNote } from '#core/ports/ticket-printer.ts';
import { escposLanguage } from '#drivers/escpos-printer/language.ts';
import type { PrinterProfile } from '#drivers/escpos-printer/printer-profile.ts';
import type { SimulatedModel } from '#drivers/escpos-printer/simulator/printer-models.ts';
import { type CharacterRom, loadCharacterRom } from '#drivers/ticket-printer/paper/character-rom.ts';
import type { PrinterLanguage } from '#drivers/ticket-printer/printer-language.ts';

const FOLDER = fileURLToPath(new URL('../../../device-drivers/escpos-printer/profiles', import.meta.url));

const rom = (): CharacterRom => loadCharacterRom();

export const profileOf = (name: SimulatedModel): PrinterProfile => readPrinterProfile(FOLDER, name);
export const EPSON = profileOf('epson');

/** What a driver of such a printer speaks. */
export const languageOf = (profile: PrinterProfile, isMarked = false): PrinterLanguage => escposLanguage({ profile, isMarked, letters: rom });

/** A memory that outlives connections, and can be made to fail. */
export interface KeptMemory extends PrinterMemory {
  readonly notes: PrinterNote[];
  failing: Error | undefined;
}

export function createKeptMemory(): KeptMemory {
  const notes: PrinterNote[] = [{ lastToken: 0, mayHoldRemainder: false, mayHang: false, papersSinceLow: 0 }];
  const memory: KeptMemory = {
    notes,
    failing: undefined,
    read: () => notes.at(-1) ?? { lastToken: 0, mayHoldRemainder: false, mayHang: false, papersSinceLow: 0 },
    keep: (note) => {
      if (memory.failing !== undefined) throw memory.failing;
      notes.push(note);
    },
  };
  return memory;
}
