import type { CommittedEvent } from '../world/committed-event.ts';
import type { Presented } from '../world/observation.ts';

/** What a watcher outside knows of the uses of each ticket at each gate, from the events that commits have made durable. */
export interface Uses {
  presented(what: Presented): void;
  committed(event: CommittedEvent): void;
  of(machine: string, ticketId: string): { readonly inside: number; readonly admits: number };
  /** The machine's disk was replaced by an older copy: it may let in again whom it had let in. Who went out stays out, the other gates know it. */
  forget(machine: string): void;
}

interface Use {
  readonly direction: 'entry' | 'exit';
  stands: boolean;
}

export function createUses(): Uses {
  /** By machine and ticket, by scan. */
  const uses = new Map<string, Map<string, Use>>();
  const admits = new Map<string, { readonly count: number; readonly reentry: boolean }>();
  const usesOf = (machine: string, ticketId: string): Map<string, Use> => {
    const key = `${machine}/${ticketId}`;
    const found = uses.get(key) ?? new Map<string, Use>();
    uses.set(key, found);
    return found;
  };
  return {
    presented: ({ ticketId, admits: count, reentry }) => {
      if (ticketId !== undefined) admits.set(ticketId, { count, reentry });
    },
    committed: ({ machine, body }) => {
      if (body.t === 'scan' && body.d.verdict === 'admit' && body.d.ticketId !== undefined) {
        usesOf(machine, body.d.ticketId).set(body.d.scanId, { direction: body.d.direction, stands: true });
      }
      if (body.t === 'passage' && body.d.scanId !== undefined && body.d.ticketId !== undefined) {
        const use = usesOf(machine, body.d.ticketId).get(body.d.scanId);
        if (use !== undefined) use.stands = body.d.outcome !== 'not-passed' && body.d.outcome !== 'release-failed';
      }
    },
    of: (machine, ticketId) => {
      const standing = (of: ReadonlyMap<string, Use>, way: Use['direction']): number =>
        [...of.values()].filter(({ stands, direction }) => stands && direction === way).length;
      const entries = standing(usesOf(machine, ticketId), 'entry');
      // Guests leave by whichever gate is nearer.
      const exits = [...uses].reduce((sum, [key, of]) => (key.endsWith(`/${ticketId}`) ? sum + standing(of, 'exit') : sum), 0);
      const rule = admits.get(ticketId) ?? { count: 1, reentry: false };
      return { inside: rule.reentry ? entries - exits : entries, admits: rule.count };
    },
    forget: (machine) => {
      for (const [key, of] of uses) {
        if (!key.startsWith(`${machine}/`)) continue;
        for (const [scanId, { direction }] of of) if (direction === 'entry') of.delete(scanId);
      }
    },
  };
}
