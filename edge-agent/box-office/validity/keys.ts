import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import { days, type Instant, minus, plus, toIso } from '#core/base/time.ts';
import type { TicketKey } from '#core/contract/box-office/validity.ts';
import { IsoTime } from '#core/contract/values.ts';
import { type Ed25519Signer, ed25519Signer, generateEd25519KeyPair } from '../../runtime/ticket-crypto.ts';

/**
 * The secrets of the box office: one key that signs validity data (gates pin its public half) and a ring of keys that sign tickets (their public halves are
 * validity data). They are files of their own with mode 0600, apart from the store, so that a copied database cannot issue a ticket.
 */
export interface BoxOfficeKeys {
  readonly data: Ed25519Signer;
  /** Newest last; the newest signs. */
  readonly tickets: readonly TicketSigner[];
}

export interface TicketSigner {
  readonly id: number;
  readonly signer: Ed25519Signer;
  readonly key: TicketKey;
}

/** A ticket is sold at most two weeks before its show; a key is replaced so long before its end that every ticket of it has been used. */
const KEY_LIFE = days(400);
const REPLACED_BEFORE_END = days(60);
/** A key is good a little before it was made, for machines whose clock is behind. */
const GOOD_BEFORE = days(1);

const Secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const KeyFile = z.strictObject({
  dataKey: Secret,
  ticketKeys: z
    .array(z.strictObject({ id: z.int().min(0).max(255), privateKey: Secret, notBefore: IsoTime, notAfter: IsoTime }))
    .min(1)
    .max(16),
});
type KeyFile = z.infer<typeof KeyFile>;

/**
 * Reads the keys, and makes what is missing or soon at its end.
 * @throws FaultError `E-BOX-KEY` when the file is damaged or cannot be read or written. It is never replaced: with new keys every ticket already sold would
 *   be refused.
 */
export function openKeys(dataFolder: string, now: Instant): BoxOfficeKeys {
  const path = join(dataFolder, 'keys.json');
  const found = existsSync(path) ? readKeyFile(path) : undefined;
  const renewed = renew(found, now);
  if (renewed !== found) writeSecret(path, `${JSON.stringify(renewed, null, 2)}\n`);
  return {
    data: ed25519Signer(renewed.dataKey),
    tickets: renewed.ticketKeys.map(({ id, privateKey, notBefore, notAfter }) => {
      const signer = ed25519Signer(privateKey);
      return { id, signer, key: { id, publicKey: signer.publicKey, notBefore, notAfter } };
    }),
  };
}

function renew(found: KeyFile | undefined, now: Instant): KeyFile {
  const ring = found?.ticketKeys ?? [];
  const newest = ring.at(-1);
  if (found !== undefined && newest !== undefined && Date.parse(newest.notAfter) - now > REPLACED_BEFORE_END) return found;
  const next = {
    id: ((newest?.id ?? 0) + 1) % 256,
    privateKey: generateEd25519KeyPair().privateKey,
    notBefore: toIso(minus(now, GOOD_BEFORE)),
    notAfter: toIso(plus(now, KEY_LIFE)),
  };
  const stillNeeded = ring.filter((key) => Date.parse(key.notAfter) > now);
  return { dataKey: found?.dataKey ?? generateEd25519KeyPair().privateKey, ticketKeys: [...stillNeeded, next] };
}

function readKeyFile(path: string): KeyFile {
  try {
    const keys = KeyFile.parse(JSON.parse(readFileSync(path, 'utf8')));
    chmodSync(path, 0o600);
    return keys;
  } catch (cause) {
    // The cause may quote the file, and the file is secret: it is not passed on.
    const what = cause instanceof z.ZodError || cause instanceof SyntaxError ? 'is damaged' : 'cannot be read';
    throw keyFault(`The key file ${path} ${what}.`);
  }
}

/** Whole or not at all, also through a power cut: written beside, flushed, then renamed. */
function writeSecret(path: string, text: string): void {
  try {
    const beside = `${path}.new`;
    const file = openSync(beside, 'w', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (cause) {
    throw keyFault(`The key file ${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}

function keyFault(message: string): FaultError {
  return new FaultError({
    code: 'E-BOX-KEY',
    owner: 'store',
    message,
    remedy: 'Put the file back from a copy. Without it, tickets that were already sold cannot be checked.',
  });
}
