import type { Checker, CheckerContext } from '../world/observation.ts';

/** L3: no queue ever holds more than its bound. */
export function queuesAreBounded({ world, broken }: CheckerContext): Checker {
  return {
    name: 'L3',
    promise: 'No queue ever holds more than its bound.',
    settled: (machine) => {
      for (const { name, length, bound } of world.machine(machine).queues()) {
        if (length > bound) broken(`${name} of ${machine} holds ${length}, and its bound is ${bound}`);
      }
    },
  };
}
