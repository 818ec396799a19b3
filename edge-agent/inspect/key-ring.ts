import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import { TicketKey } from '#core/contract/box-office/validity.ts';
import { SiteId } from '#core/contract/identifiers.ts';

/** The public keys of a site as a file, for whoever checks tickets beside a gate. The agent keeps one in its data folder; nothing in it is secret. */
export const KeyRingFile = z.strictObject({ scope: SiteId, keys: z.array(TicketKey).max(16) });
export type KeyRingFile = z.infer<typeof KeyRingFile>;

export const KEY_RING_FILE = 'ticket-keys.json';

/**
 * Undefined when there is no such file.
 * @throws FaultError `E-KEY-RING` when there is one that is no key ring
 */
export function readKeyRing(path: string): KeyRingFile | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return KeyRingFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new FaultError(
      {
        code: 'E-KEY-RING',
        owner: 'configuration',
        message: `${path} is not a ring of ticket keys.`,
        remedy: `It is JSON: {"scope": "36090702", "keys": [{"id", "publicKey", "notBefore", "notAfter"}]}. A gate keeps one as ${KEY_RING_FILE} in its data folder.`,
      },
      { cause },
    );
  }
}
