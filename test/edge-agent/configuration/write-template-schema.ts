import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ClaimSlipTemplate, ReceiptTemplate } from '#core/contract/side-paper-templates.ts';
import { TicketTemplate } from '#core/contract/ticket-template.ts';

/** Writes the JSON schemas that lie beside the templates, for editors: `node --import tsx test/edge-agent/configuration/write-template-schema.ts`. */
export const TEMPLATES = fileURLToPath(new URL('../../../edge-agent/core/paper/templates', import.meta.url));

export const FORMS = { ticket: TicketTemplate, receipt: ReceiptTemplate, 'claim-slip': ClaimSlipTemplate } as const;

export const templateSchema = (name: keyof typeof FORMS): unknown => JSON.parse(JSON.stringify(z.toJSONSchema(FORMS[name], { io: 'input' })));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of ['ticket', 'receipt', 'claim-slip'] as const)
    writeFileSync(`${TEMPLATES}/${name}.schema.json`, `${JSON.stringify(templateSchema(name), undefined, 2)}\n`);
}
