import { LIMITS } from '#core/base/limits.ts';
import type { Checker, CheckerContext } from '../world/observation.ts';
import { createPresentedCodes } from './presented-codes.ts';

/**
 * S7: no gate lets a ticket in whose window had closed by a time that the gate had learnt from the box office, and by what has certainly passed since. A reboot
 * may take at most what had not been written down yet.
 */
export function noAdmissionAfterTheEnd({ world, broken }: CheckerContext): Checker {
  const codes = createPresentedCodes();
  const learnt = new Map<string, { readonly time: number; readonly at: number }>();
  const slowest = 1 - (2 * LIMITS.clock.driftPartsPerMillion) / 1_000_000;
  const known = (machine: string): number => {
    const bound = learnt.get(machine);
    return bound === undefined ? 0 : bound.time + Math.max(0, world.now() - bound.at) * slowest;
  };
  return {
    name: 'S7',
    promise: 'No gate lets a ticket in after the end of its window, as far as the gate had learnt the time.',
    presented: codes.add,
    settled: (machine) => {
      const confirmed = world.machine(machine).dataConfirmedAt();
      if (confirmed !== undefined && confirmed > known(machine)) learnt.set(machine, { time: confirmed, at: world.now() });
    },
    ended: (machine, isOff) => {
      const bound = learnt.get(machine);
      if (bound === undefined || !isOff) return;
      // Nobody promises that the last minute was written, nor that time passes while the machine is off.
      const written = Math.max(bound.time, known(machine) - 2 * LIMITS.clock.persistEvery);
      learnt.set(machine, { time: written, at: Number.POSITIVE_INFINITY });
    },
    started: (machine) => {
      const bound = learnt.get(machine);
      if (bound !== undefined && bound.at === Number.POSITIVE_INFINITY) learnt.set(machine, { time: bound.time, at: world.now() });
    },
    restored: (machine) => {
      learnt.delete(machine);
    },
    committed: ({ machine, body }) => {
      if (body.t !== 'scan' || body.d.verdict !== 'admit' || body.d.direction !== 'entry' || body.d.override !== undefined) return;
      const until = codes.of(machine, body.d)?.window?.until;
      if (until !== undefined && known(machine) > until + 1_000) {
        broken(`${machine} let ${body.d.scanId} in ${Math.round((known(machine) - until) / 1_000)} s after the end, and knew the time`);
      }
    },
  };
}
