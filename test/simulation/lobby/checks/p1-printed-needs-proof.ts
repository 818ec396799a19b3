import type { LobbyChecker, LobbyCheckerContext } from '../observation.ts';

/** P1: a kiosk calls a ticket printed only when this very job has brought out a whole paper. */
export function printedNeedsProof({ world, broken }: LobbyCheckerContext): LobbyChecker {
  /** Until when a kiosk's disk was of another time: an older copy does not know what came out since. */
  const restoredAt = new Map<string, number>();
  return {
    name: 'P1',
    promise: 'A ticket is called printed only after the printer has brought out the whole paper of that job, and unprinted only when there is none.',
    restored: (machine) => {
      restoredAt.set(machine, world.now());
    },
    committed: ({ machine, body }) => {
      if (body.t !== 'print') return;
      const { jobId, ticketId, outcome } = body.d;
      const mine = world.papers().filter((paper) => paper.jobId === jobId && paper.at >= (restoredAt.get(machine) ?? 0));
      if (outcome === 'printed' && !mine.some(({ kind }) => kind === 'whole'))
        broken(`${machine} calls ${ticketId} printed, and no whole paper came out`);
      if (outcome === 'not-printed' && mine.length > 0) broken(`${machine} calls ${ticketId} not printed, and a ${mine[0]?.kind} paper came out`);
    },
  };
}
