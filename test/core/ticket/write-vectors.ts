import { writeFileSync } from 'node:fs';
import { makeVectors } from './make-vectors.ts';

/** Run by hand (`npx tsx test/core/ticket/write-vectors.ts`) when the format itself changes, which is a new version. */
writeFileSync(new URL('../../fixtures/tickets/vectors.json', import.meta.url), `${JSON.stringify(makeVectors(), null, 2)}\n`);
