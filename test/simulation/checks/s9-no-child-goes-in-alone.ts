import type { Checker, CheckerContext, StoredAdmission } from '../world/observation.ts';

/** S9: where children do not go alone, a child is let in only while a grown-up of its order is inside, as far as the gate's own disk knows. */
export function noChildGoesInAlone({ world, broken, reached }: CheckerContext): Checker {
  /** Of each child that must not go in alone, its grown-ups. */
  const grownUps = new Map<string, readonly string[]>();

  return {
    name: 'S9',
    promise: 'No child is let in alone where its show forbids it.',
    presented: ({ ticketId, escorts }) => {
      if (ticketId === undefined) return;
      if (escorts === undefined) grownUps.delete(ticketId);
      else grownUps.set(ticketId, escorts);
    },
    committed: ({ machine, body }) => {
      if (body.t !== 'scan' || body.d.verdict !== 'admit' || body.d.direction !== 'entry' || body.d.override !== undefined) return;
      const escorts = grownUps.get(body.d.ticketId ?? '');
      if (escorts === undefined) return;
      const { disk } = world.machine(machine);
      if (escorts.some((escort) => isInside(disk.admissionsOf(escort)))) reached('admission escorted');
      else broken(`${machine} let child ${body.d.ticketId} in, and knew none of ${escorts.join(', ') || 'no grown-ups'} to be inside`);
    },
  };
}

function isInside(admissions: readonly StoredAdmission[]): boolean {
  const live = admissions.filter(({ outcome }) => outcome !== 'not-passed' && outcome !== 'release-failed');
  const entries = live.filter(({ direction }) => direction === 'entry').length;
  return entries > live.length - entries;
}
