import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatedFact } from '../judge/facts.ts';
import { type FilesAsTold, readFilesAsTold } from '../judge/judge-files.ts';
import { buildRecorder } from '../recorder/build-recorder.ts';
import { datedFacts } from '../recorder/dated-facts.ts';
import { decodeOperations } from '../recorder/operations.ts';
import type { Torture, TortureOptions, TortureSum } from '../torture.ts';
import { bootSample } from './boot-samples.ts';
import { recordEvening, recordSale } from './record-evening.ts';
import { recordMigration, toldBefore } from './record-migration.ts';
import type { BadState, Recording } from './sweep.ts';
import { sweepTogether } from './workers.ts';

/**
 * Power cuts. The real agent is recorded: every call that changes its data folder, and every byte that leaves it. Then the disk is built again as a cut after each
 * call could have left it, and each of these disks is opened by the product and held against what the outside had been told by then.
 */
export const crashStates: Torture = {
  name: 'crash-states',
  about: 'cuts the power after every write of the real agent, and opens what is left',
  needs: ['gcc', 'libc6-dev'],
  amount: 'different states of a disk (25,000)',
  run,
};

const STATES = 25_000;
const BOOTS = { short: 6, long: 60 };
const SHOWN = 5;
/** Of the evening. What was never told cannot be lost: the torture would be blind to it. */
const FACTS_WANTED = [
  'event',
  'released',
  'verdict',
  'passed',
  'print-begun',
  'printed',
  'validity-held',
  'hold',
  'order',
  'attempt',
  'claim',
  'received',
  'validity',
  'paid',
  'ready',
];

interface Recorded {
  readonly name: string;
  readonly log: string;
  readonly start: readonly (readonly [path: string, file: string])[];
  readonly files: FilesAsTold;
  readonly told: readonly DatedFact[];
}

async function run(options: TortureOptions): Promise<TortureSum> {
  const { scratch, say, tell, seed, workers } = options;
  const library = buildRecorder(scratch);
  say('recording an evening, an update and two agents with a planted fault …');
  const [evening, migration, ...lowered] = await record(scratch, library);
  const wanted = options.amount ?? (options.short ? STATES : 10 * STATES);
  const share = Math.round(wanted * 0.15);
  let done = 0;
  const together = (
    recorded: Recorded,
    states: number,
    planted: { readonly isEarly: boolean; readonly untilBad: boolean } = { isEarly: false, untilBad: false },
  ) =>
    sweepTogether(
      { ...recorded, ...planted, states, seed },
      {
        workers,
        scratch,
        onStates: (count) => {
          const before = done;
          done += count;
          if (Math.floor(done / 5_000) > Math.floor(before / 5_000)) say(`${done} states`);
        },
      },
    );
  const sums = [];
  for (const [recorded, states] of [
    [migration, share],
    [evening, wanted - share],
  ] as const) {
    const from = performance.now();
    const { states: judged, torn, bad } = await together(recorded, states);
    const seconds = (performance.now() - from) / 1_000;
    tell({ what: recorded.name, states: judged, torn, bad: bad.length, statesPerSecond: Math.round(judged / seconds) });
    for (const state of bad.slice(0, SHOWN)) tell(described(state));
    sums.push({ judged, torn, bad });
  }
  const boots = await bootEach(recordingOf(evening), options);
  const blind = await plantedFaults(evening, lowered, together, tell);
  const missing = FACTS_WANTED.filter((kind) => !recordingOf(evening).facts.some(({ fact }) => fact.kind === kind));
  const findings = [...sums.flatMap(({ bad }) => bad.flatMap((state) => state.findings)), ...boots.flatMap((boot) => boot.findings)];
  const count = (kind: string): number => findings.filter((finding) => finding.kind === kind).length;
  return {
    runs: sums.reduce((sum, { judged }) => sum + judged, 0) + boots.length,
    lost: count('lost'),
    doubled: count('doubled'),
    corrupt: count('corrupt'),
    blind: [...blind, ...missing.map((kind) => `nobody was ever told a fact of kind ${kind}`)],
    torn: sums.reduce((sum, { torn }) => sum + torn, 0),
    boots: boots.length,
    slowestBootMs: Math.max(0, ...boots.map(({ readyMs }) => readyMs)),
  };
}

const PLANTED = ['NORMAL', 'OFF'] as const;

/** They wait for people and barriers more than they work, so they are recorded side by side. */
async function record(scratch: string, library: string): Promise<readonly [Recorded, Recorded, ...Recorded[]]> {
  const folder = (name: string): string => {
    const made = join(scratch, name);
    mkdirSync(made, { recursive: true });
    return made;
  };
  const recorded = (name: string, more: Partial<Recorded> = {}): Recorded => ({
    name,
    log: join(scratch, name, 'operations'),
    start: [],
    files: readFilesAsTold(join(scratch, name, 'data')),
    told: [],
    ...more,
  });
  const lower = join(import.meta.dirname, '../recorder/lower-synchronous.cjs');
  const [, migration] = await Promise.all([
    recordEvening(folder('evening'), library),
    recordMigration(folder('migration'), library),
    ...PLANTED.map((level) => recordSale(folder(level), library, { NODE_OPTIONS: `--require ${lower}`, FOYER_SYNCHRONOUS: level })),
  ]);
  return [recorded('evening'), recorded('migration', { start: migration.start, told: toldBefore() }), ...PLANTED.map((level) => recorded(level))];
}

function recordingOf({ name, log, start, files, told }: Recorded): Recording {
  const operations = decodeOperations(readFileSync(log));
  return {
    name,
    operations,
    files,
    start: new Map(start.map(([path, file]) => [path, readFileSync(file)])),
    facts: [...told, ...datedFacts(operations)],
  };
}

async function bootEach(recording: Recording, { short, seed, scratch, tell, workers }: TortureOptions) {
  const count = short ? BOOTS.short : BOOTS.long;
  const boots: Awaited<ReturnType<typeof bootSample>>[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const boot = await bootSample(recording, `${seed} boot ${index}`, join(scratch, `boot-${index}`));
      boots.push(boot);
      tell({ what: 'boot', after: boot.after, readyMs: boot.readyMs, bad: boot.findings.length, ...(boot.findings[0] ?? {}) });
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return boots;
}

/** An agent that does not sync, and one that tells too early, have to be found out. */
async function plantedFaults(
  evening: Recorded,
  lowered: readonly Recorded[],
  together: (
    recorded: Recorded,
    states: number,
    planted: { readonly isEarly: boolean; readonly untilBad: boolean },
  ) => Promise<{ readonly bad: readonly BadState[] }>,
  tell: TortureOptions['tell'],
): Promise<readonly string[]> {
  const blind: string[] = [];
  const plants = [
    ...lowered.map((recorded) => ({ recorded, isEarly: false, name: `synchronous=${recorded.name}` })),
    { recorded: evening, isEarly: true, name: 'told before the sync' },
  ];
  for (const { recorded, isEarly, name } of plants) {
    const { bad } = await together(recorded, STATES, { isEarly, untilBad: true });
    const caught = bad.find(({ findings }) => findings.some(({ kind }) => kind === 'lost')) ?? bad[0];
    tell({ what: 'planted', fault: name, caught: caught !== undefined, by: caught?.findings[0]?.what });
    if (caught === undefined) blind.push(`the planted fault "${name}" was not seen`);
  }
  return blind;
}

function described({ recording, store, after, variant, findings }: BadState) {
  return { what: 'bad', recording, store, after, variant: variant.slice(0, 120), findings: findings.slice(0, SHOWN) };
}
