import { minutes } from '#core/base/time.ts';
import { canaryOf } from '../canaries/canaries.ts';
import { CHECKERS } from '../checks/checkers.ts';
import { isEndOfLife } from '../kernel/life.ts';
import type { Failure, Outcome } from '../outcome.ts';
import { describePlan, drawPlan } from './plan.ts';
import { createWorld } from './world.ts';

/** Runs one world from its first event to its last, and says what was seen. Nothing of it is left afterwards. */
export async function runSeed(seed: string, canary: string | undefined): Promise<Outcome> {
  const plan = drawPlan(seed);
  const failures: Failure[] = [];
  const reached = new Map<string, number>();
  const world = createWorld({
    plan,
    collaborators: canary === undefined ? {} : canaryOf(canary),
    checkers: CHECKERS,
    reached: (mark) => {
      reached.set(mark, (reached.get(mark) ?? 0) + 1);
    },
    failed: (checker, how) => {
      if (failures.length < FAILURES_KEPT) failures.push({ checker, how });
    },
  });
  // What the program of a life that has ended leaves behind are promises and callbacks that nobody waits for any more.
  const onRejection = (cause: unknown): void => {
    if (!isEndOfLife(cause)) failures.push({ checker: 'fault', how: textOf(cause) });
  };
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onRejection);
  try {
    await world.run();
  } catch (cause) {
    failures.push({ checker: 'fault', how: textOf(cause) });
  } finally {
    process.off('unhandledRejection', onRejection);
    process.off('uncaughtException', onRejection);
  }
  const { timeline } = world;
  return {
    seed,
    canary,
    hash: timeline.hash(),
    failures,
    plan: describePlan(plan),
    lastLines: failures.length === 0 ? [] : timeline.lastLines(),
    reached: Object.fromEntries(reached),
    simulatedMs: EVENING_MS,
    events: timeline.events(),
  };
}

const FAILURES_KEPT = 10;
const EVENING_MS = minutes(9);

function textOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.stack ?? cause.message}` : String(cause);
}
