import type { LobbyChecker, LobbyCheckerContext } from '../observation.ts';

/** M3: of one ticket at most one paper comes out by itself, a ruined one included; every other has a person's reason. */
export function oneAutomaticPrint({ broken }: LobbyCheckerContext): LobbyChecker {
  const first = new Map<string, string>();
  return {
    name: 'M3',
    promise: 'A ticket comes out of a printer at most once by itself; every further paper has a reason that a person gave.',
    paper: ({ machine, jobId, ticketId, staffReason }) => {
      if (staffReason !== undefined) return;
      const before = first.get(ticketId);
      if (before !== undefined) broken(`ticket ${ticketId} came out by ${before} and again by ${jobId} at ${machine}`);
      first.set(ticketId, `${jobId} at ${machine}`);
    },
  };
}
