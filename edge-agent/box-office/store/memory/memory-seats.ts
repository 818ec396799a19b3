import { assert, InvariantError } from '#core/base/fault.ts';
import type { HoldRecord, ShowRecord, TakenSeat } from '#core/box-office/records.ts';
import type { SeatId, ShowId } from '#core/contract/identifiers.ts';
import type { Counters, Holds, Seats, Shows } from '../box-office-store.ts';
import { createJournaledMap, type UndoJournal } from './journaled-map.ts';

export function memoryCounters(journal: UndoJournal): Counters {
  const values = createJournaledMap<string, number>(journal);
  return {
    next: async (name) => {
      const value = (values.get(name) ?? 0) + 1;
      values.set(name, value);
      return value;
    },
  };
}

export function memoryShows(journal: UndoJournal): Shows {
  const shows = createJournaledMap<ShowId, ShowRecord>(journal);
  const order = (record: ShowRecord): string => `${record.show.startsAt} ${record.show.id}`;
  return {
    find: async (id) => shows.get(id),
    add: async (record) => {
      if (shows.get(record.show.id) !== undefined) return false;
      shows.set(record.show.id, record);
      return true;
    },
    onDays: async (days) =>
      shows
        .values()
        .filter((record) => days.some((day) => day === record.show.businessDay))
        .sort((a, b) => (order(a) < order(b) ? -1 : 1)),
    touch: async (id) => {
      const record = shows.get(id);
      if (record === undefined) throw new InvariantError(`there is no show ${id} to touch`);
      const pictureVersion = record.pictureVersion + 1;
      shows.set(id, { ...record, pictureVersion });
      return pictureVersion;
    },
  };
}

export function memorySeats(journal: UndoJournal): Seats {
  const taken = createJournaledMap<string, TakenSeat>(journal);
  const place = (showId: ShowId, seatId: SeatId): string => `${showId}/${seatId}`;
  const ofHold = (holdId: string): TakenSeat[] => taken.values().filter((seat) => seat.holdId === holdId);
  return {
    ofShow: async (showId) => taken.values().filter((seat) => seat.showId === showId),
    take: async (seats) => {
      const lost = seats.filter((seat) => taken.get(place(seat.showId, seat.seatId)) !== undefined);
      if (lost.length > 0) return lost.map((seat) => seat.seatId);
      for (const seat of seats) taken.set(place(seat.showId, seat.seatId), seat);
      return [];
    },
    free: async (holdId) => {
      const seats = ofHold(holdId);
      for (const seat of seats) taken.delete(place(seat.showId, seat.seatId));
      return seats.length;
    },
    sell: async (holdId) => {
      const seats = ofHold(holdId).filter((seat) => seat.state === 'H');
      for (const seat of seats) taken.set(place(seat.showId, seat.seatId), { ...seat, state: 'S' });
      return seats.length;
    },
    takenCounts: async (showIds) => {
      const counts = new Map<ShowId, number>();
      for (const { showId } of taken.values()) if (showIds.includes(showId)) counts.set(showId, (counts.get(showId) ?? 0) + 1);
      return counts;
    },
  };
}

export function memoryHolds(journal: UndoJournal): Holds {
  const holds = createJournaledMap<string, HoldRecord>(journal);
  const idOfKey = createJournaledMap<string, string>(journal);
  return {
    find: async (id) => holds.get(id),
    findByKey: async (key) => {
      const id = idOfKey.get(key);
      return id === undefined ? undefined : holds.get(id);
    },
    put: async (hold) => {
      const owner = idOfKey.get(hold.key);
      assert(owner === undefined || owner === hold.id, 'two holds have two keys');
      idOfKey.set(hold.key, hold.id);
      holds.set(hold.id, hold);
    },
    lapsedBy: async (at) =>
      holds
        .values()
        .filter((hold) => hold.status === 'held' && hold.until <= at)
        .sort((a, b) => a.until - b.until),
  };
}
