import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '#core/base/bytes.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { Random } from '#core/ports/clock.ts';
import { writeSecretFile } from '../runtime/secret-file.ts';

const TOKEN_BYTES = 32;

/**
 * A token for each machine that may speak to the embedded box office, one file a machine, made when missing and readable by nobody else. A technician carries
 * a machine's file to that machine.
 * @returns which machine a token belongs to
 */
export function machineTokens(folder: string, machines: readonly MachineId[], random: Random): ReadonlyMap<string, MachineId> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const tokens = new Map<string, MachineId>();
  for (const machine of machines) {
    const file = join(folder, machine);
    // Whole or not at all: an empty file after a power cut would let in whoever sends an empty token.
    if (!existsSync(file)) writeSecretFile(file, `${toHex(random.bytes(TOKEN_BYTES))}\n`);
    tokens.set(readFileSync(file, 'utf8').trim(), machine);
  }
  return tokens;
}
