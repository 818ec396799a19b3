import { hkdfSync } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { FaultError } from '#core/base/fault.ts';
import type { MachineId, SiteId } from '#core/contract/identifiers.ts';
import type { Random } from '#core/ports/clock.ts';
import { writeSecretFile } from '../runtime/secret-file.ts';

/**
 * The key of a site, 32 bytes that every one of its machines holds in a file. Nothing is encrypted with it: each pair of machines derives a key of its own
 * (HKDF, RFC 5869) from it and both names, so a line proves at both ends who is at the other, and a beacon has yet another.
 */
export interface SiteKey {
  /** The same at both ends, and of no other pair or site. */
  lineBetween(one: MachineId, other: MachineId): Buffer;
  readonly beacon: Buffer;
}

const KEY_BYTES = 32;
const KEY_TEXT = /^[A-Za-z0-9_-]{43}$/;

/** @throws FaultError `E-CFG-SITE-KEY` */
export function readSiteKey(file: string, site: SiteId): SiteKey {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw keyFault(`${file} cannot be read.`, cause);
  }
  if (!KEY_TEXT.test(text)) throw keyFault(`${file} does not hold a site's key: 32 bytes in base64url.`);
  return siteKey(Buffer.from(text, 'base64url'), site);
}

export function siteKey(secret: Buffer, site: SiteId): SiteKey {
  const derive = (info: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', info, KEY_BYTES));
  return {
    lineBetween: (one, other) => derive(`foyer/site-line/v1\n${site}\n${one < other ? `${one}\n${other}` : `${other}\n${one}`}`),
    beacon: derive(`foyer/site-beacon/v1\n${site}`),
  };
}

/** Makes the key's file when it is missing, for a technician to carry to the other machines; readable by this user alone. */
export function makeSiteKeyFile(file: string, random: Random): void {
  if (existsSync(file)) chmodSync(file, 0o600);
  else writeSecretFile(file, `${Buffer.from(random.bytes(KEY_BYTES)).toString('base64url')}\n`);
}

function keyFault(message: string, cause?: unknown): FaultError {
  return new FaultError(
    {
      code: 'E-CFG-SITE-KEY',
      owner: 'configuration',
      message,
      remedy: "Copy box-office/site.key from the box office's data folder, readable by the agent's user alone.",
    },
    { cause },
  );
}
