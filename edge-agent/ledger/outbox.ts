import { InvariantError } from '#core/base/fault.ts';
import { type Instant, instant, toIso } from '#core/base/time.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';
import type { LanePositions, Rejection } from '#core/outbox/delivery.ts';
import type { Ledger } from './ledger.ts';

/** Reading the outbox for delivery, and writing down what the box office said. The only place beside `append` that knows the outbox's tables. */
export interface Outbox {
  positions(): LanePositions;
  /** Events of `lane` from `from` on without a gap: as many as may travel together, at least one. */
  read(lane: OutboxLane, from: number, limits: BatchLimits): StoredBatch;
  /** One transaction: everything up to `through` is delivered, and what was rejected is a dead letter. Returns how many became one. Idempotent. */
  record(lane: OutboxLane, through: number, rejected: readonly Rejection[], at: Instant): number;
  lanes(): LaneSummary[];
  /** Newest first, dead letters among them. */
  recent(limit: number): RecentEvent[];
  /** Takes away acknowledged events older than `before`, at most `limit` of them; returns how many. */
  prune(before: Instant, limit: number): number;
}

export interface BatchLimits {
  readonly events: number;
  /** Of the events' JSON together. One event is always taken, whatever its size. */
  readonly bytes: number;
}

/** All of one boot, so that their `mono` can be compared. */
export interface StoredBatch {
  readonly lane: OutboxLane;
  readonly from: number;
  readonly to: number;
  readonly boot: string;
  /** Monotonic time of the newest event, meaningful within its boot. */
  readonly newestMono: number;
  /** Each the JSON text of a WireEvent. */
  readonly events: readonly string[];
}

export interface LaneSummary {
  readonly lane: OutboxLane;
  readonly waiting: number;
  readonly oldest: Instant | undefined;
  readonly through: number;
  readonly dead: number;
}

export interface RecentEvent {
  readonly id: string;
  readonly at: Instant;
  readonly type: string;
  readonly acknowledged: boolean;
}

interface OutboxRow {
  readonly seq: number;
  readonly event_id: string;
  readonly type: string;
  readonly at: number;
  readonly mono: number;
  readonly boot: string;
  readonly body: string;
}

export function createOutbox(ledger: Ledger): Outbox {
  const statements = prepare(ledger);

  const buryOne = (lane: OutboxLane, { seq, code }: Rejection, at: Instant): boolean => {
    const type = statements.typeOf.get(lane, seq);
    if (type === undefined) return false;
    statements.bury.run({ lane, seq, code, epoch: ledger.epoch, at });
    statements.remove.run(lane, seq);
    // A dead letter about a dead letter would go round for ever when the box office refuses these as well.
    if (type !== 'audit') {
      ledger.append({ t: 'audit', d: { action: 'outbox-dead-letter', by: 'uplink', detail: `${type} ${lane}/${seq}: ${code}` } });
    }
    return true;
  };

  return {
    positions: () => {
      const position = (lane: OutboxLane) => {
        const through = statements.through.get(lane);
        if (through === undefined) throw new InvariantError(`the outbox has no lane ${lane}`);
        return { next: ledger.next(lane), through };
      };
      return { p0: position('p0'), p1: position('p1') };
    },
    read: (lane, from, limits) => takeBatch(lane, from, limits, statements.read.iterate(lane, from, limits.events)),
    record: (lane, through, rejected, at) => {
      const known = statements.through.get(lane) ?? 0;
      const news = rejected.filter(({ seq }) => statements.typeOf.get(lane, seq) !== undefined);
      if (through <= known && news.length === 0) return 0;
      return ledger.transaction(() => {
        // The number outlives the rows that may go from here on.
        statements.advance.run(ledger.next(lane), through, lane);
        return news.filter((rejection) => buryOne(lane, rejection, at)).length;
      });
    },
    lanes: () =>
      statements.lanes.all().map(({ oldest, ...row }) => ({
        ...row,
        waiting: ledger.next(row.lane) - 1 - row.through,
        oldest: oldest === null ? undefined : instant(oldest),
      })),
    recent: (limit) => statements.recent.all({ limit }).map((row) => ({ ...row, at: instant(row.at), acknowledged: row.acknowledged === 1 })),
    prune: (before, limit) => ledger.transaction(() => statements.prune.run({ before, limit }).changes),
  };
}

function takeBatch(lane: OutboxLane, from: number, limits: BatchLimits, rows: Iterable<OutboxRow>): StoredBatch {
  const events: string[] = [];
  let bytes = 0;
  let newest: OutboxRow | undefined;
  for (const row of rows) {
    const text = wireText(row);
    bytes += Buffer.byteLength(text) + 1;
    const isFirst = newest === undefined;
    if (!isFirst && (bytes > limits.bytes || row.boot !== newest?.boot)) break;
    if (row.seq !== from + events.length) throw new InvariantError(`lane ${lane} has ${row.seq} where ${from + events.length} is wanted`);
    events.push(text);
    newest = row;
  }
  if (newest === undefined) throw new InvariantError(`lane ${lane} has nothing from ${from} on`);
  return { lane, from, to: newest.seq, boot: newest.boot, newestMono: newest.mono, events };
}

/** The body is JSON already, written by ourselves; it is not parsed to be written again. */
function wireText({ event_id, at, mono, type, body }: OutboxRow): string {
  return `{"id":"${event_id}","at":"${toIso(instant(at))}","mono":${mono},"t":${JSON.stringify(type)},"d":${body}}`;
}

function prepare({ database }: Ledger) {
  return {
    through: database.prepare<[OutboxLane], number>('SELECT through FROM outbox_lane WHERE lane = ?').pluck(),
    read: database.prepare<[OutboxLane, number, number], OutboxRow>(
      'SELECT seq, event_id, type, at, mono, boot, body FROM outbox WHERE lane = ? AND seq >= ? ORDER BY seq LIMIT ?',
    ),
    advance: database.prepare<[number, number, OutboxLane]>('UPDATE outbox_lane SET next = ?, through = max(through, ?) WHERE lane = ?'),
    typeOf: database.prepare<[OutboxLane, number], string>('SELECT type FROM outbox WHERE lane = ? AND seq = ?').pluck(),
    bury: database.prepare<[{ lane: OutboxLane; seq: number; code: string; epoch: string; at: number }]>(
      `INSERT INTO dead_letter (event_id, lane, epoch, seq, type, at, mono, boot, body, code, refused_at)
       SELECT event_id, lane, :epoch, seq, type, at, mono, boot, body, :code, :at FROM outbox WHERE lane = :lane AND seq = :seq`,
    ),
    remove: database.prepare<[OutboxLane, number]>('DELETE FROM outbox WHERE lane = ? AND seq = ?'),
    lanes: database.prepare<[], { lane: OutboxLane; oldest: number | null; through: number; dead: number }>(
      `SELECT lane, through,
              (SELECT at FROM outbox WHERE outbox.lane = outbox_lane.lane AND seq = through + 1) AS oldest,
              (SELECT count(*) FROM dead_letter WHERE dead_letter.lane = outbox_lane.lane) AS dead
       FROM outbox_lane ORDER BY lane`,
    ),
    // The newest of each lane by its number, which is the order of commits there; between lanes the wall clock has to do.
    recent: database.prepare<[{ limit: number }], { id: string; at: number; type: string; acknowledged: number }>(
      `SELECT * FROM (SELECT event_id AS id, at, type, seq <= (SELECT through FROM outbox_lane WHERE lane = 'p0') AS acknowledged
                      FROM outbox WHERE lane = 'p0' ORDER BY seq DESC LIMIT :limit)
       UNION ALL
       SELECT * FROM (SELECT event_id AS id, at, type, seq <= (SELECT through FROM outbox_lane WHERE lane = 'p1') AS acknowledged
                      FROM outbox WHERE lane = 'p1' ORDER BY seq DESC LIMIT :limit)
       UNION ALL
       SELECT * FROM (SELECT event_id AS id, at, type, 0 AS acknowledged FROM dead_letter ORDER BY event_id DESC LIMIT :limit)
       ORDER BY at DESC, id DESC LIMIT :limit`,
    ),
    prune: database.prepare<[{ before: number; limit: number }]>(
      `DELETE FROM outbox WHERE (lane, seq) IN (
         SELECT outbox.lane, seq FROM outbox JOIN outbox_lane USING (lane) WHERE seq <= through AND at < :before ORDER BY lane, seq LIMIT :limit)`,
    ),
  };
}
