import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { PaperTemplate } from '#core/contract/paper-template.ts';

/** Writes the JSON schema that lies beside the templates, for editors: `node --import tsx test/edge-agent/configuration/write-template-schema.ts`. */
export const TEMPLATES = fileURLToPath(new URL('../../../edge-agent/core/paper/templates', import.meta.url));

export const templateSchema = (): unknown => JSON.parse(JSON.stringify(z.toJSONSchema(PaperTemplate, { io: 'input' })));

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(`${TEMPLATES}/template.schema.json`, `${JSON.stringify(templateSchema(), undefined, 2)}\n`);
