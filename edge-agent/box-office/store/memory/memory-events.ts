import { assert } from '#core/base/fault.ts';
import type { AdmissionRecord, Admissions, ConflictRecord, Conflicts, Events, KeptEvent, LaneOfMachine, ReceivedEvent } from '../box-office-store.ts';
import { createJournaledMap, type UndoJournal } from './journaled-map.ts';

type Positioned = KeptEvent & { readonly position: number };

export function memoryEvents(journal: UndoJournal): Events {
  const events = createJournaledMap<string, Positioned>(journal);
  const marks = createJournaledMap<string, number>(journal);
  const last = createJournaledMap<'position', number>(journal);
  const laneKey = ({ dev, epoch, lane }: LaneOfMachine): string => `${dev}/${epoch}/${lane}`;
  const place = (lane: LaneOfMachine, seq: number): string => `${laneKey(lane)}/${seq}`;
  const kept = createJournaledMap<string, Positioned>(journal);
  const isWithoutEffect = (event: KeptEvent): boolean =>
    event.disposition === 'kept' && !event.hadEffect && event.seq > (marks.get(laneKey(event)) ?? 0);
  const hasMovedOn = (event: Positioned): boolean =>
    kept.values().some((later) => later.dev === event.dev && later.position > event.position && later.epoch !== event.epoch);
  const inLanes = (a: ReceivedEvent, b: ReceivedEvent): number => (laneKey(a) === laneKey(b) ? a.seq - b.seq : laneKey(a) < laneKey(b) ? -1 : 1);
  return {
    withoutEffect: async (dev, ids) =>
      new Set(
        ids.filter((id) => {
          const event = kept.get(id);
          return event !== undefined && event.dev === dev && isWithoutEffect(event);
        }),
      ),
    hadEffect: async (ids) => {
      for (const id of ids) {
        const event = kept.get(id);
        assert(event !== undefined, 'what had its effect is kept');
        const changed: Positioned = { ...event, hadEffect: true };
        kept.set(id, changed);
        events.set(place(event, event.seq), changed);
      }
    },
    stranded: async (before, limit) =>
      kept
        .values()
        .filter((event) => isWithoutEffect(event) && event.receivedAt < before && hasMovedOn(event))
        .sort(inLanes)
        .slice(0, limit),
    heads: async (lane, from, to) =>
      Array.from({ length: to - from + 1 }, (_, index) => events.get(place(lane, from + index)))
        .filter((event) => event !== undefined)
        .map(({ seq, id, disposition, code }) => ({ seq, id, disposition, code })),
    keptUnder: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const event = kept.get(id);
          return event === undefined ? [] : [[id, event.body]];
        }),
      ),
    add: async (event) => {
      assert(events.get(place(event, event.seq)) === undefined, 'a number in a lane is given once');
      assert(event.disposition !== 'kept' || kept.get(event.id) === undefined, 'an event is kept once');
      const position = (last.get('position') ?? 0) + 1;
      last.set('position', position);
      const { dev, epoch, lane, seq, id, type, body, receivedAt, disposition, code } = event;
      const positioned: Positioned = { dev, epoch, lane, seq, id, type, body, receivedAt, disposition, code, position, hadEffect: false };
      events.set(place(event, event.seq), positioned);
      if (event.disposition === 'kept') kept.set(event.id, positioned);
    },
    run: async (lane, seq, limit) => {
      const found: KeptEvent[] = [];
      for (let next = events.get(place(lane, seq)); next !== undefined && found.length < limit; next = events.get(place(lane, seq + found.length))) {
        found.push(next);
      }
      return found;
    },
    through: async (lane) => marks.get(laneKey(lane)) ?? 0,
    setThrough: async (lane, through) => marks.set(laneKey(lane), through),
    prune: async (before, limit) => {
      const old = events
        .values()
        .filter((event) => event.receivedAt < before && (event.hadEffect || event.seq < (marks.get(laneKey(event)) ?? 0)))
        .slice(0, limit);
      for (const event of old) {
        events.delete(place(event, event.seq));
        if (event.disposition === 'kept') kept.delete(event.id);
      }
      return old.length;
    },
    unknownOrders: async (from, limit) => {
      const audits = (action: 'order-unknown' | 'order-settled') =>
        kept
          .values()
          .filter(({ type, receivedAt, body }) => type === 'audit' && receivedAt >= from && JSON.parse(body).d.action === action)
          .map(({ dev, receivedAt, body }) => ({ detail: String(JSON.parse(body).d.detail), dev, receivedAt }));
      const orderIn = ({ detail }: { readonly detail: string }) => detail.split(' ', 1)[0];
      const settled = new Set(audits('order-settled').map(orderIn));
      return audits('order-unknown')
        .filter((told) => !settled.has(orderIn(told)))
        .slice(0, limit);
    },
    ofMachine: async (dev, after, limit) =>
      events
        .values()
        .filter((event) => event.dev === dev && event.position > after && event.disposition === 'kept')
        .slice(0, limit),
  };
}

export function memoryAdmissions(journal: UndoJournal): Admissions {
  const admissions = createJournaledMap<string, AdmissionRecord>(journal);
  /** In the order of their scans; an admission never changes its ticket. */
  const byTicket = createJournaledMap<string, readonly string[]>(journal);
  const ofTicket = (ticketId: string): AdmissionRecord[] =>
    (byTicket.get(ticketId) ?? []).map((scanId) => admissions.get(scanId)).filter((admission) => admission !== undefined);
  return {
    of: async (scanIds) => scanIds.map((scanId) => admissions.get(scanId)).filter((admission) => admission !== undefined),
    add: async (admission) => {
      const { scanId, ticketId } = admission;
      if (admissions.get(scanId) !== undefined) return false;
      byTicket.set(ticketId, [...(byTicket.get(ticketId) ?? []), scanId].sort());
      admissions.set(scanId, admission);
      return true;
    },
    change: async ({ scanId, stands, facts }) => {
      const before = admissions.get(scanId);
      assert(before !== undefined, 'an admission that changes is known');
      admissions.set(scanId, { ...before, stands, ...(facts === undefined ? {} : { facts }) });
    },
    counts: async (ticketIds) =>
      new Map(
        ticketIds.flatMap((ticketId) => {
          const scans = byTicket.get(ticketId);
          return scans === undefined ? [] : [[ticketId, scans.length]];
        }),
      ),
    ofTicket: async (ticketId) => ofTicket(ticketId),
    standing: async (ticketId) => ofTicket(ticketId).filter(({ stands }) => stands).length,
  };
}

export function memoryConflicts(journal: UndoJournal): Conflicts {
  const conflicts = createJournaledMap<string, ConflictRecord>(journal);
  return {
    find: async (ticketId) => conflicts.get(ticketId),
    among: async (ticketIds) => ticketIds.filter((ticketId) => conflicts.get(ticketId) !== undefined),
    put: async (record) => {
      // Values come in the order in which their keys were first set.
      conflicts.delete(record.conflict.ticketId);
      conflicts.set(record.conflict.ticketId, record);
    },
    newest: async (limit) => conflicts.values().reverse().slice(0, limit),
  };
}
