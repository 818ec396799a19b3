import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { EscposProfileFile, StarProfileFile } from '#agent/configuration/printer-profiles.ts';

/** Writes the JSON schemas that lie beside the profiles, for editors: `node --import tsx test/edge-agent/configuration/write-profile-schemas.ts`. */
export const PROFILE_SCHEMAS = { 'escpos-printer': EscposProfileFile, 'star-printer': StarProfileFile };

export const schemaText = (form: z.ZodType): string => `${JSON.stringify(z.toJSONSchema(form), undefined, 2)}\n`;

export const profilesOf = (driver: string): string => fileURLToPath(new URL(`../../../device-drivers/${driver}/profiles`, import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [driver, form] of Object.entries(PROFILE_SCHEMAS)) writeFileSync(`${profilesOf(driver)}/profile.schema.json`, schemaText(form));
}
