import type { Checker, CheckerContext } from '../world/observation.ts';
import { createUses } from './uses.ts';

/** S2: one gate never lets more bodies in on a ticket than it admits. What its own disk has lost with an old copy cannot be held against it. */
export function noSecondUseAtOneGate({ broken }: CheckerContext): Checker {
  const uses = createUses();
  return {
    name: 'S2',
    promise: 'One gate never lets more bodies in on one ticket than it admits.',
    presented: (what) => uses.presented(what),
    committed: (event) => {
      uses.committed(event);
      const { body, machine } = event;
      if (body.t !== 'scan' || body.d.verdict !== 'admit' || body.d.direction !== 'entry' || body.d.ticketId === undefined) return;
      if (body.d.override !== undefined) return;
      const { inside, admits } = uses.of(machine, body.d.ticketId);
      if (inside > admits) broken(`${machine} has let ${inside} bodies in on ticket ${body.d.ticketId}, which admits ${admits}`);
    },
    restored: (machine) => uses.forget(machine),
  };
}
