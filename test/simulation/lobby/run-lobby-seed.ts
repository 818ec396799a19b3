import { minutes } from '#core/base/time.ts';
import { isEndOfLife } from '../kernel/life.ts';
import type { Failure, Outcome } from '../outcome.ts';
import { lobbyCanaryOf } from './canaries.ts';
import { LOBBY_CHECKERS } from './checks/checkers.ts';
import { describeLobbyPlan, drawLobbyPlan } from './plan.ts';
import { CALM_MINUTES, createLobbyWorld, EVENING_MINUTES } from './world.ts';

const FAILURES_KEPT = 10;

/** Runs one lobby from its first event to its last, and says what was seen. Nothing of it is left afterwards. */
export async function runLobbySeed(seed: string, canary: string | undefined): Promise<Outcome> {
  const plan = drawLobbyPlan(seed);
  const failures: Failure[] = [];
  const reached = new Map<string, number>();
  const world = createLobbyWorld({
    plan,
    collaborators: canary === undefined ? {} : lobbyCanaryOf(canary),
    checkers: LOBBY_CHECKERS,
    reached: (mark) => {
      const name = `lobby ${mark}`;
      reached.set(name, (reached.get(name) ?? 0) + 1);
    },
    failed: (checker, how) => {
      if (failures.length < FAILURES_KEPT) failures.push({ checker, how });
    },
  });
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
    plan: describeLobbyPlan(plan),
    lastLines: failures.length === 0 ? [] : timeline.lastLines(),
    reached: Object.fromEntries(reached),
    simulatedMs: minutes(EVENING_MINUTES + CALM_MINUTES),
    events: timeline.events(),
  };
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.stack ?? cause.message}` : String(cause);
}
