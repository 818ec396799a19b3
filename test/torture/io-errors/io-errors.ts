import { join } from 'node:path';
import { createPrng, type Prng } from '../../simulation/kernel/prng.ts';
import type { Finding } from '../judge/finding.ts';
import { readFilesAsTold } from '../judge/judge-files.ts';
import { buildRecorder } from '../recorder/build-recorder.ts';
import type { CallClass, Fault } from '../recorder/faults.ts';
import type { Torture, TortureOptions, TortureSum } from '../torture.ts';
import { FLOWS, type Flow, makeBefore } from './flows.ts';
import { type Bench, isProperStop, type Trial, type TrialResult, tryFault } from './try-fault.ts';

/** A disk that fails: every n-th call of five flows, once and from then on. Either the flow is refused, or the agent stops and the next start finds what is true. */
export const ioErrors: Torture = {
  name: 'io-errors',
  about: 'fails every n-th write, sync, open, rename and truncation of five flows, once and for ever',
  needs: ['gcc', 'libc6-dev'],
  amount: 'trials, evenly among all calls (8 in the short form; every call in the long)',
  run,
};

/** Each flow and each way at least once, and only calls that the flow makes. */
const SHORT: readonly (readonly [Flow['name'], CallClass, Fault['how']])[] = [
  ['boot', 'write', 'ENOSPC'],
  ['scan', 'sync', 'EIO'],
  ['sale', 'write', 'EIO'],
  ['sync', 'open', 'EIO'],
  ['migrate', 'write', 'EIO'],
  ['boot', 'name', 'EIO'],
  ['scan', 'write', 'short'],
  ['sale', 'sync', 'kill'],
];
/** A scan is over after two commits. */
const CALLS_OF = { scan: 2, other: 12 };
const WAYS: readonly (readonly [CallClass, Fault['how']])[] = [
  ['sync', 'EIO'],
  ['write', 'EIO'],
  ['write', 'ENOSPC'],
  ['write', 'short'],
  ['open', 'EIO'],
  ['name', 'EIO'],
  ['truncate', 'EIO'],
  ['sync', 'kill'],
];

async function run(options: TortureOptions): Promise<TortureSum> {
  const { scratch, say, tell, workers } = options;
  const library = buildRecorder(scratch);
  say('making a lobby with a ticket that nobody has used …');
  const before = await makeBefore(scratch, library);
  const bench: Omit<Bench, 'scratch'> = { library, before, files: readFilesAsTold(before.folder) };
  let count = 0;
  const attempt = async (trial: Trial): Promise<TrialResult> => tryFault(trial, { ...bench, scratch: join(scratch, `trial-${++count}`) });

  const trials = await chooseTrials(options, attempt);
  const results: TrialResult[] = [];
  const blind: string[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let trial = trials[next++]; trial !== undefined; trial = trials[next++]) {
      const result = await attempt(trial);
      results.push(result);
      const { calls, how, from, forever } = trial.fault;
      const bad = result.findings.length + (isProperStop(result.outcome) ? 0 : 1);
      tell({
        what: `${trial.flow.name}: ${calls} ${from}${forever ? ' and after' : ''} ${how}`,
        outcome: result.outcome,
        fired: result.fired,
        bad,
        ...(result.findings[0] === undefined ? {} : { finding: result.findings[0] }),
      });
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const planted = await plant(attempt);
  tell({ what: 'planted', fault: 'a failed commit is taken for a good one', caught: planted !== undefined, by: planted?.what });
  if (planted === undefined) blind.push('the planted fault "a failed commit is taken for a good one" was not seen');
  const idle = results.filter(({ fired }) => fired === 0).length;
  if (idle > results.length / 4) blind.push(`in ${idle} of ${results.length} trials no call was made to fail`);
  const found = (kind: string): number => results.reduce((sum, { findings }) => sum + findings.filter((finding) => finding.kind === kind).length, 0);
  const improper = results.filter(({ outcome }) => !isProperStop(outcome)).length;
  const ended = (prefix: string): number => results.filter(({ outcome }) => outcome.startsWith(prefix)).length;
  return {
    runs: results.length,
    lost: found('lost'),
    doubled: found('doubled'),
    corrupt: found('corrupt') + improper,
    blind,
    completed: ended('completed'),
    refused: ended('refused'),
    stopped: ended('stopped'),
  };
}

/** On a machine that is busy enough the trial ends before the verdict is shown, and then nothing was lost: it is played again. */
const PLANTED_TRIES = 3;

async function plant(attempt: (trial: Trial) => Promise<TrialResult>): Promise<Finding | undefined> {
  for (let tries = 0; tries < PLANTED_TRIES; tries++) {
    const { findings } = await attempt({
      flow: flowNamed('scan'),
      fault: { calls: 'sync', how: 'EIO', from: 1, forever: true },
      environment: { NODE_OPTIONS: `--require ${join(import.meta.dirname, '../recorder/swallow-commit-errors.cjs')}` },
    });
    const lost = findings.find(({ kind }) => kind === 'lost');
    if (lost !== undefined) return lost;
  }
  return undefined;
}

/** The short form takes some of every flow; the long one counts the calls of each flow first and takes all of them, or `amount` that lie evenly among them. */
async function chooseTrials(
  { short, amount, seed, say }: TortureOptions,
  attempt: (trial: Trial) => Promise<TrialResult>,
): Promise<readonly Trial[]> {
  const chance = createPrng(seed);
  if (short && amount === undefined) {
    return SHORT.map(([name, calls, how]): Trial => {
      const from = 1 + chance.int(name === 'scan' ? CALLS_OF.scan : CALLS_OF.other);
      return { flow: flowNamed(name), fault: { calls, how, from, forever: mayLast(how) && chance.chance(0.5) } };
    });
  }
  const ways: Trial[][] = [];
  for (const flow of FLOWS) {
    for (const calls of new Set(WAYS.map(([what]) => what))) {
      const { counted } = await attempt({ flow, fault: { calls, how: 'count', from: 1, forever: false } });
      say(`${flow.name}: ${counted} calls of kind ${calls}`);
      for (const [what, how] of WAYS) {
        if (what !== calls) continue;
        for (const forever of mayLast(how) ? [false, true] : [false])
          ways.push(Array.from({ length: counted }, (_, index): Trial => ({ flow, fault: { calls, how, from: index + 1, forever } })));
      }
    }
  }
  return amount === undefined ? ways.flat() : spread(ways, amount, chance);
}

/** As many of each way as of any other, as long as it has them, at even distances from a drawn first one; ways take turns, so that each is met early. */
function spread(ways: readonly (readonly Trial[])[], amount: number, chance: Prng): readonly Trial[] {
  const chosen: Trial[] = [];
  const rest = ways
    .filter((trials) => trials.length > 0)
    .map((trials) => ({
      trials,
      first: chance.int(trials.length),
      stride: Math.max(1, Math.floor(trials.length / Math.ceil(amount / ways.length))),
    }));
  for (let turn = 0; chosen.length < amount; turn++) {
    const before = chosen.length;
    for (const { trials, first, stride } of rest) {
      const trial = turn * stride < trials.length ? trials[(first + turn * stride) % trials.length] : undefined;
      if (trial !== undefined && chosen.length < amount) chosen.push(trial);
    }
    if (chosen.length === before) break;
  }
  return chosen;
}

/** A program that is killed is not killed twice, and whoever is always given half of what he writes goes on for ever. */
const mayLast = (how: Fault['how']): boolean => how === 'EIO' || how === 'ENOSPC';

function flowNamed(name: Flow['name']): Flow {
  const flow = FLOWS.find((candidate) => candidate.name === name);
  if (flow === undefined) throw new Error(`there is no flow ${name}`);
  return flow;
}
