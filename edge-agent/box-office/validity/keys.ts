import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import { days, type Instant, minus, plus, toIso } from '#core/base/time.ts';
import { RotatingSecret } from '#core/contract/box-office/gate-secrets.ts';
import type { TicketKey } from '#core/contract/box-office/validity.ts';
import { IsoTime } from '#core/contract/values.ts';
import { writeSecretFile } from '../../runtime/secret-file.ts';
import { type Ed25519Signer, ed25519Signer, generateEd25519KeyPair } from '../../runtime/ticket-crypto.ts';

/**
 * The secrets of the box office: one key that signs validity data (gates pin its public half), a ring of keys that sign tickets (their public halves are
 * validity data), a ring of venue secrets and a key for codes of other systems (both are told to gates). They are a file of their own with mode 0600, apart
 * from the store, so that a copied database cannot issue a ticket.
 */
export interface BoxOfficeKeys {
  readonly data: Ed25519Signer;
  /** Newest last; the newest signs. */
  readonly tickets: readonly TicketSigner[];
  /** Behind the changing codes of phones; newest last. */
  readonly rotating: readonly RotatingSecret[];
  /** Of the hashes by which codes of other systems are listed: 32 bytes in base64url. It is never replaced, because the hashes would have to be made anew. */
  readonly codeKey: string;
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
/** A venue secret that follows another is used only when every gate has had time to fetch it. */
const TOLD_AHEAD = days(7);

const Secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const Signing = { dataKey: Secret };
const SigningRing = {
  ticketKeys: z
    .array(z.strictObject({ id: z.int().min(0).max(255), privateKey: Secret, notBefore: IsoTime, notAfter: IsoTime }))
    .min(1)
    .max(16),
};
/** As it was before phones had codes of their own. */
const FirstKeyFile = z.strictObject({ ...Signing, ...SigningRing });
const KeyFile = z.strictObject({
  version: z.literal(2),
  ...Signing,
  ...SigningRing,
  rotatingSecrets: z.array(RotatingSecret).min(1).max(8),
  codeKey: Secret,
});
type KeyFile = z.infer<typeof KeyFile>;

/** The keys as they are at present: whoever reads a ring after a renewal reads the new one. */
export interface KeyRing extends BoxOfficeKeys {
  /**
   * Makes what is soon at its end, as a start does: a box office may run for years.
   * @returns whether anything has changed
   * @throws FaultError `E-BOX-KEY` when the file cannot be written; nothing has changed then
   */
  renew(now: Instant): boolean;
}

/**
 * Reads the keys, and makes what is missing or soon at its end.
 * @throws FaultError `E-BOX-KEY` when the file is damaged or cannot be read or written. It is never replaced: with new keys every ticket already sold would
 *   be refused.
 */
export function openKeys(dataFolder: string, now: Instant): KeyRing {
  const path = join(dataFolder, 'keys.json');
  const found = existsSync(path) ? readKeyFile(path) : undefined;
  let file = renew(found, now);
  if (JSON.stringify(file) !== JSON.stringify(found)) writeKeyFile(path, file);
  let tickets = signersOf(file);
  return {
    data: ed25519Signer(file.dataKey),
    get tickets() {
      return tickets;
    },
    get rotating() {
      return file.rotatingSecrets;
    },
    codeKey: file.codeKey,
    renew: (at) => {
      const renewed = renew(file, at);
      if (JSON.stringify(renewed) === JSON.stringify(file)) return false;
      writeKeyFile(path, renewed);
      file = renewed;
      tickets = signersOf(file);
      return true;
    },
  };
}

function signersOf({ ticketKeys }: KeyFile): readonly TicketSigner[] {
  return ticketKeys.map(({ id, privateKey, notBefore, notAfter }) => {
    const signer = ed25519Signer(privateKey);
    return { id, signer, key: { id, publicKey: signer.publicKey, notBefore, notAfter } };
  });
}

function renew(found: KeyFile | z.infer<typeof FirstKeyFile> | undefined, now: Instant): KeyFile {
  const old = found !== undefined && 'version' in found ? found : undefined;
  return {
    version: 2,
    dataKey: found?.dataKey ?? generateEd25519KeyPair().privateKey,
    ticketKeys: renewRing(found?.ticketKeys ?? [], now, minus(now, GOOD_BEFORE), () => ({ privateKey: generateEd25519KeyPair().privateKey })),
    rotatingSecrets: renewRing(old?.rotatingSecrets ?? [], now, old === undefined ? minus(now, GOOD_BEFORE) : plus(now, TOLD_AHEAD), () => ({
      secret: newSecret(),
    })),
    codeKey: old?.codeKey ?? newSecret(),
  };
}

interface RingMember {
  readonly id: number;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** Drops what has ended, and adds a member beginning at `from` when the newest ends soon. */
function renewRing<Secrets extends object, Member extends RingMember & Secrets>(
  ring: readonly Member[],
  now: Instant,
  from: Instant,
  make: () => Secrets,
): (Member | (RingMember & Secrets))[] {
  const newest = ring.at(-1);
  if (newest !== undefined && Date.parse(newest.notAfter) - now > REPLACED_BEFORE_END) return [...ring];
  const id = ((newest?.id ?? 0) + 1) % 256;
  const next = { id, ...make(), notBefore: toIso(from), notAfter: toIso(plus(now, KEY_LIFE)) };
  return [...ring.filter(({ notAfter }) => Date.parse(notAfter) > now), next];
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function readKeyFile(path: string): KeyFile | z.infer<typeof FirstKeyFile> {
  try {
    const keys = z.union([KeyFile, FirstKeyFile]).parse(JSON.parse(readFileSync(path, 'utf8')));
    chmodSync(path, 0o600);
    return keys;
  } catch (cause) {
    // The cause may quote the file, and the file is secret: it is not passed on.
    const what = cause instanceof z.ZodError || cause instanceof SyntaxError ? 'is damaged' : 'cannot be read';
    throw keyFault(`The key file ${path} ${what}.`);
  }
}

function writeKeyFile(path: string, keys: KeyFile): void {
  try {
    writeSecretFile(path, `${JSON.stringify(keys, null, 2)}\n`);
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
