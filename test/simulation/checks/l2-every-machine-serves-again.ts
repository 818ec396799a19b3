import type { Checker, CheckerContext } from '../world/observation.ts';

const SERVES_WITHIN_MS = 60_000;

/** L2: a minute after a machine has started in a world without faults, all its lanes serve; and a minute after the last fault every machine is up. */
export function everyMachineServesAgain({ world, broken }: CheckerContext): Checker {
  const startedAt = new Map<string, number>();
  return {
    name: 'L2',
    promise: 'A minute after its start, and a minute after the last fault, every machine serves guests.',
    started: (machine) => {
      startedAt.set(machine, world.now());
    },
    minute: (sinceHeal) => {
      if (sinceHeal < 2) return;
      for (const view of world.machines) {
        const isNew = world.now() - (startedAt.get(view.machine) ?? 0) < SERVES_WITHIN_MS;
        if (!isNew && !view.isUp()) broken(`${view.machine} is down ${sinceHeal} minutes after the last fault`);
        else if (!isNew && !view.isServing()) broken(`${view.machine} does not serve ${sinceHeal} minutes after the last fault`);
      }
    },
  };
}
