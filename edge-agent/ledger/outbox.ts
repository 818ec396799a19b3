import { InvariantError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Instant, instant, toIso } from '#core/base/time.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';
import type { LanePositions, Rejection } from '#core/outbox/delivery.ts';
import type { OutboxRow } from './journal-rows.ts';
import type { Ledger } from './ledger.ts';
import { LedgerDamage } from './ledger-chain.ts';
import { outboxText } from './row-chain.ts';

/** Reading the outbox for delivery, and writing down what the box office said. The only place beside `append` that knows the outbox's tables. */
export interface Outbox {
  positions(): LanePositions;
  /**
   * Events of `lane` from `from` on without a gap: as many as may travel together, at least one. Each is proven by the chain before it leaves.
   * @throws LedgerDamage when one of them is not what was written: nothing of the lane may be sent before the ledger was put right
   */
  read(lane: OutboxLane, from: number, limits: BatchLimits): StoredBatch;
  /** Which event stands there; undefined when it is no longer here. */
  idAt(lane: OutboxLane, seq: number): string | undefined;
  /** One transaction: everything up to `through` is delivered, and what was rejected is a dead letter. Returns how many became one. Idempotent. */
  record(lane: OutboxLane, through: number, rejected: readonly Rejection[], at: Instant): number;
  lanes(): LaneSummary[];
  /** Newest first, dead letters among them. */
  recent(limit: number): RecentEvent[];
  /**
   * Takes away acknowledged events, the oldest of each lane first: those older than `before`, and whatever there is more than `keep`. At most `limit` of a
   * lane; returns how many. An event of a clock that ran ahead keeps those behind it until there are too many.
   */
  prune(before: Instant, limit: number, keep?: number): number;
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
  /** The event before the first, when it is still here. */
  readonly previous: string | undefined;
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
  /** JSON text. */
  readonly body: string;
  readonly acknowledged: boolean;
}

export function createOutbox(ledger: Ledger): Outbox {
  const statements = prepare(ledger);

  const buryOne = (lane: OutboxLane, { seq, code }: Rejection, at: Instant): boolean => {
    const type = statements.rows[lane].typeOf.get(seq);
    if (type === undefined) return false;
    statements.rows[lane].bury.run({ seq, code, epoch: ledger.epoch, at });
    statements.rows[lane].remove.run(seq);
    // A dead letter about a dead letter would go round for ever when the box office refuses these as well.
    if (type !== 'audit') {
      ledger.append({ t: 'audit', d: { action: 'outbox-dead-letter', by: 'uplink', detail: `${type} ${lane}/${seq}: ${code}` } });
    }
    return true;
  };

  return {
    positions: () => {
      // What the chain seals is what stands in the lane.
      const position = (lane: OutboxLane) => ({ next: ledger.next(lane), through: ledger.chain.ends(lane).through });
      return { p0: position('p0'), p1: position('p1') };
    },
    read: (lane, from, limits) => {
      const previous = statements.rows[lane].idAt.get(from - 1);
      return takeBatch(lane, from, limits, previous, proven(ledger, lane, from, limits.events));
    },
    idAt: (lane, seq) => statements.rows[lane].idAt.get(seq),
    record: (lane, through, rejected, at) => {
      const known = ledger.chain.ends(lane).through;
      const news = rejected.filter(({ seq }) => statements.rows[lane].typeOf.get(seq) !== undefined);
      if (through <= known && news.length === 0) return 0;
      return ledger.transaction(() => {
        // The number outlives the rows that may go from here on.
        statements.advance.run(ledger.next(lane), through, lane);
        ledger.chain.acknowledged(lane, Math.max(known, through));
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
    prune: (before, limit, keep = LIMITS.records.acknowledgedEventsMax) =>
      ledger.transaction(() => LANES.reduce((sum, lane) => sum + pruneLane(ledger, statements, lane, { before, limit, keep }), 0)),
  };
}

const LANES = ['p0', 'p1'] as const;

/** The chain loses its beginning only, and begins with the digest of the last row that went. */
function pruneLane(
  { chain, rows }: Ledger,
  statements: ReturnType<typeof prepare>,
  lane: OutboxLane,
  { before, limit, keep }: { readonly before: Instant; readonly limit: number; readonly keep: number },
): number {
  const ends = chain.ends(lane);
  let last: OutboxRow | undefined;
  for (const row of rows.events(lane, 1, limit)) {
    if (row.seq > ends.through || (row.at >= before && row.seq > ends.through - keep)) break;
    last = row;
  }
  if (last === undefined) return 0;
  if (last.seq > ends.base) {
    if (last.mac === null) throw new LedgerDamage(`lane ${lane}: row ${last.seq} has no digest`);
    chain.moveBase(lane, last.seq, last.mac);
  }
  return statements.rows[lane].prune.run(last.seq).changes;
}

/** Dead letters of this epoch travel once more with the others: they stand where they stood, and are refused as they were. */
function* proven({ chain, rows, key }: Ledger, lane: OutboxLane, from: number, limit: number): Generator<OutboxRow> {
  const ends = chain.ends(lane);
  let previous = rows.macAt(lane, from - 1, ends);
  let next = from;
  for (const row of rows.events(lane, from, limit)) {
    // What was written before there was a chain has no digest.
    if (row.seq > ends.base) {
      const isSound = previous !== undefined && row.mac !== null && key.fits(previous, outboxText(lane, row), row.mac);
      if (!isSound) throw new LedgerDamage(`lane ${lane}: row ${row.seq} is not what was written, and cannot be sent`);
      previous = row.mac ?? undefined;
    }
    next = row.seq + 1;
    yield row;
  }
  if (next === from && from <= ends.head) throw new LedgerDamage(`lane ${lane}: row ${from} is missing`);
}

function takeBatch(lane: OutboxLane, from: number, limits: BatchLimits, previous: string | undefined, rows: Iterable<OutboxRow>): StoredBatch {
  const events: string[] = [];
  let bytes = 0;
  let newest: OutboxRow | undefined;
  for (const row of rows) {
    const text = wireText(row);
    bytes += Buffer.byteLength(text) + 1;
    const isFirst = newest === undefined;
    if (!isFirst && (bytes > limits.bytes || row.boot !== newest?.boot)) break;
    if (row.seq !== from + events.length) throw new LedgerDamage(`lane ${lane} has ${row.seq} where ${from + events.length} is wanted`);
    events.push(text);
    newest = row;
  }
  if (newest === undefined) throw new InvariantError(`lane ${lane} has nothing from ${from} on`);
  return { lane, from, to: newest.seq, previous, boot: newest.boot, newestMono: newest.mono, events };
}

/** The body is JSON already, written by ourselves; it is not parsed to be written again. */
function wireText({ event_id, at, mono, type, body }: OutboxRow): string {
  return `{"id":"${event_id}","at":"${toIso(instant(at))}","mono":${mono},"t":${JSON.stringify(type)},"d":${body}}`;
}

function prepare({ database }: Ledger) {
  return {
    advance: database.prepare<[number, number, OutboxLane]>('UPDATE outbox_lane SET next = ?, through = max(through, ?) WHERE lane = ?'),
    rows: { p0: prepareLane(database, 'p0'), p1: prepareLane(database, 'p1') },
    lanes: database.prepare<[], { lane: OutboxLane; oldest: number | null; through: number; dead: number }>(
      `SELECT lane, through,
              CASE lane WHEN 'p0' THEN (SELECT at FROM outbox_p0 WHERE seq = through + 1) ELSE (SELECT at FROM outbox_p1 WHERE seq = through + 1) END AS oldest,
              (SELECT count(*) FROM dead_letter WHERE dead_letter.lane = outbox_lane.lane) AS dead
       FROM outbox_lane ORDER BY lane`,
    ),
    // The newest of each lane by its number, which is the order of commits there; between lanes the wall clock has to do.
    recent: database.prepare<[{ limit: number }], { id: string; at: number; type: string; body: string; acknowledged: number }>(
      `SELECT * FROM (SELECT event_id AS id, at, type, body, seq <= (SELECT through FROM outbox_lane WHERE lane = 'p0') AS acknowledged
                      FROM outbox_p0 ORDER BY seq DESC LIMIT +:limit)
       UNION ALL
       SELECT * FROM (SELECT event_id AS id, at, type, body, seq <= (SELECT through FROM outbox_lane WHERE lane = 'p1') AS acknowledged
                      FROM outbox_p1 ORDER BY seq DESC LIMIT +:limit)
       UNION ALL
       SELECT * FROM (SELECT event_id AS id, at, type, body, 0 AS acknowledged FROM dead_letter ORDER BY event_id DESC LIMIT +:limit)
       ORDER BY at DESC, id DESC LIMIT +:limit`,
    ),
  };
}

function prepareLane(database: Ledger['database'], lane: OutboxLane) {
  return {
    idAt: database.prepare<[number], string>(`SELECT event_id FROM outbox_${lane} WHERE seq = ?`).pluck(),
    typeOf: database.prepare<[number], string>(`SELECT type FROM outbox_${lane} WHERE seq = ?`).pluck(),
    bury: database.prepare<[{ seq: number; code: string; epoch: string; at: number }]>(
      `INSERT INTO dead_letter (event_id, lane, epoch, seq, type, at, mono, boot, body, mac, code, refused_at)
       SELECT event_id, '${lane}', :epoch, seq, type, at, mono, boot, body, mac, :code, :at FROM outbox_${lane} WHERE seq = :seq`,
    ),
    remove: database.prepare<[number]>(`DELETE FROM outbox_${lane} WHERE seq = ?`),
    prune: database.prepare<[number]>(`DELETE FROM outbox_${lane} WHERE seq <= ?`),
  };
}
