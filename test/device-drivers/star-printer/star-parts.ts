import { fileURLToPath } from 'node:url';
import { readStarProfile } from '#agent/configuration/printer-profiles.ts';
import { starLanguage } from '#drivers/star-printer/language.ts';
import { createStarSimulator, type SimulatedStar } from '#drivers/star-printer/simulator.ts';
import type { StarProfile } from '#drivers/star-printer/star-profile.ts';
import { loadCharacterRom } from '#drivers/ticket-printer/paper/character-rom.ts';
import type { PrinterLanguage } from '#drivers/ticket-printer/printer-language.ts';
import type { PrinterPlug } from '#test/device-drivers/escpos-printer/printer-bench.ts';

const FOLDER = fileURLToPath(new URL('../../../device-drivers/star-printer/profiles', import.meta.url));

export const starProfileOf = (name: SimulatedStar): StarProfile => readStarProfile(FOLDER, name);
export const starLanguageOf = (name: SimulatedStar): PrinterLanguage =>
  starLanguage({ profile: starProfileOf(name), letters: () => loadCharacterRom() });

export const starPlug = (model: SimulatedStar = 'star-chinese', overEthernet = false): PrinterPlug => ({
  language: starLanguageOf(model),
  simulate: (machine) => createStarSimulator({ ...machine, model, overEthernet }),
});
