import { CANARIES } from './canaries/canaries.ts';
import caughtBefore from './canary-seeds.json' with { type: 'json' };
import { LOBBY_CANARIES } from './lobby/canaries.ts';
import { FULL_LOBBY_SEED, LOBBY_SEED } from './lobby/lobby-seed.ts';
import type { Answer, Task } from './outcome.ts';

/** Looks for a seed that catches each canary. */
export interface Hunt {
  /** By canary: which seed, and how; undefined when none of them has. */
  readonly caught: ReadonlyMap<string, string | undefined>;
  readonly cpuMs: number;
}

export type Run = (next: () => Task | undefined, done: (answer: Answer) => void) => Promise<void>;

interface Hunted {
  readonly canary: string;
  readonly seeds: readonly string[];
  tried: number;
  by: string | undefined;
}

const SEEDS_MAX = 500;
const CAUGHT_BEFORE: Readonly<Record<string, number>> = caughtBefore;

export const CANARY_NAMES: readonly string[] = [...CANARIES, ...LOBBY_CANARIES].map(({ name }) => name);

/**
 * All at once and in turns, each until the first seed that catches it. The seed that did it the last time comes first; when the program has changed and it does
 * not any more, the others of the 500 follow.
 */
export async function huntCanaries(canaries: readonly string[], only: string | undefined, run: Run): Promise<Hunt> {
  const hunted: readonly Hunted[] = canaries.map((canary) => ({
    canary,
    seeds: only === undefined ? seedsFor(canary) : [only],
    tried: 0,
    by: undefined,
  }));
  const waiting = [...hunted];
  let cpuMs = 0;
  await run(
    () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        const seed = one.by === undefined ? one.seeds[one.tried++] : undefined;
        if (seed === undefined) continue;
        waiting.push(one);
        return { seed, canary: one.canary };
      }
      return undefined;
    },
    ({ seed, canary, failures: [first], cpuMs: took }) => {
      cpuMs += took;
      const one = hunted.find((each) => each.canary === canary);
      if (one !== undefined && first !== undefined) one.by ??= `seed ${seed}: ${first.checker}, ${first.how}`;
    },
  );
  return { caught: new Map(hunted.map(({ canary, by }) => [canary, by])), cpuMs };
}

/** Where a canary is planted: each bug where it can be seen. */
function seedsFor(canary: string): readonly string[] {
  const kind = kindOf(canary);
  const first = CAUGHT_BEFORE[canary] ?? 1;
  const others = Array.from({ length: SEEDS_MAX }, (_, index) => index + 1).filter((number) => number !== first);
  return [first, ...others].map((number) => `${kind}${number}`);
}

function kindOf(canary: string): string {
  const ofLobby = LOBBY_CANARIES.find(({ name }) => name === canary);
  if (ofLobby === undefined) return '';
  return ofLobby.isFull === true ? FULL_LOBBY_SEED : LOBBY_SEED;
}
