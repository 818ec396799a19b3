import type { OutboxLane } from '#core/contract/wire/events.ts';
import type { Database } from '../store/database.ts';
import { sqliteCode } from '../store/plain-database.ts';
import { type ChainedRow, type JournalRows, readJournalRows } from './journal-rows.ts';
import { type ChainEnds, type JournalName, type LedgerChain, readEnds } from './ledger-chain.ts';
import { type ChainKey, GENESIS, outboxText, stepText } from './row-chain.ts';
import { readOutboxByLanes } from './salvage-outbox-rows.ts';

/** Takes from the journals of a damaged ledger what the chain proves, row by row, and says of everything else which rows it was. */

export interface JournalSalvage {
  readonly journal: JournalName;
  readonly carried: number;
  /** Numbers of rows that were to be carried over and could not be, first and last of each range. */
  readonly lost: readonly (readonly [number, number])[];
  /** Whether the record of where the journal begins and ends was whole; without it nobody knows what was behind its last readable row. */
  readonly endsKnown: boolean;
}

interface Salvaged extends ChainedRow {
  readonly row: Readonly<Record<string, unknown>>;
}

/** Rows that are read at once; of a page that cannot be read each row is asked for alone. */
const PAGE = 500;

/** @param key undefined: nothing can be proven, and every row that can be read is taken */
export function salvageJournals(damaged: Database, target: Database, chain: LedgerChain, key: ChainKey | undefined): readonly JournalSalvage[] {
  const epoch = attempt(() => damaged.prepare<[], string>(`SELECT value FROM meta WHERE name = 'epoch'`).pluck().get()) ?? '';
  const endsOf = (journal: JournalName): ChainEnds | undefined => key && attempt(() => readEnds(damaged, key, journal));
  const acknowledged = (lane: OutboxLane): number => endsOf(lane)?.through ?? 0;
  attempt(() => readOutboxByLanes(damaged, { p0: acknowledged('p0'), p1: acknowledged('p1') }));
  const rows = attempt(() => readJournalRows(damaged, () => epoch));
  return (['p0', 'p1', 'steps'] as const).map((journal) => {
    const ends = endsOf(journal);
    if (rows === undefined) return { journal, carried: 0, lost: [], endsKnown: false };
    const put = journal === 'steps' ? stepWriter(target, chain) : eventWriter(target, chain, journal);
    return salvageJournal({ damaged, rows, journal, key, ends, put });
  });
}

interface Work {
  readonly damaged: Database;
  readonly rows: JournalRows;
  readonly journal: JournalName;
  readonly key: ChainKey | undefined;
  readonly ends: ChainEnds | undefined;
  /** False for what is not carried over. */
  readonly put: (row: Readonly<Record<string, unknown>>) => boolean;
}

function salvageJournal({ damaged, rows, journal, key, ends, put }: Work): JournalSalvage {
  // An event that was acknowledged and is sent again is dropped by the box office; one that is not sent again is lost.
  const first = journal === 'steps' ? firstStep(damaged, ends) : (ends?.through ?? 0) + 1;
  const last = ends?.head ?? attempt(() => rows.last(journal)) ?? 0;
  const lost: [number, number][] = [];
  const lose = (number: number): void => {
    const range = lost.at(-1);
    if (range !== undefined && range[1] === number - 1) range[1] = number;
    else lost.push([number, number]);
  };
  let carried = 0;
  let hasBegun = false;
  const carry = (row: Readonly<Record<string, unknown>>): void => {
    if (put(row)) carried += 1;
  };
  const base = ends?.base ?? 0;
  let previous: Uint8Array | undefined =
    first - 1 <= base ? (ends?.baseMac ?? GENESIS) : attempt(() => rows.macAt(journal, first - 1, fullEnds(ends)));
  /** A row whose digest is not its own, but may be the one that was damaged: the next row knows which it was. */
  let doubtful: { readonly row: Salvaged; readonly mac: Uint8Array } | undefined;
  for (const row of everyRow(damaged, rows, journal, first, last)) {
    if (typeof row === 'number') {
      // Without the ends nobody knows where the journal begins: what comes before its first row has been taken away long ago.
      if (ends === undefined && !hasBegun) continue;
      if (doubtful !== undefined) lose(doubtful.row.number);
      doubtful = undefined;
      previous = undefined;
      lose(row);
      continue;
    }
    hasBegun = true;
    if (doubtful !== undefined) {
      if (key !== undefined && row.mac !== null && key.fits(doubtful.mac, row.text, row.mac)) {
        carry(doubtful.row.row);
        previous = doubtful.mac;
      } else lose(doubtful.row.number);
      doubtful = undefined;
    }
    const isBeforeChain = row.number <= base;
    const isProven = key === undefined || isBeforeChain || (previous !== undefined && row.mac !== null && key.fits(previous, row.text, row.mac));
    if (isProven) carry(row.row);
    else if (key !== undefined && previous !== undefined) doubtful = { row, mac: key.mac(previous, row.text) };
    else lose(row.number);
    previous = isBeforeChain && row.number === base ? (ends?.baseMac ?? GENESIS) : (row.mac ?? undefined);
  }
  if (doubtful !== undefined) {
    // The last row: the record of the ends knows its digest.
    if (ends !== undefined && Buffer.compare(doubtful.mac, ends.headMac) === 0) carry(doubtful.row.row);
    else lose(doubtful.row.number);
  }
  return { journal, carried, lost, endsKnown: ends !== undefined };
}

/** Steps from before there was a chain stand before its base, and stay. */
function firstStep(damaged: Database, ends: ChainEnds | undefined): number {
  const chained = (ends?.base ?? 0) + 1;
  const first = attempt(() => damaged.prepare<[], number | null>('SELECT min(position) FROM journal_step').pluck().get());
  return Math.min(chained, first ?? chained);
}

function fullEnds(ends: ChainEnds | undefined): ChainEnds {
  return ends ?? { base: 0, baseMac: GENESIS, head: 0, headMac: GENESIS, through: 0 };
}

/** Every number from `first` to `last`: its row, or the bare number when it is not there or cannot be read. */
function* everyRow(damaged: Database, rows: JournalRows, journal: JournalName, first: number, last: number): Generator<Salvaged | number> {
  const whole = wholeRow(damaged, journal);
  const readOne = (number: number): Salvaged | undefined =>
    attempt(() => {
      for (const chained of rows.from(journal, number, 1)) {
        const row = chained.number === number ? whole(number) : undefined;
        if (row !== undefined) return { ...chained, row };
      }
      return undefined;
    });
  for (let from = first; from <= last; from += PAGE) {
    const count = Math.min(PAGE, last - from + 1);
    const page = new Map((attempt(() => [...rows.from(journal, from, count)]) ?? []).map((chained) => [chained.number, chained]));
    for (let number = from; number < from + count; number++) {
      const chained = page.get(number);
      const row = chained && attempt(() => whole(number));
      yield chained !== undefined && row !== undefined ? { ...chained, row } : (readOne(number) ?? number);
    }
  }
}

/** Dead letters have been refused for good; they are proof of the chain and are not carried into the new outbox. */
function wholeRow(damaged: Database, journal: JournalName): (number: number) => Readonly<Record<string, unknown>> | undefined {
  const sql = journal === 'steps' ? 'SELECT * FROM journal_step WHERE position = ?' : `SELECT * FROM outbox_${journal} WHERE seq = ?`;
  const read = attempt(() => damaged.prepare<[number], Record<string, unknown>>(sql));
  return (number) => read?.get(number) ?? {};
}

function eventWriter(target: Database, chain: LedgerChain, lane: OutboxLane): Work['put'] {
  const insert = target.prepare(
    `INSERT INTO outbox_${lane} (seq, event_id, type, at, mono, boot, body, mac) VALUES (:seq, :event_id, :type, :at, :mono, :boot, :body, :mac)`,
  );
  return (row) => {
    const { event_id, type, at, mono, boot, body } = row;
    // A dead letter.
    if (typeof event_id !== 'string') return false;
    const seq = chain.next(lane);
    const text = { seq, event_id, type: String(type), at: Number(at), mono: Number(mono), boot: String(boot), body: String(body) };
    insert.run({ ...text, mac: chain.link(lane, seq, outboxText(lane, text)) });
    return true;
  };
}

function stepWriter(target: Database, chain: LedgerChain): Work['put'] {
  const insert = target.prepare(
    `INSERT INTO journal_step (position, owner_id, at, kind, what, detail, mac) VALUES (:position, :owner_id, :at, :kind, :what, :detail, :mac)`,
  );
  return ({ owner_id, at, kind, what, detail }) => {
    const position = chain.next('steps');
    const step = { position, owner_id: String(owner_id), at: Number(at), kind: String(kind), what: String(what), detail: String(detail) };
    insert.run({ ...step, mac: chain.link('steps', position, stepText(step)) });
    return true;
  };
}

/** What SQLite cannot read is not there. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (cause) {
    if (sqliteCode(cause) === undefined) throw cause;
    return undefined;
  }
}
