import type { CommittedEvent } from '../../world/committed-event.ts';
import type { KeptEvent, LobbyChecker, LobbyCheckerContext } from '../observation.ts';

/** X2: every event that a kiosk has committed is at the box office, once and unchanged, and what it says of a ticket has been taken in. */
export function eventsOnceInEffect({ world, broken }: LobbyCheckerContext): LobbyChecker {
  const committed = new Map<string, CommittedEvent>();
  /** Events of disks that are lost; nobody else can tell of them. */
  const lost = new Set<string>();
  return {
    name: 'X2',
    promise: 'Every committed event is at the box office, once and unchanged, and has had its effect.',
    committed: (event) => {
      committed.set(event.id, event);
    },
    restored: (machine) => {
      for (const event of committed.values()) if (event.machine === machine) lost.add(event.id);
    },
    finished: () => {
      const kept = new Map<string, KeptEvent>();
      for (const event of world.kept()) {
        if (event.disposition !== 'kept') continue;
        if (kept.has(event.id)) broken(`event ${event.id} of ${event.machine} was kept twice`);
        kept.set(event.id, event);
        if (!committed.has(event.id)) broken(`the box office has event ${event.id}, which ${event.machine} never committed`);
      }
      for (const event of committed.values()) {
        const there = kept.get(event.id);
        if (there === undefined && !lost.has(event.id))
          broken(`${event.machine} committed ${event.lane}/${event.seq} ${event.body.t}, and it never came`);
        if (there !== undefined && there.text !== event.text) broken(`event ${event.id} came changed: ${there.text} instead of ${event.text}`);
        // Of a disk that is lost what came beyond a gap waits until its machine has sent something under its next epoch.
        if (there !== undefined && (!lost.has(event.id) || hasMovedOn(there))) judgeEffect(event);
      }
    },
  };

  function hasMovedOn({ machine, epoch, id }: KeptEvent): boolean {
    const all = world.kept();
    const place = all.findIndex((event) => event.id === id);
    return all.some((event, index) => index > place && event.disposition === 'kept' && event.machine === machine && event.epoch !== epoch);
  }

  function judgeEffect({ machine, body }: CommittedEvent): void {
    if (body.t !== 'print') return;
    const { ticketId, outcome } = body.d;
    const { state, history = [] } = world.books.tickets.get(ticketId)?.print ?? {};
    // A person's word came after it.
    if (history.some(({ kind }) => kind !== 'reprint')) return;
    const isTaken = outcome === 'printed' ? state === 'printed' : outcome !== 'uncertain' || state === 'printed' || state === 'uncertain';
    if (!isTaken) broken(`${machine} told that ${ticketId} is ${outcome}, and at the box office it is ${state}`);
  }
}
