import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openKeys } from '#agent/box-office/validity/keys.ts';
import { machineTokens } from '#agent/composition/machine-tokens.ts';
import { KEY_RING_FILE, readKeyRing } from '#agent/inspect/key-ring.ts';
import { openLedger } from '#agent/ledger/ledger.ts';
import { diskValidityFiles } from '#agent/ledger/validity-files.ts';
import { createValidityStore } from '#agent/ledger/validity-store.ts';
import { systemClock, systemRandom } from '#agent/runtime/clock.ts';
import { makeSiteKeyFile, readSiteKey } from '#agent/site/site-key.ts';
import { readStaffFile } from '#agent/staff/staff-file.ts';
import { MachineId, SiteId } from '#core/contract/identifiers.ts';
import { corrupt, type Finding, lost } from './finding.ts';

/** The files beside the stores: keys, tokens, staff and the validity data. What others have a copy of must not change any more once the lobby was ready. */
export interface FilesAsTold {
  readonly dataKey: string;
  readonly token: string;
  readonly siteKey: string;
  readonly staff: number;
  /** gone: the flow began without them, and they may be fetched anew at any time. */
  readonly validity: 'kept' | 'gone';
}

const MACHINE = MachineId.parse('lobby-1');
const SITE = SiteId.parse('36090702');

/** As they are in a lobby that has never had a fault. */
export function readFilesAsTold(folder: string): FilesAsTold {
  const office = join(folder, 'box-office');
  mkdirSync(office, { recursive: true, mode: 0o700 });
  const [token = ''] = [...machineTokens(join(office, 'tokens'), [MACHINE], systemRandom)].map(([text]) => text);
  const siteKey = join(office, 'site.key');
  makeSiteKeyFile(siteKey, systemRandom);
  readSiteKey(siteKey, SITE);
  const staff = join(folder, 'staff.json');
  return {
    dataKey: openKeys(office, systemClock.wall()).data.publicKey,
    token,
    siteKey: readFileSync(siteKey, 'utf8').trim(),
    staff: existsSync(staff) ? readStaffFile(staff).length : 0,
    validity: 'kept',
  };
}

/** @param told of the same lobby before the fault; undefined before it was ready */
export async function judgeFiles(folder: string, told: FilesAsTold | undefined): Promise<readonly Finding[]> {
  const found = readFilesAsTold(folder);
  const findings: Finding[] = [];
  if (!/^[0-9a-f]{64}$/.test(found.token))
    findings.push(corrupt(`the token of ${MACHINE} has ${found.token.length} characters: whoever sends as many is let in`));
  if (told !== undefined) {
    if (found.dataKey !== told.dataKey) findings.push(lost('the key that signs the validity data'));
    if (found.token !== told.token) findings.push(lost("the machine's token"));
    if (found.siteKey !== told.siteKey) findings.push(lost('the key of the site'));
    if (found.staff !== told.staff) findings.push(lost(`${told.staff - found.staff} members of the staff, whose PINs were shown once`));
  }
  if (existsSync(join(folder, KEY_RING_FILE))) readKeyRing(join(folder, KEY_RING_FILE));
  return [...findings, ...(await judgeValidity(folder, told?.validity === 'gone'))];
}

/** The ledger says which file holds: it was whole and on the disk before the ledger was told of it. */
async function judgeValidity(folder: string, mayBeGone: boolean): Promise<readonly Finding[]> {
  const ledger = openLedger(join(folder, 'ledger.db'), { clock: systemClock, random: systemRandom, boot: 'judge' });
  try {
    const store = createValidityStore(ledger, diskValidityFiles(join(folder, 'validity')));
    try {
      if (store.floor() === undefined) return [];
      if (store.state() === undefined && mayBeGone) return [];
      if (store.state() === undefined)
        return [lost(`the validity data of version ${store.floor()?.version}: ${readdirSync(join(folder, 'validity')).join(', ')}`)];
      return (await store.verify()) ? [] : [corrupt('the validity data do not add up')];
    } finally {
      store.close();
    }
  } finally {
    ledger.close();
  }
}
