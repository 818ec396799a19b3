import { writeFileSync } from 'node:fs';
import { type BrokerKind, RIGHTS_FILE, writeRights } from '#agent/broker/rights.ts';

/** Writes the access lists anew: `npx tsx test/edge-agent/broker/write-rights.ts`. */
for (const kind of Object.keys(RIGHTS_FILE) as BrokerKind[]) {
  writeFileSync(new URL(`../../../edge-agent/broker/rights/${RIGHTS_FILE[kind]}`, import.meta.url), writeRights(kind));
}
