import type { OutboxLane } from '#core/contract/wire/events.ts';
import type { Database } from '../store/database.ts';
import type { ChainEnds, JournalName } from './ledger-chain.ts';
import { type ChainKey, type OutboxText, outboxText, type StepText, stepText } from './row-chain.ts';

/** The rows of a journal in the order of their numbers, with the text that their digests are made of. */

export interface ChainedRow {
  readonly number: number;
  readonly text: string;
  readonly mac: Uint8Array | null;
}

export interface OutboxRow extends OutboxText {
  readonly mac: Uint8Array | null;
}

type StepRow = StepText & { readonly mac: Uint8Array | null };

const COLUMNS = 'seq, event_id, type, at, mono, boot, body, mac';

const eventsOf = (lane: OutboxLane): string => `SELECT ${COLUMNS} FROM outbox_${lane} WHERE seq >= :from ORDER BY seq LIMIT +:limit`;
/** A dead letter of this epoch keeps its number in its lane, so that there is never a hole. To join the two takes longer than to read a whole batch of one. */
const eventsWithDeadOf = (lane: OutboxLane): string => `
  SELECT ${COLUMNS} FROM outbox_${lane} WHERE seq >= :from
  UNION ALL
  SELECT ${COLUMNS} FROM dead_letter WHERE lane = '${lane}' AND seq >= :from AND epoch = :epoch
  ORDER BY seq LIMIT +:limit`;

export interface JournalRows {
  /** Events of a lane from a number on, dead letters of the present epoch among them. */
  events(lane: OutboxLane, from: number, limit: number): Iterable<OutboxRow>;
  /** Any journal, from a number on. */
  from(journal: JournalName, from: number, limit: number): Iterable<ChainedRow>;
  /** The digest that the row after this one builds on. Undefined when there is no such row. */
  macAt(journal: JournalName, number: number, ends: ChainEnds): Uint8Array | undefined;
  /** The highest number that a row has; 0 when there is none. */
  last(journal: JournalName): number;
}

export function readJournalRows(database: Database, epoch: () => string): JournalRows {
  const lanes = { p0: prepareLane(database, 'p0'), p1: prepareLane(database, 'p1') };
  const steps = database.prepare<[number, number], StepRow>(
    'SELECT position, owner_id, at, kind, what, detail, mac FROM journal_step WHERE position >= ? ORDER BY position LIMIT +?',
  );
  const lastStep = database.prepare<[], number>('SELECT coalesce(max(position), 0) FROM journal_step').pluck();
  const stepMac = database.prepare<[number], Uint8Array | null>('SELECT mac FROM journal_step WHERE position = ?').pluck();

  const eventsFrom = (lane: OutboxLane, from: number, limit: number): Iterable<OutboxRow> => {
    const { hasDead, eventsWithDead, events } = lanes[lane];
    const present = epoch();
    const walk = hasDead.get({ from, epoch: present }) === 1 ? eventsWithDead : events;
    return walk.iterate({ from, epoch: present, limit });
  };
  const rows = function* (journal: JournalName, from: number, limit: number): Generator<ChainedRow> {
    if (journal === 'steps') {
      for (const row of steps.iterate(from, limit)) yield { number: row.position, text: stepText(row), mac: row.mac };
      return;
    }
    for (const row of eventsFrom(journal, from, limit)) yield { number: row.seq, text: outboxText(journal, row), mac: row.mac };
  };
  return {
    events: eventsFrom,
    from: rows,
    macAt: (journal, number, ends) => {
      if (number <= ends.base) return ends.baseMac;
      return (journal === 'steps' ? stepMac.get(number) : lanes[journal].mac.get({ seq: number, epoch: epoch() })) ?? undefined;
    },
    last: (journal) => (journal === 'steps' ? lastStep.get() : lanes[journal].last.get({ epoch: epoch() })) ?? 0,
  };
}

function prepareLane(database: Database, lane: OutboxLane) {
  type Walk = [{ from: number; epoch: string; limit: number }];
  return {
    events: database.prepare<Walk, OutboxRow>(eventsOf(lane)),
    eventsWithDead: database.prepare<Walk, OutboxRow>(eventsWithDeadOf(lane)),
    hasDead: database
      .prepare<[{ from: number; epoch: string }], 0 | 1>(
        `SELECT EXISTS (SELECT 1 FROM dead_letter WHERE lane = '${lane}' AND seq >= :from AND epoch = :epoch)`,
      )
      .pluck(),
    last: database
      .prepare<[{ epoch: string }], number>(
        `SELECT max(coalesce((SELECT max(seq) FROM outbox_${lane}), 0),
                    coalesce((SELECT max(seq) FROM dead_letter WHERE lane = '${lane}' AND epoch = :epoch), 0))`,
      )
      .pluck(),
    // One row, and not the first of a walk: every batch that is sent asks for one.
    mac: database
      .prepare<[{ seq: number; epoch: string }], Uint8Array | null>(
        `SELECT mac FROM outbox_${lane} WHERE seq = :seq
         UNION ALL
         SELECT mac FROM dead_letter WHERE lane = '${lane}' AND seq = :seq AND epoch = :epoch`,
      )
      .pluck(),
  };
}

export type RangeCheck =
  | { readonly kind: 'sound'; readonly next: number }
  /** `number`: the first that is not what was written. */
  | { readonly kind: 'broken'; readonly number: number; readonly why: 'missing' | 'changed' };

/** Checks at most `limit` rows from `from` on, which is beyond the chain's base. `next` is the first that was not looked at. */
export function checkRange(rows: JournalRows, key: ChainKey, journal: JournalName, from: number, limit: number, ends: ChainEnds): RangeCheck {
  let previous = rows.macAt(journal, from - 1, ends);
  if (previous === undefined) return { kind: 'broken', number: from - 1, why: 'missing' };
  let next = from;
  for (const { number, text, mac } of rows.from(journal, from, Math.min(limit, ends.head - from + 1))) {
    if (number !== next) return { kind: 'broken', number: next, why: 'missing' };
    if (mac === null || !key.fits(previous, text, mac)) return { kind: 'broken', number, why: 'changed' };
    previous = mac;
    next += 1;
  }
  if (next > ends.head) return isAtHead(previous, ends) ? { kind: 'sound', next } : { kind: 'broken', number: ends.head, why: 'changed' };
  return next < from + limit ? { kind: 'broken', number: next, why: 'missing' } : { kind: 'sound', next };
}

function isAtHead(mac: Uint8Array, { headMac }: ChainEnds): boolean {
  return Buffer.compare(mac, headMac) === 0;
}
