import { assert } from '#core/base/fault.ts';
import type { AdmissionRecord, Admissions, ConflictRecord, Conflicts, Events, LaneOfMachine, ReceivedEvent } from '../box-office-store.ts';
import { createJournaledMap, type UndoJournal } from './journaled-map.ts';

type Positioned = ReceivedEvent & { readonly position: number };

export function memoryEvents(journal: UndoJournal): Events {
  const events = createJournaledMap<string, Positioned>(journal);
  const marks = createJournaledMap<string, number>(journal);
  const last = createJournaledMap<'position', number>(journal);
  const laneKey = ({ dev, epoch, lane }: LaneOfMachine): string => `${dev}/${epoch}/${lane}`;
  const place = (lane: LaneOfMachine, seq: number): string => `${laneKey(lane)}/${seq}`;
  const kept = createJournaledMap<string, Positioned>(journal);
  return {
    at: async (lane, seq) => events.get(place(lane, seq)),
    findKept: async (id) => kept.get(id),
    add: async (event) => {
      assert(events.get(place(event, event.seq)) === undefined, 'a number in a lane is given once');
      assert(event.disposition !== 'kept' || kept.get(event.id) === undefined, 'an event is kept once');
      const position = (last.get('position') ?? 0) + 1;
      last.set('position', position);
      const positioned: Positioned = { ...event, position };
      events.set(place(event, event.seq), positioned);
      if (event.disposition === 'kept') kept.set(event.id, positioned);
    },
    run: async (lane, seq, limit) => {
      const found: ReceivedEvent[] = [];
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
        .filter((event) => event.receivedAt < before && event.seq < (marks.get(laneKey(event)) ?? 0))
        .slice(0, limit);
      for (const event of old) {
        events.delete(place(event, event.seq));
        if (event.disposition === 'kept') kept.delete(event.id);
      }
      return old.length;
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
    find: async (scanId) => admissions.get(scanId),
    put: async (admission) => {
      const { scanId, ticketId } = admission;
      const before = admissions.get(scanId);
      assert(before === undefined || before.ticketId === ticketId, 'an admission is of one ticket');
      if (before === undefined) byTicket.set(ticketId, [...(byTicket.get(ticketId) ?? []), scanId].sort());
      admissions.set(scanId, admission);
    },
    ofTicket: async (ticketId) => ofTicket(ticketId),
    standing: async (ticketId) => ofTicket(ticketId).filter(({ stands }) => stands).length,
  };
}

export function memoryConflicts(journal: UndoJournal): Conflicts {
  const conflicts = createJournaledMap<string, ConflictRecord>(journal);
  return {
    find: async (ticketId) => conflicts.get(ticketId),
    put: async (record) => {
      // Values come in the order in which their keys were first set.
      conflicts.delete(record.conflict.ticketId);
      conflicts.set(record.conflict.ticketId, record);
    },
    newest: async (limit) => conflicts.values().reverse().slice(0, limit),
  };
}
