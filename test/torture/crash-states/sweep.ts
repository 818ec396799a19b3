import { join } from 'node:path';
import type { DatedFact, Fact, StoreName } from '../judge/facts.ts';
import type { Finding } from '../judge/finding.ts';
import type { FilesAsTold } from '../judge/judge-files.ts';
import { judgeStore } from '../judge/judge-store.ts';
import type { Operation } from '../recorder/operations.ts';
import { type Contents, createDisk, type Disk, type Kept } from './disk.ts';
import { createFingerprints } from './fingerprint.ts';
import { PARTS, type StorePart } from './parts.ts';
import { isCovered, recover } from './recovered.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { certainVariants, randomVariant, type Variant } from './variants.ts';

/** What was recorded, and what there was before. */
export interface Recording {
  readonly name: string;
  readonly start: ReadonlyMap<string, Uint8Array>;
  readonly operations: readonly Operation[];
  readonly facts: readonly DatedFact[];
  readonly files: FilesAsTold;
}

/** A disk that a power cut may leave, and what was wrong with it. */
export interface BadState {
  readonly recording: string;
  readonly store: string;
  /** The cut came after so many operations. */
  readonly after: number;
  readonly variant: string;
  readonly findings: readonly Finding[];
}

export interface SweepResult {
  /** Of each different state of a store's disk a mark: what was made, and given to recovery. */
  readonly states: readonly string[];
  readonly torn: number;
  /** After recovery so many were different, or had to hold different facts: these the product has opened, and the judge has looked at each. */
  readonly judged: number;
  readonly bad: readonly BadState[];
}

export interface SweepOptions {
  /** An empty folder in memory, for one state after the other. */
  readonly scratch: string;
  /** Of so many workers this is one: it takes its part of the cuts. */
  readonly worker: { readonly index: number; readonly of: number };
  /** How many different states are wanted of this worker. */
  readonly states: number;
  readonly seed: string;
  /** Ends at the first bad state; for canaries. */
  readonly untilBad: boolean;
  readonly onProgress: (states: number) => void;
}

/** Random variants of each cut in one round, and one round in so many in which the part has its turn: the box office's disk is large, and files are judged slowly. */
const SHARE: Readonly<Record<StoreName, { readonly variants: number; readonly every: number }>> = {
  ledger: { variants: 6, every: 1 },
  payments: { variants: 6, every: 1 },
  'box-office': { variants: 1, every: 2 },
  files: { variants: 1, every: 4 },
};
/** Rounds of random variants, then it is known that there are no more different ones. */
const ROUNDS_MAX = 400;
/** So many rounds without a new state say the same. */
const ROUNDS_IN_VAIN = 5;
/** One in so many of those that the judge looks at is read page by page, which takes ten times as long. */
const WHOLE = 6;

/**
 * Cuts the power after every operation of a recording that changes a store, in every certain variant, and then in random ones until there are as many different
 * states as wanted. Each is recovered by SQLite; what is then not the same as before is opened by the product and judged.
 */
export async function sweep(recording: Recording, options: SweepOptions): Promise<SweepResult> {
  const states = new Set<string>();
  const judge = createJudge(recording, createScratch(options.scratch), states);
  const bad: BadState[] = [];
  const result = (): SweepResult => ({ states: [...states], torn: judge.torn(), judged: judge.judged(), bad });
  let told = 0;
  let inVain = 0;
  for (let round = 0; round <= ROUNDS_MAX && inVain < ROUNDS_IN_VAIN && states.size < options.states; round++) {
    const before = states.size;
    for (const cut of cuts(recording, options.worker)) {
      const { part, disk, after } = cut;
      const share = SHARE[part.name];
      if (round % share.every !== 0) continue;
      const unsynced = disk.unsynced(part);
      const variants =
        round === 0
          ? certainVariants(unsynced)
          : Array.from({ length: share.variants }, (_, index) => randomVariant(unsynced, `${options.seed} ${round} ${index} ${part.name} ${after}`));
      for (const variant of variants) {
        if (round > 0 && states.size >= options.states) return result();
        const findings = await judge.state(cut, variant);
        if (findings.length > 0) bad.push({ recording: recording.name, store: part.name, after, variant: variant.name, findings });
        if (options.untilBad && bad.length > 0) return result();
        if (states.size < told + PROGRESS) continue;
        told = states.size;
        options.onProgress(told);
        // Messages come in between: that there is nobody any more to do it for.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    inVain = states.size === before ? inVain + 1 : 0;
  }
  return result();
}

const PROGRESS = 500;

interface Cut {
  readonly part: StorePart;
  readonly disk: Disk;
  readonly after: number;
  readonly facts: readonly Fact[];
}

/** So many cuts after one another go to the same worker: neighbours share states. */
const NEIGHBOURS = 64;

/** After each operation, for each store for which something is different from the cut before. */
function* cuts({ start, operations, facts }: Recording, { index, of }: SweepOptions['worker']): Generator<Cut> {
  const disk = createDisk(start);
  const known = new Map<string, Fact[]>(PARTS.map(({ name }) => [name, []]));
  const last = new Map<string, string>();
  let nextFact = 0;
  let turn = 0;
  for (const [position, operation] of operations.entries()) {
    disk.apply(operation);
    for (let dated = facts[nextFact]; dated !== undefined && dated.from <= position; dated = facts[++nextFact])
      known.get(dated.fact.store)?.push(dated.fact);
    for (const part of PARTS) {
      const told = known.get(part.name) ?? [];
      const state = disk.stateOf(part);
      const mark = `${state} ${told.length}`;
      if (last.get(part.name) === mark) continue;
      last.set(part.name, mark);
      if (Math.floor(turn++ / NEIGHBOURS) % of === index) yield { part, disk, after: position + 1, facts: told };
    }
  }
}

interface Judge {
  state(cut: Cut, variant: Variant): Promise<readonly Finding[]>;
  torn(): number;
  judged(): number;
}

/** What follows from the same pages and the same facts is the same, so it is looked at once. */
function createJudge(recording: Recording, scratch: Scratch, states: Set<string>): Judge {
  const asked = new Set<string>();
  const known = new Set<string>();
  const mark = createFingerprints();
  let torn = 0;
  const marksOf = (files: ReadonlyMap<string, Contents>) => new Map([...files].map(([path, contents]) => [path, mark(contents)]));
  return {
    torn: () => torn,
    judged: () => known.size,
    state: async ({ part, disk, facts }, variant) => {
      const files = new Map(disk.afterCut(part, variant.kept));
      const marks = marksOf(files);
      const state = markOf(part, marks);
      if (!states.has(state) && variant.isTorn) torn++;
      states.add(state);
      const question = `${facts.length} ${state}`;
      if (asked.has(question)) return [];
      asked.add(question);
      // The validity data are files to which the ledger points: as much of it as was certain.
      if (part.name === 'files') for (const { name, holds } of PARTS) if (name === 'ledger') addAll(files, disk.afterCut({ name, holds }, NOTHING));
      const folder = scratch.lay(part.name, files, marksOf(files));
      const answer = `${facts.length} ${afterRecovery(part, folder, files, marks) ?? state}`;
      if (known.has(answer)) return [];
      known.add(answer);
      scratch.wasOpened(part.name);
      return judgeStore(part.name, folder, facts, recording.files, known.size % WHOLE === 0 ? 'whole' : 'facts');
    },
  };
}

/** What the store's files are once its database is recovered; undefined when that cannot be told. */
function afterRecovery(
  part: StorePart,
  folder: string,
  files: ReadonlyMap<string, Contents>,
  marks: ReadonlyMap<string, string>,
): string | undefined {
  if (part.database === undefined) return undefined;
  const [database, log] = [files.get(part.database), files.get(`${part.database}-wal`)];
  if (database === undefined || log === undefined) return undefined;
  const recovered = recover(join(folder, part.database));
  if (recovered === undefined) return undefined;
  const isIrrelevant = database.touched.length > 0 && isCovered(database.touched, log.bytes, recovered.frames);
  const pages = isIrrelevant ? database.synced.stamp : marks.get(part.database);
  return `${markOf(part, marks, [part.database, `${part.database}-wal`])} ${pages} ${recovered.mark}`;
}

const markOf = ({ name }: StorePart, marks: ReadonlyMap<string, string>, without: readonly string[] = []): string =>
  [name, ...[...marks].filter(([path]) => !without.includes(path)).map(([path, mark]) => `${path}=${mark}`)].join(' ');

const NOTHING: Kept = { names: 0, sector: () => false };

function addAll(files: Map<string, Contents>, more: ReadonlyMap<string, Contents>): void {
  for (const [path, contents] of more) files.set(path, contents);
}
