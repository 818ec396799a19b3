import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FaultError } from '#core/base/fault.ts';

/** Everything that Foyer ever puts into its data folder. `--fresh` removes these and nothing else. */
const OURS =
  /^(agent\.log(\.1)?|agent\.(lock|pid)(-wal|-shm|-journal)?|addresses\.json|ledger\.(db|salvag(ing|ed)\.db)(-wal|-shm|-journal)?|ledger\.key(\.new)?|ledger\.salvaged\.json|quarantine|store\.suspect|ballast|box-office|payments|staff\.json(\.\d+\.new)?|validity)$/;

/**
 * Forgets everything in the data folder.
 * @throws FaultError `E-DAT-FOREIGN` when the folder holds something that is not ours; nothing is removed then
 */
export function clearDataFolder(folder: string): void {
  if (!existsSync(folder)) return;
  const names = readdirSync(folder);
  const foreign = names.filter((name) => !OURS.test(name));
  if (foreign.length > 0) {
    throw new FaultError({
      code: 'E-DAT-FOREIGN',
      owner: 'operator',
      message: `--fresh would empty ${folder}, which also holds ${foreign.slice(0, 5).join(', ')}. Nothing was removed.`,
      remedy: 'Point --data at a folder that is used for nothing else.',
    });
  }
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
}
