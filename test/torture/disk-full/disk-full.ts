import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { DeviceId } from '#core/contract/identifiers.ts';
import { localApi } from '#core/contract/local/api.ts';
import { eventually } from '../../support/eventually.ts';
import { lobbyConfiguration, type RunningLobby, startLobby } from '../../support/running-lobby.ts';
import { createScreensClient, type LiveFeed, mustAnswer, type ScreensClient } from '../../support/screens-client.ts';
import type { Finding } from '../judge/finding.ts';
import { corrupt, lost } from '../judge/finding.ts';
import { settled } from '../lobby/settled.ts';
import type { Torture, TortureOptions, TortureSum } from '../torture.ts';

/**
 * A disk that fills up. Selling stops first and checking goes on; when nothing is left the ballast gives room for thousands of scans; and when there is room
 * again, everything is sold and checked as before, and nothing was lost.
 */
export const diskFull: Torture = {
  name: 'disk-full',
  about: 'fills the disk of the real agent: selling stops first, checking goes on for 2,000 scans and more, nothing is lost',
  needs: [],
  amount: 'scans after the ballast is given up (2,000; 500 in the short form)',
  run,
};

const SCANS = { short: 500, long: 2_000 };
const DISK_MB = 96;
const STORAGE = 'storage: { ballastMb: 24, lowMb: 8, ledgerMaxMb: 64 }\n';
const SCANNER = DeviceId.parse('gate-scanner');
const CHANGE_WITHIN_MS = 30_000;
/** A verdict comes within milliseconds, or never. */
const VERDICT_WITHIN_MS = 20_000;

async function run({ scratch, say, tell, amount, short }: TortureOptions): Promise<TortureSum> {
  const place = join(scratch, 'disk');
  mkdirSync(place);
  const mounted = mount(place, DISK_MB);
  if (mounted !== undefined)
    return {
      runs: 0,
      lost: 0,
      doubled: 0,
      corrupt: 0,
      blind: [],
      skipped: `No small disk can be mounted here (${mounted}); this torture wants root.`,
    };
  let lobby: RunningLobby | undefined;
  try {
    lobby = await startLobby({ configuration: `${lobbyConfiguration('memory')}${STORAGE}`, data: place });
    return await fill(lobby, place, { wanted: amount ?? (short ? SCANS.short : SCANS.long), say, tell });
  } finally {
    await lobby?.kill();
    execFileSync('umount', ['--lazy', place]);
  }
}

interface Filling {
  readonly wanted: number;
  readonly say: TortureOptions['say'];
  readonly tell: TortureOptions['tell'];
}

async function fill(lobby: RunningLobby, place: string, { wanted, say, tell }: Filling): Promise<TortureSum> {
  const screens = createScreensClient(lobby.addresses.screens);
  const [kiosk, gate] = [await screens.live('kiosk'), await screens.live('gate')];
  const findings: Finding[] = [];
  const ballast = join(lobby.data, 'ballast');
  await eventually('the ballast is made', () => existsSync(ballast), CHANGE_WITHIN_MS);
  await selling(kiosk, true);

  say('filling the disk until selling stops …');
  fillTo(place, 6);
  await selling(kiosk, false);
  if (!existsSync(ballast)) findings.push(corrupt('the ballast went although only selling had to stop'));
  const before = await scans(screens, gate, 'a', 20);
  tell({ what: 'little room', selling: false, scans: before.shown.length, refused: before.unavailable });

  say('filling the rest …');
  fillTo(place, 0);
  await eventually('the ballast is given up', () => !existsSync(ballast), CHANGE_WITHIN_MS);
  const from = performance.now();
  const during = await scans(screens, gate, 'b', wanted);
  tell({
    what: 'no room but the ballast',
    scans: during.shown.length,
    refused: during.unavailable,
    scansPerSecond: Math.round((1_000 * during.shown.length) / (performance.now() - from)),
  });
  if (during.shown.length < wanted)
    findings.push(lost(`${wanted - during.shown.length} of ${wanted} scans were not taken after the ballast was given up`));

  rmSync(join(place, FILLER));
  await selling(kiosk, true);
  await eventually('the ballast is made again', () => existsSync(ballast), CHANGE_WITHIN_MS);
  tell({ what: 'room again', selling: true });
  kiosk.close();
  gate.close();
  await settled(lobby);
  await lobby.stop();
  findings.push(...judgeScans(lobby.data, [...before.shown, ...during.shown]));
  const count = (kind: string): number => findings.filter((finding) => finding.kind === kind).length;
  for (const { kind, what } of findings) tell({ what: 'bad', kind, finding: what });
  // The judge is shown a scan that never was: it has to miss it.
  const isSeen = judgeScans(lobby.data, ['01J00000000000000000000000']).length === 1;
  return {
    runs: before.shown.length + during.shown.length,
    lost: count('lost'),
    doubled: count('doubled'),
    corrupt: count('corrupt'),
    blind: isSeen ? [] : ['a scan that was never kept was not missed'],
    scansOnBallast: during.shown.length,
  };
}

async function selling(kiosk: LiveFeed, isOn: boolean): Promise<void> {
  await kiosk.until(
    isOn ? 'selling' : 'the end of selling',
    (message) => {
      if (message.kind !== 'flows') return undefined;
      const [buy, check] = ['buy', 'check'].map((name) => message.flows.find((flow) => flow.name === name));
      if (check?.available !== true) return undefined;
      return buy?.available === isOn ? true : undefined;
    },
    CHANGE_WITHIN_MS,
  );
  kiosk.forget();
}

/** Codes that nobody has ever sold: each is a scan, a decision and an event, and the next may follow at once. */
async function scans(
  screens: ScreensClient,
  gate: LiveFeed,
  series: string,
  count: number,
): Promise<{ readonly shown: readonly string[]; readonly unavailable: number }> {
  const shown: string[] = [];
  let unavailable = 0;
  let last = '';
  for (let number = 0; number < count && unavailable < 3; number++) {
    gate.forget();
    await mustAnswer(screens, localApi.present, { params: { device: SCANNER }, body: { text: `SCAN-${series}-${number}` } });
    try {
      last = await gate.until(
        'a verdict',
        (message) => {
          const scanId = message.kind === 'gate' && message.gate.state === 'verdict' ? message.gate.verdict?.scanId : undefined;
          return scanId === last ? undefined : scanId;
        },
        VERDICT_WITHIN_MS,
      );
      shown.push(last);
    } catch {
      // Nothing was shown, so nothing has to be kept; three in a row are the end of the ballast.
      unavailable++;
    }
  }
  return { shown, unavailable };
}

function judgeScans(data: string, shown: readonly string[]): readonly Finding[] {
  const database = new Sqlite(join(data, 'ledger.db'), { readonly: true });
  try {
    const integrity = database.pragma('integrity_check', { simple: true });
    const kept = new Set(database.prepare<[], string>(`SELECT json_extract(body, '$.scanId') FROM outbox WHERE type = 'scan'`).pluck().all());
    const missing = shown.filter((scanId) => !kept.has(scanId));
    return [
      ...(integrity === 'ok' ? [] : [corrupt(`the ledger: ${String(integrity)}`)]),
      ...missing.map((scanId) => lost(`scan ${scanId}, whose verdict was shown`)),
    ];
  } finally {
    database.close();
  }
}

const FILLER = 'filler';
const MEGABYTE = 1_048_576;

/** Leaves so many megabytes, or nothing at all. */
function fillTo(place: string, leftMb: number): void {
  const { bavail, bsize } = statfsSync(place);
  const bytes = bavail * bsize - leftMb * MEGABYTE;
  const chunk = Buffer.alloc(65_536, 1);
  for (let left = bytes; left > 0; left -= chunk.length) {
    try {
      writeFileSync(join(place, FILLER), chunk.subarray(0, Math.min(left, chunk.length)), { flag: 'a' });
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC') return;
      throw cause;
    }
  }
}

/** @returns why it cannot be done */
function mount(place: string, megabytes: number): string | undefined {
  if (!readFileSync('/proc/filesystems', 'utf8').includes('tmpfs')) return 'there is no tmpfs';
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', place], { stdio: 'pipe' });
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  }
}
