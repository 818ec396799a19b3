import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createPrng } from '../../simulation/kernel/prng.ts';
import { type RunningLobby, startLobby } from '../../support/running-lobby.ts';
import type { Finding } from '../judge/finding.ts';
import { corrupt } from '../judge/finding.ts';
import { judgeStore } from '../judge/judge-store.ts';
import { settled } from '../lobby/settled.ts';
import { createDisk, type Part } from './disk.ts';
import { PARTS } from './parts.ts';
import { layFile } from './scratch.ts';
import type { Recording } from './sweep.ts';
import { randomVariant } from './variants.ts';

/** The whole data folder after a cut, and the whole agent started on it: it becomes ready, everything reaches the box office, and nothing told is lost. */
export interface BootSample {
  readonly after: number;
  readonly readyMs: number;
  readonly findings: readonly Finding[];
}

const EVERYTHING: Part = { name: 'everything', holds: (path) => !path.endsWith('-shm') };

export async function bootSample(recording: Recording, seed: string, scratch: string): Promise<BootSample> {
  const chance = createPrng(seed);
  const after = 1 + chance.int(recording.operations.length);
  const disk = createDisk(recording.start);
  for (const operation of recording.operations.slice(0, after)) disk.apply(operation);
  const data = join(scratch, 'data');
  mkdirSync(data, { recursive: true });
  const cut = disk.afterCut(EVERYTHING, randomVariant(disk.unsynced(EVERYTHING), seed).kept);
  for (const [path, contents] of cut) layFile(join(data, path), contents);
  const facts = recording.facts.filter(({ from }) => from < after).map(({ fact }) => fact);
  const from = performance.now();
  let lobby: RunningLobby | undefined;
  try {
    lobby = await startLobby({ links: 'tcp', data: scratch });
    const readyMs = Math.round(performance.now() - from);
    await settled(lobby);
    await lobby.stop();
    const findings: Finding[] = [];
    for (const { name } of PARTS) findings.push(...(await judgeStore(name, data, facts, recording.files, 'whole')));
    return { after, readyMs, findings };
  } catch (cause) {
    await lobby?.kill();
    return { after, readyMs: -1, findings: [corrupt(`the agent does not start again: ${cause instanceof Error ? cause.message : String(cause)}`)] };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
