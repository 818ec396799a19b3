import type { CommittedEvent } from '../world/committed-event.ts';
import type { Checker, CheckerContext, Presented } from '../world/observation.ts';

/** S3: nobody is let in by a gate that durably knew better: the ticket was used up, or had lost its standing in data that the gate has once held. */
export function noAdmissionAgainstKnowledge({ world, broken }: CheckerContext): Checker {
  const rules = new Map<string, Presented>();
  /** Per ticket the versions in which its standing changed, oldest first. */
  const standings = new Map<string, { readonly version: number; readonly standing: string }[]>();
  /** The newest data that each machine has ever held. It only grows: a machine that goes back to older data is a broken one. */
  const newest = new Map<string, number>();

  const knowsNoStanding = (machine: string, ticketId: string): string | undefined => {
    const held = newest.get(machine) ?? -1;
    const known = (standings.get(ticketId) ?? []).filter(({ version }) => version <= held).at(-1);
    return known === undefined || known.standing === 'valid' ? undefined : known.standing;
  };
  const check = ({ machine, body }: CommittedEvent): void => {
    if (body.t !== 'scan' || body.d.verdict !== 'admit' || body.d.direction !== 'entry' || body.d.override !== undefined) return;
    const { ticketId, scanId } = body.d;
    if (ticketId === undefined) {
      broken(`${machine} let somebody in without a ticket`);
      return;
    }
    const standing = knowsNoStanding(machine, ticketId);
    if (standing !== undefined) broken(`${machine} let ticket ${ticketId} in and has known that it is ${standing}`);
    const rule = rules.get(ticketId);
    if (rule === undefined) return;
    const live = world
      .machine(machine)
      .disk.admissionsOf(ticketId)
      .filter((row) => row.scanId !== scanId && row.outcome !== 'not-passed' && row.outcome !== 'release-failed');
    const entries = live.filter(({ direction }) => direction === 'entry').length;
    const used = rule.reentry ? Math.max(0, entries - (live.length - entries)) : entries;
    if (used >= rule.admits) broken(`${machine} let ticket ${ticketId} in, which admits ${rule.admits} and on its own disk was used ${used} times`);
  };

  return {
    name: 'S3',
    promise: 'Nobody is let in by a gate that durably knew of the use or the end of the ticket.',
    presented: (what) => {
      if (what.ticketId !== undefined) rules.set(what.ticketId, what);
    },
    revised: (ticketId, standing, version) => {
      standings.set(ticketId, [...(standings.get(ticketId) ?? []), { version, standing }]);
    },
    committed: check,
    settled: (machine) => {
      const version = world.machine(machine).dataVersion();
      if (version !== undefined && version > (newest.get(machine) ?? -1)) newest.set(machine, version);
    },
    restored: (machine) => {
      newest.delete(machine);
    },
  };
}
