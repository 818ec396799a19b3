import type { LobbyChecker, LobbyCheckerContext } from '../observation.ts';

/** M3: of one ticket at most one paper comes out by itself, a ruined one included; every other has a person's reason, or a person has said that there was none. */
export function oneAutomaticPrint({ world, broken }: LobbyCheckerContext): LobbyChecker {
  const papers = new Map<string, readonly string[]>();
  const denied = (ticketId: string): number =>
    (world.books.tickets.get(ticketId)?.print.history ?? []).filter(({ kind }) => kind === 'resolved-not-printed').length;
  return {
    name: 'M3',
    promise: 'A ticket comes out of a printer at most once by itself; every further paper has a reason that a person gave.',
    paper: ({ machine, jobId, ticketId, staffReason }) => {
      if (staffReason !== undefined) return;
      const all = [...(papers.get(ticketId) ?? []), `${jobId} at ${machine}`];
      papers.set(ticketId, all);
      if (all.length > 1 + denied(ticketId)) broken(`ticket ${ticketId} came out by ${all.join(' and again by ')}`);
    },
  };
}
