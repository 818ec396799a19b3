import { type KeyObject, timingSafeEqual } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { GATE_SECRETS_CONTEXT, GateSecrets } from '#core/contract/box-office/gate-secrets.ts';
import { Signed } from '#core/contract/box-office/validity.ts';
import type { SiteId, TicketId } from '#core/contract/identifiers.ts';
import { readMustIgnore } from '#core/contract/must-ignore.ts';
import type { CodeSecrets } from '#core/ticket/code-secrets.ts';
import { opaqueCodeHash } from '#core/ticket/opaque-code.ts';
import { checkValue, stepStart, ticketKey } from '#core/ticket/rotating.ts';
import type { BoxOfficeClient } from '../box-office-client/box-office-client.ts';

import type { Log } from '../runtime/log.ts';
import { writeSecretFile } from '../runtime/secret-file.ts';
import { hmacSha256, sha256Hex, verifyBody } from '../runtime/ticket-crypto.ts';

/**
 * The secrets of the site as this machine has them: kept in a file of their own (mode 0600), so that a gate that starts without a network can judge phones,
 * and fetched again when the head of the validity data names others. Nothing is taken that is not signed for this site.
 */
export interface GateSecretKeeper extends CodeSecrets {
  /**
   * A head that is signed and for this site names these secrets. Fetches them when they are others than those held; a fetch that fails is tried again with
   * the next head. Resolves when nothing is being fetched any more.
   */
  wanted(hash: string): Promise<void>;
}

export interface GateSecretOptions {
  /** The data folder, which holds the file. */
  readonly folder: string;
  readonly siteId: SiteId;
  /** The one key that signs this site's validity data, pinned. */
  readonly publicKey: KeyObject;
  readonly source: Pick<BoxOfficeClient, 'readGateSecrets'>;
  readonly log: Log;
}

const SECRETS_FILE = 'gate-secrets.json';

interface Held {
  readonly hash: string;
  readonly codeKey: Uint8Array;
  /** Newest first. */
  readonly rotating: readonly { readonly key: Uint8Array; readonly from: number; readonly until: number }[];
}

export function createGateSecrets({ folder, siteId, publicKey, source, log }: GateSecretOptions): GateSecretKeeper {
  const path = join(folder, SECRETS_FILE);
  let held = readFile(path, publicKey, siteId, log);
  let wanted = held?.hash;
  let fetching: Promise<void> | undefined;

  const failed = (fault: Fault): void => log.warn({ code: fault.code, owner: fault.owner }, fault.message);
  const fetch = async (): Promise<void> => {
    const answer = await source.readGateSecrets();
    if (!answer.ok) return failed(answer.error.fault);
    const opened = openSecrets(answer.value, publicKey, siteId);
    if (!opened.ok) return failed(opened.error);
    held = opened.value;
    try {
      writeSecretFile(path, `${JSON.stringify(answer.value)}\n`);
    } catch (cause) {
      // They are good in memory; without the file they are fetched again after a restart.
      const why = cause instanceof Error ? cause.message : String(cause);
      failed({ code: 'E-VAL-SECRETS-FILE', owner: 'store', message: `The secrets of the site cannot be kept in ${path}: ${why}.` });
    }
  };

  return {
    wanted: async (hash) => {
      wanted = hash;
      if (held?.hash === hash) return;
      fetching ??= fetch().finally(() => {
        fetching = undefined;
      });
      await fetching;
    },
    isGenuine: (ticketId, step, check) => {
      const known = held === undefined ? undefined : isMadeWith(held, ticketId, step, check);
      // With other secrets at the box office than here, a code that we cannot confirm may still be good.
      return known === false && held?.hash !== wanted ? undefined : known;
    },
    hashOf: (code) => (held === undefined ? undefined : opaqueCodeHash(held.codeKey, code, hmacSha256)),
  };
}

/** What the agent of this machine has kept, for a program beside it. It was checked when it was kept. */
export function readKeptSecrets(folder: string): Pick<CodeSecrets, 'isGenuine'> {
  const path = join(folder, SECRETS_FILE);
  const signed = existsSync(path) ? parsed(Signed, readFileSync(path, 'utf8')) : undefined;
  const secrets = signed && parsed(GateSecrets, signed.body);
  const held = secrets && heldOf(secrets, '');
  return { isGenuine: (ticketId, step, check) => held && isMadeWith(held, ticketId, step, check) };
}

/** Undefined when none of the secrets is for the time of that step. */
function isMadeWith({ rotating }: Held, ticketId: TicketId, step: number, check: Uint8Array): boolean | undefined {
  const at = stepStart(step);
  let known: false | undefined;
  for (const { key, from, until } of rotating) {
    if (at < from || at > until) continue;
    if (timingSafeEqual(checkValue(ticketKey(key, ticketId, hmacSha256), step, hmacSha256), check)) return true;
    known = false;
  }
  return known;
}

/** Signature first, then form, then whether it is meant for this site. */
function openSecrets(signed: Signed, publicKey: KeyObject, siteId: SiteId): Result<Held, Fault> {
  if (!verifyBody(publicKey, GATE_SECRETS_CONTEXT, signed)) {
    return err(fault('E-VAL-SIGNATURE', "The secrets of the site are not signed by this site's box office. They were not used."));
  }
  const secrets = parsed(GateSecrets, signed.body);
  if (secrets === undefined) return err(fault('E-VAL-FORM', 'The secrets of the site are signed but not of the agreed form. They were not used.'));
  if (secrets.scope !== siteId) {
    return err(fault('E-VAL-SCOPE', `The secrets of site ${secrets.scope} came to site ${siteId}. They were not used.`));
  }
  return ok(heldOf(secrets, sha256Hex(signed.body)));
}

function heldOf(secrets: GateSecrets, hash: string): Held {
  return {
    hash,
    codeKey: Buffer.from(secrets.codeKey, 'base64url'),
    rotating: secrets.rotating
      .map(({ secret, notBefore, notAfter }) => ({
        key: Buffer.from(secret, 'base64url'),
        from: Date.parse(notBefore),
        until: Date.parse(notAfter),
      }))
      .reverse(),
  };
}

/** A file that is damaged is told and fetched anew: it is a copy. */
function readFile(path: string, publicKey: KeyObject, siteId: SiteId, log: Log): Held | undefined {
  if (!existsSync(path)) return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
    chmodSync(path, 0o600);
  } catch (cause) {
    log.warn({ code: 'E-VAL-SECRETS-FILE' }, `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`);
    return undefined;
  }
  const signed = parsed(Signed, text);
  const opened = signed === undefined ? undefined : openSecrets(signed, publicKey, siteId);
  if (opened?.ok === true) return opened.value;
  log.warn({ code: opened?.error.code ?? 'E-VAL-FORM' }, `${path} was not used: ${opened?.error.message ?? 'it is damaged.'}`);
  return undefined;
}

/** What is secret is quoted by no message: a text that does not parse is undefined, without a cause. */
function parsed<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const result = readMustIgnore(schema, value);
  return result.success ? result.data : undefined;
}

function fault(code: string, message: string): Fault {
  return { code, owner: 'peer', message };
}
