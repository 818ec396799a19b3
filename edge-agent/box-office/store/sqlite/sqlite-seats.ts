import { InvariantError } from '#core/base/fault.ts';
import type { PlannedShow } from '#core/box-office/programme-source.ts';
import type { HoldRecord, ShowRecord, TakenSeat, TakenState } from '#core/box-office/records.ts';
import type { SeatId, ShowId } from '#core/contract/identifiers.ts';
import type { Database } from '../../../store/database.ts';
import type { Counters, Holds, Seats, Shows } from '../box-office-store.ts';

/** Shows, seats and holds in SQLite. What is read back was written by this program, so it is taken as it is. */

export function sqliteCounters(database: Database): Counters {
  const next = database
    .prepare<[string], number>('INSERT INTO counter (name, value) VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value')
    .pluck();
  return {
    next: async (name) => {
      const value = next.get(name);
      if (value === undefined) throw new InvariantError('an upsert returns its row');
      return value;
    },
  };
}

interface ShowRow {
  readonly record: string;
  readonly picture_version: number;
}

export function sqliteShows(database: Database): Shows {
  const find = database.prepare<[string], ShowRow>('SELECT record, picture_version FROM show WHERE id = ?');
  const add = database.prepare<[string, string, string, number, string]>(
    'INSERT INTO show (id, day, starts_at, picture_version, record) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const onDays = database.prepare<[string], ShowRow>(
    'SELECT record, picture_version FROM show WHERE day IN (SELECT value FROM json_each(?)) ORDER BY starts_at, id',
  );
  const touch = database
    .prepare<[string], number>('UPDATE show SET picture_version = picture_version + 1 WHERE id = ? RETURNING picture_version')
    .pluck();
  const recordOf = (row: ShowRow): ShowRecord => ({ show: JSON.parse(row.record) as PlannedShow, pictureVersion: row.picture_version });
  return {
    find: async (id) => {
      const row = find.get(id);
      return row === undefined ? undefined : recordOf(row);
    },
    add: async ({ show, pictureVersion }) => add.run(show.id, show.businessDay, show.startsAt, pictureVersion, JSON.stringify(show)).changes === 1,
    onDays: async (days) => onDays.all(JSON.stringify(days)).map(recordOf),
    touch: async (id) => {
      const version = touch.get(id);
      if (version === undefined) throw new InvariantError(`there is no show ${id} to touch`);
      return version;
    },
  };
}

interface SeatRow {
  readonly show_id: string;
  readonly seat_id: string;
  readonly state: TakenState;
  readonly hold_id: string | null;
}

export function sqliteSeats(database: Database): Seats {
  const ofShow = database.prepare<[string], SeatRow>('SELECT show_id, seat_id, state, hold_id FROM taken_seat WHERE show_id = ?');
  const take = database.prepare<[string, string, string, string | null]>(
    'INSERT INTO taken_seat (show_id, seat_id, state, hold_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const giveBack = database.prepare<[string, string]>('DELETE FROM taken_seat WHERE show_id = ? AND seat_id = ?');
  const free = database.prepare<[string]>('DELETE FROM taken_seat WHERE hold_id = ?');
  const sell = database.prepare<[string]>("UPDATE taken_seat SET state = 'S' WHERE hold_id = ? AND state = 'H'");
  const counts = database.prepare<[string], { show_id: string; taken: number }>(
    'SELECT show_id, count(*) AS taken FROM taken_seat WHERE show_id IN (SELECT value FROM json_each(?)) GROUP BY show_id',
  );
  return {
    ofShow: async (showId) =>
      ofShow.all(showId).map(
        (row): TakenSeat => ({
          showId: row.show_id as ShowId,
          seatId: row.seat_id as SeatId,
          state: row.state,
          ...(row.hold_id === null ? {} : { holdId: row.hold_id }),
        }),
      ),
    take: async (seats) => {
      const taken: TakenSeat[] = [];
      const lost: SeatId[] = [];
      for (const seat of seats) {
        const isMine = take.run(seat.showId, seat.seatId, seat.state, seat.holdId ?? null).changes === 1;
        if (isMine) taken.push(seat);
        else lost.push(seat.seatId);
      }
      if (lost.length > 0) for (const seat of taken) giveBack.run(seat.showId, seat.seatId);
      return lost;
    },
    free: async (holdId) => free.run(holdId).changes,
    sell: async (holdId) => sell.run(holdId).changes,
    takenCounts: async (showIds) => new Map(counts.all(JSON.stringify(showIds)).map((row) => [row.show_id as ShowId, row.taken])),
  };
}

export function sqliteHolds(database: Database): Holds {
  const find = database.prepare<[string], string>('SELECT record FROM hold WHERE id = ?').pluck();
  const findByKey = database.prepare<[string], string>('SELECT record FROM hold WHERE key = ?').pluck();
  const put = database.prepare<[string, string, string, number, string]>(
    `INSERT INTO hold (id, key, status, until, record) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, until = excluded.until, record = excluded.record`,
  );
  const lapsed = database.prepare<[number], string>("SELECT record FROM hold WHERE status = 'held' AND until <= ? ORDER BY until").pluck();
  const recordOf = (text: string | undefined) => (text === undefined ? undefined : (JSON.parse(text) as HoldRecord));
  return {
    find: async (id) => recordOf(find.get(id)),
    findByKey: async (key) => recordOf(findByKey.get(key)),
    put: async (hold) => {
      put.run(hold.id, hold.key, hold.status, hold.until, JSON.stringify(hold));
    },
    lapsedBy: async (at) => lapsed.all(at).map((text) => JSON.parse(text) as HoldRecord),
  };
}
