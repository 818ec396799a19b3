import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Ledger } from './ledger.ts';

/** systemd's name of an installation (machine-id(5)); it asks programs not to show it, so only a digest is kept. */
const HOST_FILE = '/etc/machine-id';

/** Undefined where the system has no such name. */
export function readHostIdentity(file = HOST_FILE): string | undefined {
  if (!existsSync(file)) return undefined;
  const name = readFileSync(file, 'utf8').trim();
  return name === '' ? undefined : createHash('sha256').update(`foyer ${name}`).digest('hex').slice(0, 32);
}

/**
 * Whether the ledger is on the computer that it was made on. One that was copied to another may be in use twice, and both would go on with the same numbers:
 * so it begins a new epoch here. Unsent events keep their ids; the box office takes each once, whoever sends it.
 */
export function recogniseHost(ledger: Ledger, host: string | undefined): 'same' | 'moved' {
  if (host === undefined) return 'same';
  const read = ledger.database.prepare<[], string>(`SELECT value FROM meta WHERE name = 'host'`).pluck();
  const write = ledger.database.prepare<[string]>(`INSERT OR REPLACE INTO meta (name, value) VALUES ('host', ?)`);
  const known = read.get();
  if (known === host) return 'same';
  if (known !== undefined) ledger.renewEpoch();
  ledger.transaction(() => {
    write.run(host);
    if (known !== undefined)
      ledger.append({
        t: 'audit',
        d: { action: 'ledger-moved', by: 'agent', detail: 'the ledger was made on another computer; a new epoch begins' },
      });
  });
  return known === undefined ? 'same' : 'moved';
}
