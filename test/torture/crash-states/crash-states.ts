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
import { type SweptTogether, startWorkers } from './workers.ts';

/**
 * Power cuts. The real agent is recorded: every call that changes its data folder, and every byte that leaves it. Then the disk is built again as a cut after each
 * call could have left it, and each of these disks is opened by the product and held against what the outside had been told by then.
 */
export const crashStates: Torture = {
  name: 'crash-states',
  about: 'cuts the power after every write of the real agent, and opens what is left',
  needs: ['gcc', 'libc6-dev'],
  amount: 'different states of a disk (25,000 in the short form, ten times as many in the long)',
  run,
};

const STATES = 25_000;
/** An update is one large transaction and a start: there are some thousands of different states in it, and as many as one likes in an evening. */
const MIGRATION = { share: 0.05, most: 2_500 };
const BOOTS = { short: 4, long: 60 };
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

/** A recording is swept as soon as it is made: those that follow wait for people and barriers more than they work. */
async function run(options: TortureOptions): Promise<TortureSum> {
  const { scratch, say, tell, seed, workers } = options;
  const library = buildRecorder(scratch);
  const wanted = options.amount ?? (options.short ? STATES : 10 * STATES);
  const share = Math.min(Math.round(wanted * MIGRATION.share), MIGRATION.most);
  let done = 0;
  const pool = startWorkers(workers, scratch, (count) => {
    const before = done;
    done += count;
    if (Math.floor(done / 5_000) > Math.floor(before / 5_000)) say(`${done} states`);
  });
  const swept = async (recorded: Recorded, states: number): Promise<SweptTogether> => {
    const from = performance.now();
    const sum = await pool.sweep({ ...recorded, states, seed, isEarly: false, untilBad: false }, workers);
    const { torn, judged, bad } = sum;
    const statesPerSecond = Math.round((1_000 * sum.states) / (performance.now() - from));
    tell({ what: recorded.name, states: sum.states, torn, judged, bad: bad.length, statesPerSecond });
    for (const state of bad.slice(0, SHOWN)) tell(described(state));
    if (sum.states < states) say(`there are no more than ${sum.states} different states of this ${recorded.name}`);
    return sum;
  };
  const blind: string[] = [];
  const planted = async (recorded: Recorded, fault: string, isEarly: boolean): Promise<void> => {
    const { bad } = await pool.sweep({ ...recorded, states: STATES, seed, isEarly, untilBad: true }, 1);
    // Without any sync the store may as well be torn as lack something: whichever is met first.
    const caught = bad.find(({ findings }) => findings.length > 0);
    tell({ what: 'planted', fault, caught: caught !== undefined, by: caught?.findings[0]?.what });
    if (caught === undefined) blind.push(`the planted fault "${fault}" was not seen`);
  };
  try {
    say('recording an evening, an update and two agents with a planted fault …');
    const recordings = record(scratch, library);
    const evening = recordings.evening.then(async (recorded) => {
      const sum = await swept(recorded, wanted - share);
      await planted(recorded, 'told before the sync', true);
      return sum;
    });
    const all = await Promise.all([
      evening,
      recordings.migration.then((recorded) => swept(recorded, share)),
      ...recordings.lowered.map((lowered) => lowered.then((recorded) => planted(recorded, `synchronous=${recorded.name}`, false))),
    ]);
    const sums = [all[0], all[1]];
    pool.close();
    const recording = recordingOf(await recordings.evening);
    const boots = await bootEach(recording, options);
    const missing = FACTS_WANTED.filter((kind) => !recording.facts.some(({ fact }) => fact.kind === kind));
    const findings = [...sums.flatMap(({ bad }) => bad.flatMap((state) => state.findings)), ...boots.flatMap((boot) => boot.findings)];
    const count = (kind: string): number => findings.filter((finding) => finding.kind === kind).length;
    const states = sums.reduce((sum, each) => sum + each.states, 0);
    const few = states < wanted ? [`only ${states} of ${wanted} states could be made`] : [];
    return {
      runs: states,
      lost: count('lost'),
      doubled: count('doubled'),
      corrupt: count('corrupt'),
      blind: [...blind, ...few, ...missing.map((kind) => `nobody was ever told a fact of kind ${kind}`)],
      torn: sums.reduce((sum, { torn }) => sum + torn, 0),
      judged: sums.reduce((sum, { judged }) => sum + judged, 0),
      boots: boots.length,
      slowestBootMs: Math.max(0, ...boots.map(({ readyMs }) => readyMs)),
    };
  } finally {
    pool.close();
  }
}

const PLANTED = ['NORMAL', 'OFF'] as const;

interface Recordings {
  readonly evening: Promise<Recorded>;
  readonly migration: Promise<Recorded>;
  readonly lowered: readonly Promise<Recorded>[];
}

function record(scratch: string, library: string): Recordings {
  const make = async <Made>(name: string, make: (folder: string) => Promise<Made>, more: (made: Made) => Partial<Recorded> = () => ({})) => {
    const folder = join(scratch, name);
    mkdirSync(folder, { recursive: true });
    const made = await make(folder);
    const recorded: Recorded = {
      name,
      log: join(folder, 'operations'),
      start: [],
      files: readFilesAsTold(join(folder, 'data')),
      told: [],
      ...more(made),
    };
    return recorded;
  };
  const lower = join(import.meta.dirname, '../recorder/lower-synchronous.cjs');
  const lowered = (level: string) => ({ NODE_OPTIONS: `--require ${lower}`, FOYER_SYNCHRONOUS: level });
  return {
    evening: make('evening', (folder) => recordEvening(folder, library)),
    migration: make(
      'migration',
      (folder) => recordMigration(folder, library),
      ({ start }) => ({ start, told: toldBefore() }),
    ),
    lowered: PLANTED.map((level) => make(level, (folder) => recordSale(folder, library, lowered(level)))),
  };
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

function described({ recording, store, after, variant, findings }: BadState) {
  return { what: 'bad', recording, store, after, variant: variant.slice(0, 120), findings: findings.slice(0, SHOWN) };
}
