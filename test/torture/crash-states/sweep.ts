import type { DatedFact, Fact, StoreName } from '../judge/facts.ts';
import type { Finding } from '../judge/finding.ts';
import type { FilesAsTold } from '../judge/judge-files.ts';
import { judgeStore } from '../judge/judge-store.ts';
import type { Depth } from '../judge/whole-database.ts';
import type { Operation } from '../recorder/operations.ts';
import { type Contents, createDisk, type Disk, type Kept } from './disk.ts';
import { PARTS, type StorePart } from './parts.ts';
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
  readonly states: number;
  readonly torn: number;
  readonly bad: readonly BadState[];
}

export interface SweepOptions {
  /** An empty folder in memory, for one state after the other. */
  readonly scratch: string;
  /** Of so many workers this is one: it takes every so many-th cut. */
  readonly worker: { readonly index: number; readonly of: number };
  /** How many different states are wanted of this worker. */
  readonly states: number;
  readonly seed: string;
  /** Ends at the first bad state; for canaries. */
  readonly untilBad: boolean;
  readonly onProgress: (states: number) => void;
}

/** The box office's store is large and changes by large pages: one random variant in so many rounds. */
const ROUNDS_APART: Readonly<Record<StoreName, number>> = { ledger: 1, payments: 1, files: 1, 'box-office': 6 };
/** Rounds of random variants, then it is known that there are no more different ones. */
const ROUNDS_MAX = 400;

/**
 * Cuts the power after every operation of a recording that changes a store, in every certain variant, and then in random ones until there are as many different
 * states as wanted. Each state is opened and judged.
 */
export async function sweep(recording: Recording, options: SweepOptions): Promise<SweepResult> {
  const seen = new Set<string>();
  const scratch = createScratch(options.scratch);
  const bad: BadState[] = [];
  let torn = 0;
  for (let round = 0; round <= ROUNDS_MAX && seen.size < options.states; round++) {
    const before = seen.size;
    for (const { part, disk, after, facts, version } of cuts(recording, options.worker)) {
      if (round % ROUNDS_APART[part.name] !== 0) continue;
      const unsynced = disk.unsynced(part);
      const variants = round === 0 ? certainVariants(unsynced) : [randomVariant(unsynced, `${options.seed} ${round} ${part.name} ${after}`)];
      for (const variant of variants) {
        const mark = `${part.name} ${version} ${facts.length} ${marksOf(variant, unsynced.changes)}`;
        if (seen.has(mark) || (round > 0 && seen.size >= options.states)) continue;
        seen.add(mark);
        if (variant.isTorn) torn++;
        const depth = seen.size % (unsynced.changes.some(({ isDatabase }) => isDatabase) ? 8 : 32) === 0 ? 'whole' : 'facts';
        const findings = await judgeState(recording, disk, part, variant, facts, depth, scratch);
        if (findings.length > 0) bad.push({ recording: recording.name, store: part.name, after, variant: variant.mark, findings });
        if (options.untilBad && bad.length > 0) return { states: seen.size, torn, bad };
        if (seen.size % 500 === 0) options.onProgress(seen.size);
      }
    }
    if (round > ROUNDS_APART['box-office'] && seen.size === before) break;
  }
  return { states: seen.size, torn, bad };
}

interface Cut {
  readonly part: StorePart;
  readonly disk: Disk;
  readonly after: number;
  readonly facts: readonly Fact[];
  readonly version: number;
}

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
      const version = disk.durableVersion(part);
      const state = disk.stateOf(part);
      const mark = `${state} ${told.length}`;
      if (last.get(part.name) === mark) continue;
      last.set(part.name, mark);
      if (turn++ % of === index) yield { part, disk, after: position + 1, facts: told, version };
    }
  }
}

/** "all" of one moment and "none" of a later one may be the same disk; what is different is told by what was kept. */
function marksOf({ mark }: Variant, changes: readonly { readonly order: number }[]): string {
  if (mark === 'none') return mark;
  const [first, last] = [changes[0]?.order ?? 0, changes.at(-1)?.order ?? 0];
  return `${mark} ${first}-${last}/${changes.length}`;
}

async function judgeState(
  recording: Recording,
  disk: Disk,
  part: StorePart,
  variant: Variant,
  facts: readonly Fact[],
  depth: Depth,
  scratch: Scratch,
): Promise<readonly Finding[]> {
  const files = new Map(disk.afterCut(part, variant.kept));
  // The validity data are files to which the ledger points: as much of it as was certain.
  if (part.name === 'files') for (const { name, holds } of PARTS) if (name === 'ledger') addAll(files, disk.afterCut({ name, holds }, NOTHING));
  return judgeStore(part.name, scratch.lay(part.name, files), facts, recording.files, depth);
}

const NOTHING: Kept = { names: 0, sector: () => false };

function addAll(files: Map<string, Contents>, more: ReadonlyMap<string, Contents>): void {
  for (const [path, contents] of more) files.set(path, contents);
}
