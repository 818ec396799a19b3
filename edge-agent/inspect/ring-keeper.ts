import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyFacts } from '#core/admission/facts.ts';
import { toIso } from '#core/base/time.ts';
import type { TicketKey } from '#core/contract/box-office/validity.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import type { Log } from '../runtime/log.ts';
import { KEY_RING_FILE, type KeyRingFile } from './key-ring.ts';

/** Keeps the ring of the validity data as a file beside them, for programs that may not open them while the agent runs. */
export interface RingKeeper {
  /** The data may have changed. */
  keep(): void;
}

const IDS = Array.from({ length: 256 }, (_, id) => id);

export function createRingKeeper(
  folder: string,
  scope: SiteId,
  key: (id: number) => (KeyFacts & { readonly publicKey: string }) | undefined,
  log: Log,
): RingKeeper {
  const path = join(folder, KEY_RING_FILE);
  let kept = '';
  return {
    keep: () => {
      const keys = IDS.flatMap((id): TicketKey[] => {
        const found = key(id);
        return found === undefined ? [] : [{ id, publicKey: found.publicKey, notBefore: toIso(found.notBefore), notAfter: toIso(found.notAfter) }];
      });
      const text = `${JSON.stringify({ scope, keys } satisfies KeyRingFile, null, 2)}\n`;
      if (text === kept) return;
      kept = text;
      try {
        // Flushed before it is renamed: after a power cut the old ring is there, or the new one.
        writeFileSync(`${path}.new`, text, { flush: true });
        renameSync(`${path}.new`, path);
      } catch (cause) {
        // The gate does not need it: whoever inspects a ticket meanwhile sees the ring as it was.
        log.warn({ code: 'E-KEY-RING' }, `${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`);
      }
    },
  };
}
