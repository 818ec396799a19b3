import type { Conflict } from '#core/contract/wire/events.ts';
import type { CommittedEvent } from '../world/committed-event.ts';
import type { Checker, CheckerContext } from '../world/observation.ts';

/** S4: two gates let the same place in only while they could not ask each other, and every such double is a conflict at every gate and the box office. */
export function doublesAreFound({ world, broken }: CheckerContext): Checker {
  const rules = new Map<string, { readonly admits: number; readonly reentry: boolean }>();
  const admissions = new Map<string, Map<string, { readonly event: CommittedEvent; stands: boolean; readonly isSure: boolean }>>();
  /** Tickets of which a restored disk has lost something. */
  const blurred = new Set<string>();

  const checkTicket = (ticketId: string, holders: readonly { readonly who: string; readonly conflicts: ReadonlyMap<string, Conflict> }[]): void => {
    const rule = rules.get(ticketId);
    if (rule === undefined || rule.reentry || blurred.has(ticketId)) return;
    const live = [...(admissions.get(ticketId) ?? [])].filter(([, { stands }]) => stands);
    const isDouble = live.length > rule.admits;
    const sure = live.filter(([, { isSure }]) => isSure);
    if (sure.length > rule.admits) {
      broken(
        `ticket ${ticketId} admits ${rule.admits}, and ${sure.length} gates were sure: ${sure.map(([scan, { event }]) => `${event.machine} ${scan}`).join(', ')}`,
      );
    }
    for (const { who, conflicts } of holders) {
      const conflict = conflicts.get(ticketId);
      const isOpen = conflict?.state === 'open';
      if (isDouble && !isOpen) broken(`${who} has no open conflict of ticket ${ticketId}, which ${live.length} bodies have used`);
      if (!isDouble && isOpen) broken(`${who} shows a conflict of ticket ${ticketId}, which was used ${live.length} times and admits ${rule.admits}`);
      const told = new Set(conflict?.entries.map(({ scanId }): string => scanId));
      const missing = isDouble && isOpen ? live.find(([scan]) => !told.has(scan)) : undefined;
      if (missing !== undefined) broken(`${who} leaves admission ${missing[0]} out of the conflict of ticket ${ticketId}`);
    }
  };

  return {
    name: 'S4',
    promise: 'Gates let the same place in twice only while they could not ask each other, and each double is a conflict everywhere afterwards.',
    presented: ({ ticketId, admits, reentry }) => {
      if (ticketId !== undefined) rules.set(ticketId, { admits, reentry });
    },
    committed: (event) => {
      const { body } = event;
      if (
        body.t === 'scan' &&
        body.d.verdict === 'admit' &&
        body.d.direction === 'entry' &&
        body.d.ticketId !== undefined &&
        body.d.override === undefined
      ) {
        const of = admissions.get(body.d.ticketId) ?? new Map();
        of.set(body.d.scanId, { event, stands: true, isSure: body.d.confirmation !== 'unconfirmed' });
        admissions.set(body.d.ticketId, of);
      }
      if (body.t === 'passage' && body.d.scanId !== undefined && body.d.ticketId !== undefined) {
        const admission = admissions.get(body.d.ticketId)?.get(body.d.scanId);
        if (admission !== undefined) admission.stands = body.d.outcome !== 'not-passed' && body.d.outcome !== 'release-failed';
      }
    },
    restored: (machine) => {
      for (const [ticketId, of] of admissions) {
        if ([...of.values()].some(({ event }) => event.machine === machine)) blurred.add(ticketId);
      }
    },
    finished: () => {
      const byTicket = (conflicts: readonly Conflict[]): ReadonlyMap<string, Conflict> => new Map(conflicts.map((each) => [each.ticketId, each]));
      const holders = [
        { who: 'the box office', conflicts: byTicket(world.office.conflicts()) },
        ...world.machines.map(({ machine, disk }) => ({ who: machine, conflicts: byTicket(disk.conflicts()) })),
      ];
      for (const ticketId of admissions.keys()) checkTicket(ticketId, holders);
    },
  };
}
