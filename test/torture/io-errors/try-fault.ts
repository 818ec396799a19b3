import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { type RunningLobby, startLobby } from '../../support/running-lobby.ts';
import { createDisk } from '../crash-states/disk.ts';
import { PARTS } from '../crash-states/parts.ts';
import { layFile } from '../crash-states/scratch.ts';
import type { Fact } from '../judge/facts.ts';
import { corrupt, type Finding } from '../judge/finding.ts';
import type { FilesAsTold } from '../judge/judge-files.ts';
import { judgeMoney } from '../judge/judge-money.ts';
import { judgeStore } from '../judge/judge-store.ts';
import { type RecordedLobby, startRecorded } from '../lobby/recorded-lobby.ts';
import { settled } from '../lobby/settled.ts';
import { datedFacts } from '../recorder/dated-facts.ts';
import { createFaults, type Fault } from '../recorder/faults.ts';
import { decodeOperations } from '../recorder/operations.ts';
import type { Before, Flow } from './flows.ts';

/** One flow of the real agent, with one fault of its disk. */
export interface Trial {
  readonly flow: Flow;
  readonly fault: Fault;
  /** A planted fault of the agent. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface TrialResult {
  /** completed: the flow came to its end · refused: it did not, and the agent goes on · stopped: the agent ended itself, with this status. */
  readonly outcome: 'completed' | 'refused' | `stopped ${number}` | 'killed';
  readonly counted: number;
  readonly fired: number;
  readonly findings: readonly Finding[];
}

/** After sysexits.h, as `main.ts` has them: a store whose outcome nobody knows, a fault of the surroundings. A failing disk is no defect of ours (70). */
const STOPS = [74, 75];
/** A flow that has not ended by then was refused. */
const FLOW_WITHIN_MS = 15_000;

/** What the flow begins with, and how to judge what it leaves. */
export interface Bench {
  readonly library: string;
  readonly before: Before;
  readonly files: FilesAsTold;
  readonly scratch: string;
}

export async function tryFault({ flow, fault, environment = {} }: Trial, { library, before, files, scratch }: Bench): Promise<TrialResult> {
  const [data, log] = [join(scratch, 'data'), join(scratch, 'operations')];
  mkdirSync(scratch, { recursive: true });
  flow.prepare(data, before);
  const start = readFolder(data);
  const faults = createFaults(join(scratch, 'control'));
  try {
    if (flow.fromStart) faults.plan(fault);
    const { outcome, lobby } = await runFlow(flow, before, scratch, { library, log, control: faults.file, environment }, () => faults.plan(fault));
    const { counted, fired } = faults.counts();
    await lobby?.lobby.kill();
    lobby?.close();
    const operations = decodeOperations(readFileSync(log));
    // What leaves a store that has not come up cannot be known by a migration's judge before it: facts are those of this run and those from before.
    const told = [...flow.told(), ...datedFacts(operations)].map(({ fact }) => fact).filter((fact) => !mayBeOwed(fact, fault));
    const disk = createDisk(start);
    for (const operation of operations) disk.apply(operation);
    const findings: Finding[] = [];
    const expected = flow.name === 'migrate' ? undefined : { ...files, validity: flow.name === 'sync' ? ('gone' as const) : ('kept' as const) };
    for (const [name, names, kept] of [
      ['nothing unsynced', 0, false],
      ['everything', Number.MAX_SAFE_INTEGER, true],
    ] as const) {
      const laid = join(scratch, `laid-${String(kept)}`);
      for (const part of PARTS) {
        for (const [path, contents] of disk.afterCut(part, { names, sector: () => kept })) layFile(join(laid, path), contents);
      }
      findings.push(...(await judgeAll(laid, told, expected)).map((finding) => ({ ...finding, what: `${finding.what} (${name})` })));
    }
    findings.push(...(await restart(data, told, expected)));
    return {
      outcome,
      counted,
      fired,
      findings: outcome === 'killed' && fault.how !== 'kill' ? [...findings, corrupt('the agent was killed')] : findings,
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A full disk keeps a passage back until there is room. Whoever is killed before finds it unconfirmed at the next start, and the ticket counts as used. */
const mayBeOwed = ({ kind }: Fact, { how }: Fault): boolean => how === 'ENOSPC' && kind === 'passed';

interface FlowEnd {
  readonly outcome: TrialResult['outcome'];
  readonly lobby: RecordedLobby | undefined;
}

async function runFlow(
  flow: Flow,
  before: Before,
  folder: string,
  recorder: Parameters<typeof startRecorded>[1],
  plan: () => void,
): Promise<FlowEnd> {
  let lobby: RecordedLobby;
  try {
    lobby = await startRecorded(folder, recorder);
  } catch (cause) {
    const status = /ended with status (\d+|null)/.exec(cause instanceof Error ? cause.message : '')?.[1];
    if (status === undefined) throw cause;
    return { outcome: status === 'null' ? 'killed' : `stopped ${Number(status)}`, lobby: undefined };
  }
  if (!flow.fromStart) plan();
  const went = flow.go(lobby, before).then(
    () => 'completed' as const,
    // Whatever a guest or a screen meets when the disk fails; what was kept and told is judged below.
    () => 'refused' as const,
  );
  const ended = lobby.lobby.exited.then((status): TrialResult['outcome'] => (status === null ? 'killed' : `stopped ${status}`));
  const outcome = await Promise.race([went, ended, refusedAfter(FLOW_WITHIN_MS)]);
  // An agent that stops itself does it right after the answer that failed.
  return { outcome: outcome === 'refused' ? await Promise.race([ended, refusedAfter(300)]) : outcome, lobby };
}

function refusedAfter(ms: number): Promise<'refused'> {
  return new Promise((resolve) => {
    setTimeout(() => resolve('refused'), ms).unref();
  });
}

async function judgeAll(folder: string, facts: readonly Fact[], files: FilesAsTold | undefined): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const known = files === undefined ? facts.filter(({ kind }) => kind !== 'ready') : [...facts, { store: 'files', kind: 'ready' } as const];
  for (const { name } of PARTS) findings.push(...(await judgeStore(name, folder, known, files ?? NO_FILES, 'whole')));
  return findings;
}

const NO_FILES: FilesAsTold = { dataKey: '', token: '', siteKey: '', staff: 0, validity: 'kept' };

/** The disk is well again: the same agent starts on what there is, everything reaches the box office, and nothing told is lost. */
async function restart(data: string, facts: readonly Fact[], files: FilesAsTold | undefined): Promise<readonly Finding[]> {
  let lobby: RunningLobby | undefined;
  try {
    lobby = await startLobby({ links: 'tcp', data: join(data, '..') });
    await settled(lobby);
    const money = await addedUp(data);
    const status = await lobby.stop();
    const wrong = status === 0 ? [] : [corrupt(`after the fault the agent stops with status ${status}`)];
    return [...wrong, ...(await judgeAll(data, facts, files)), ...money];
  } catch (cause) {
    await lobby?.kill();
    return [corrupt(`after the fault the agent does not start again: ${cause instanceof Error ? cause.message : String(cause)}`)];
  }
}

/** The box office asks the provider until it knows; what is still open after that is a finding. */
async function addedUp(data: string): Promise<readonly Finding[]> {
  try {
    return await eventually('money that adds up', () => (judgeMoney(data).length === 0 ? [] : undefined));
  } catch {
    return judgeMoney(data);
  }
}

export function isProperStop(outcome: TrialResult['outcome']): boolean {
  return !outcome.startsWith('stopped') || STOPS.includes(Number(outcome.slice('stopped '.length)));
}

function readFolder(folder: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.slice(folder.length + 1), readFileSync(path));
  }
  return files;
}
