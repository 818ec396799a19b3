import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { tell, understand } from '../command-line.ts';
import { CANARY_NAMES, type Hunt, huntCanaries } from './canary-hunt.ts';
import { missingMarks } from './coverage.ts';
import { missingLobbyMarks } from './lobby/coverage.ts';
import { FULL_LOBBY_SEED, isFullLobbySeed, isLobbySeed, LOBBY_SEED } from './lobby/lobby-seed.ts';
import type { Answer, Outcome, Task } from './outcome.ts';
import regressions from './regression-seeds.json' with { type: 'json' };
import { describeFailure, replayCommand, say } from './report.ts';
import { startWorkers } from './workers.ts';

/** From so many seeds on everything that can happen must have happened; with fewer it may be chance. */
const SEEDS_THAT_SEE_ALL = 500;
const SEEDS_BY_DEFAULT = 5_000;
/** As many as `npm test` runs. */
const SEEDS_IN_HALVES = 1_000;
const WORKERS_BY_DEFAULT = 2;
/** Of so many seeds three that follow each other, most often one of each kind, are run twice and have to do the same both times. */
const TWICE_OF = 120;
const FAILURES_SHOWN = 3;
const TOLD_EVERY_MS = 5_000;

const USAGE = `Plays evenings of a cinema with faults and attackers in virtual time, and plants bugs that must be caught.

  npm run simulate -- [--seeds N] [--seed S] [--fixed] [--canary NAME] [--no-canaries] [--workers N] [--json]

  --seeds N       how many evenings (${SEEDS_BY_DEFAULT})
  --fixed         always the same ones, as npm test does; otherwise half of them are the newest commit's own
  --seed S        this evening alone: a number for gates, ${LOBBY_SEED}N for a lobby, ${FULL_LOBBY_SEED}N for a full house
  --canary NAME   this planted bug alone; a wrong name lists them
  --no-canaries   the evenings alone
  --workers N     how many processes (${WORKERS_BY_DEFAULT})
  --json          the last line is one object {seeds, failed, simulatedHours, canaries: {planted, caught}, reached}

  For example: npm run simulate -- --seeds 200 --fixed
               npm run simulate -- --seed 17 --canary both-win

  0: every promise was held and every canary caught. 1: not so. 2: the command was not understood.`;

interface Wanted {
  readonly seeds: readonly string[];
  readonly canaries: readonly string[];
  readonly workers: number;
  readonly isJson: boolean;
  readonly isOneSeed: boolean;
}

/** The command line of the simulation. 0 when every promise was held, every canary caught and everything reached. */
export async function main(args: readonly string[], script: string): Promise<number> {
  const asked = understand('simulate', USAGE, args, () => readArguments(args));
  if (asked.kind === 'tell') return tell(asked);
  const { wanted } = asked;
  const workers = startWorkers(wanted.workers, script);
  const from = performance.now();
  const seen = new Seen();
  try {
    await workers.run(tasksOf(wanted.seeds), seen.add);
    const hunt = await huntCanaries(wanted.canaries, wanted.isOneSeed ? wanted.seeds[0] : undefined, workers.run);
    const seconds = (performance.now() - from) / 1_000;
    return report(wanted, seen, hunt, seconds);
  } finally {
    workers.stop();
  }
}

function readArguments(args: readonly string[]): Wanted | string {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      fixed: { type: 'boolean', default: false },
      seed: { type: 'string' },
      canary: { type: 'string' },
      'no-canaries': { type: 'boolean', default: false },
      workers: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
    strict: true,
  });
  const count = Number(values.seeds ?? (values.seed === undefined ? SEEDS_BY_DEFAULT : 1));
  if (!Number.isInteger(count) || count < 1) return `--seeds is a number from 1 on, not ${values.seeds}`;
  const workers = Number(values.workers ?? WORKERS_BY_DEFAULT);
  if (!Number.isInteger(workers) || workers < 1) return `--workers is a number from 1 on, not ${values.workers}`;
  if (values.canary !== undefined && !CANARY_NAMES.includes(values.canary))
    return `There is no canary ${values.canary}. They are: ${CANARY_NAMES.join(', ')}.`;
  const isOneSeed = values.seed !== undefined && count === 1;
  return {
    seeds:
      values.seed === undefined
        ? seedsOf(count, values.fixed)
        : Array.from({ length: count }, (_, index) => (index === 0 ? `${values.seed}` : `${values.seed}-${index}`)),
    canaries: values.canary === undefined ? (isOneSeed || values['no-canaries'] ? [] : CANARY_NAMES) : [values.canary],
    workers,
    isJson: values.json,
    isOneSeed,
  };
}

/**
 * Seeds that have found something once, then 1, 2, 3 …, then as many that nobody has run yet, because they come from the newest commit. With `isFixed` none of
 * those: a gate before a landing gives the same answer for the same program. Of the first thousand half are sites, a quarter lobbies and a quarter full ones;
 * beyond them a third each, because an evening of a site takes as long as nearly three of the others.
 */
function seedsOf(count: number, isFixed: boolean): readonly string[] {
  const commit = spawnSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).stdout?.trim() || 'no-commit';
  const known = regressions.map(({ seed }: { seed: string }) => seed);
  const first = Math.min(count, SEEDS_IN_HALVES);
  const sites = Math.ceil(first / 2) + Math.ceil((count - first) / 3);
  const plain = Math.ceil((count - sites) / 2);
  const isPlain = (seed: string): boolean => isLobbySeed(seed) && !isFullLobbySeed(seed);
  const isSite = (seed: string): boolean => !isLobbySeed(seed);
  return inTurns([
    seedsOfKind(sites, isFixed, commit, '', known.filter(isSite)),
    seedsOfKind(plain, isFixed, commit, LOBBY_SEED, known.filter(isPlain)),
    seedsOfKind(count - sites - plain, isFixed, commit, FULL_LOBBY_SEED, known.filter(isFullLobbySeed)),
  ]);
}

/** Each kind from the beginning to the end of the whole, as often as it has to come. */
function inTurns(kinds: readonly (readonly string[])[]): readonly string[] {
  const placed = kinds.flatMap((seeds) => seeds.map((seed, index) => ({ seed, place: (index + 0.5) / seeds.length })));
  return placed.toSorted((a, b) => a.place - b.place).map(({ seed }) => seed);
}

function seedsOfKind(count: number, isFixed: boolean, commit: string, kind: string, known: readonly string[]): readonly string[] {
  const rest = Math.max(0, count - known.length);
  const wanted = isFixed ? rest : Math.ceil(rest / 2);
  const fixed = Array.from({ length: wanted }, (_, index) => `${kind}${index + 1}`);
  const fresh = Array.from({ length: rest - fixed.length }, (_, index) => `${kind}${commit}-${index + 1}`);
  return [...known, ...fixed, ...fresh].slice(0, count);
}

function tasksOf(seeds: readonly string[]): () => Task | undefined {
  const tasks = seeds.flatMap((seed, index) => (index % TWICE_OF < 3 ? [seed, seed] : [seed]));
  let next = 0;
  return () => {
    const seed = tasks[next++];
    return seed === undefined ? undefined : { seed, canary: undefined };
  };
}

class Seen {
  readonly hashes = new Map<string, string>();
  readonly failed: Outcome[] = [];
  readonly reached = new Map<string, number>();
  readonly from = performance.now();
  told = this.from;
  simulatedMs = 0;
  events = 0;
  cpuMs = 0;

  readonly add = (outcome: Answer): void => {
    this.cpuMs += outcome.cpuMs;
    const before = this.hashes.get(outcome.seed);
    if (before !== undefined) {
      if (before !== outcome.hash)
        this.failed.push({ ...outcome, failures: [{ checker: 'D1', how: `the same seed ran as ${before} and as ${outcome.hash}` }] });
      return;
    }
    this.hashes.set(outcome.seed, outcome.hash);
    this.tell();
    this.simulatedMs += outcome.simulatedMs;
    this.events += outcome.events;
    for (const [mark, count] of Object.entries(outcome.reached)) this.reached.set(mark, (this.reached.get(mark) ?? 0) + count);
    if (outcome.failures.length === 0) return;
    this.failed.push(outcome);
    // Told at once: a long run may be ended before its end.
    say(
      this.failed.length <= FAILURES_SHOWN
        ? describeFailure(outcome)
        : `seed ${outcome.seed}: ${outcome.failures[0]?.how}. ${replayCommand(outcome)}`,
    );
  };

  /** A long run shows every few seconds that it goes on. */
  tell(): void {
    const now = performance.now();
    if (now - this.told < TOLD_EVERY_MS) return;
    this.told = now;
    const rate = (1_000 * this.hashes.size) / (now - this.from);
    say(`${this.hashes.size} seeds done, ${this.failed.length} failed, ${rate.toFixed(1)} seeds/s`);
  }
}

/** Each kind of world has to have been run often enough before it may be called blind. */
function blindSpots(seeds: readonly string[], reached: ReadonlyMap<string, number>): readonly string[] {
  const lobbies = seeds.filter(isLobbySeed).length;
  return [
    ...(seeds.length - lobbies >= SEEDS_THAT_SEE_ALL ? missingMarks(reached) : []),
    ...(lobbies >= SEEDS_THAT_SEE_ALL ? missingLobbyMarks(reached) : []),
  ];
}

function report({ seeds, isJson, isOneSeed }: Wanted, seen: Seen, { caught, cpuMs }: Hunt, seconds: number): number {
  const missed = [...caught].filter(([, by]) => by === undefined).map(([name]) => name);
  for (const [canary, by] of caught) say(by === undefined ? `canary ${canary}: NOT CAUGHT` : `canary ${canary}: caught by ${by}`);
  const blind = blindSpots(seeds, seen.reached);
  if (blind.length > 0) say(`blind: never reached ${blind.join(', ')}`);
  const simulatedHours = Math.round(seen.simulatedMs / 3_600_000);
  say(
    `${seeds.length} seeds, ${seen.failed.length} failed, ${simulatedHours} simulated hours, ${seen.events} events, ${seconds.toFixed(1)} s, ${(seen.hashes.size / seconds).toFixed(1)} seeds/s`,
  );
  const ofCanaries = caught.size === 0 ? '' : `, with the canaries ${((seen.cpuMs + cpuMs) / seen.hashes.size).toFixed(1)} ms`;
  say(`${(seen.cpuMs / seen.hashes.size).toFixed(1)} ms of a processor for each seed${ofCanaries}`);
  const summary = {
    seeds: seeds.length,
    failed: seen.failed.length,
    simulatedHours,
    canaries: { planted: caught.size, caught: caught.size - missed.length },
    reached: Object.fromEntries([...seen.reached].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  if (isJson) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else if (isOneSeed)
    say(
      `reached: ${Object.entries(summary.reached)
        .map(([mark, count]) => `${mark} ${count}`)
        .join(', ')}`,
    );
  return seen.failed.length + missed.length + blind.length === 0 ? 0 : 1;
}
