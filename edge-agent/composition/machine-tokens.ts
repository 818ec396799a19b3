import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '#core/base/bytes.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { Random } from '#core/ports/clock.ts';

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
    if (!existsSync(file)) writeFileSync(file, `${toHex(random.bytes(TOKEN_BYTES))}\n`, { mode: 0o600, flag: 'wx' });
    tokens.set(readFileSync(file, 'utf8').trim(), machine);
  }
  return tokens;
}
