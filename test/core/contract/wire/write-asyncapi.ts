import { writeFileSync } from 'node:fs';
import { asyncApi } from '#core/contract/wire/asyncapi.ts';

/** Writes the document anew: `npx tsx test/core/contract/wire/write-asyncapi.ts`. */
writeFileSync(new URL('../../../../edge-agent/core/contract/wire/asyncapi.json', import.meta.url), `${JSON.stringify(asyncApi(), null, 2)}\n`);
