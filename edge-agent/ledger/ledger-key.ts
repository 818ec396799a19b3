import { closeSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FaultError } from '#core/base/fault.ts';
import type { Random } from '#core/ports/clock.ts';
import { writeSecretFile } from '../runtime/secret-file.ts';
import { KEY_BYTES } from './row-chain.ts';

/** The key of a ledger's chain: a file beside it that nobody else may read. Without it nothing in the ledger can be proven. */

/** A ledger in memory is proof of nothing to anybody; its key is no secret, so that it outlives a simulated restart. */
export const MEMORY_KEY: Uint8Array = new Uint8Array(KEY_BYTES).fill(0x5a);

export function keyFileOf(ledger: string): string {
  return join(dirname(ledger), 'ledger.key');
}

/** @returns undefined when there is none
 * @throws FaultError `E-STO-KEY` when it cannot be read or is no key */
export function readLedgerKey(path: string): Uint8Array | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw keyFault(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, cause);
  }
  if (!/^[0-9a-f]{64}$/.test(text)) throw keyFault(`${path} is not the key of a ledger.`);
  return Buffer.from(text, 'hex');
}

/** On the disk, with its name, before it is used: a ledger whose key was lost in a power cut would be lost with it. */
export function makeLedgerKey(path: string, random: Random): Uint8Array {
  const key = random.bytes(KEY_BYTES);
  writeSecretFile(path, `${Buffer.from(key).toString('hex')}\n`);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
  return key;
}

export function missingKey(ledger: string): FaultError {
  return keyFault(`${keyFileOf(ledger)} is missing: without it nobody can prove what ${ledger} holds. Nothing was changed.`);
}

export function wrongKey(ledger: string): FaultError {
  return keyFault(`${keyFileOf(ledger)} is not the key of ${ledger}. Nothing was changed.`);
}

function keyFault(message: string, cause?: unknown): FaultError {
  return new FaultError(
    {
      code: 'E-STO-KEY',
      owner: 'operator',
      message,
      remedy: 'Put the right key file back beside the ledger; if it is lost, run: foyer ledger salvage --unproven',
    },
    { cause },
  );
}
