import { assert, InvariantError } from '#core/base/fault.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';
import type { Database } from '../store/database.ts';
import { type ChainKey, GENESIS } from './row-chain.ts';

/**
 * Where the chain of each journal begins and ends. Appending costs one digest; the ends are written once in a transaction, by the transaction itself, so that
 * a row that is missing at the end is missed as well.
 */
export interface LedgerChain {
  /** The number of the next row. */
  next(journal: JournalName): number;
  /** The digest of the row that gets this number, which is the next one. Within a transaction; the caller writes the row. */
  link(journal: JournalName, number: number, text: string): Uint8Array;
  /** Everything up to and including this row is being taken away; its digest is what the chain begins with from now on. Within a transaction. */
  moveBase(journal: JournalName, number: number, mac: Uint8Array): void;
  /** The lane's acknowledged end has moved; it is sealed together with the rest. Within a transaction. */
  acknowledged(lane: OutboxLane, through: number): void;
  /** Begins a journal anew, at any number. Within a transaction. */
  restart(journal: JournalName, base: number, through: number): void;
  ends(journal: JournalName): ChainEnds;
  /** Writes down what has changed. The last thing in a transaction. */
  keep(): void;
  /** The transaction was committed. */
  settle(): void;
  /** The transaction was rolled back. */
  forget(): void;
}

export type JournalName = OutboxLane | 'steps';
export const JOURNALS: readonly JournalName[] = ['p0', 'p1', 'steps'];

export interface ChainEnds {
  readonly base: number;
  readonly baseMac: Uint8Array;
  readonly head: number;
  readonly headMac: Uint8Array;
  /** 0 in a journal that is not sent. */
  readonly through: number;
}

/** The ledger is not what this program has written: a row was changed, is missing, or cannot be read. Whoever opens the ledger puts it right. */
export class LedgerDamage extends Error {
  override readonly name = 'LedgerDamage';
}

/** Nothing fits the key. A disk does not lose all ends at once, so it is the key of another ledger. */
export class ForeignKey extends Error {
  override readonly name = 'ForeignKey';
}

interface ChainRow {
  readonly journal: JournalName;
  readonly base: number;
  readonly base_mac: Buffer;
  readonly head: number;
  readonly head_mac: Buffer;
  readonly seal: Buffer;
  readonly through: number | null;
}

const SELECT = `SELECT journal, base, base_mac, head, head_mac, seal, outbox_lane.through AS through
  FROM journal_chain LEFT JOIN outbox_lane ON outbox_lane.lane = journal_chain.journal`;

/** The ends of one journal as they are written; undefined when they are not what this key has sealed. */
export function readEnds(database: Database, key: ChainKey, journal: JournalName): ChainEnds | undefined {
  const row = database.prepare<[string], ChainRow>(`${SELECT} WHERE journal = ?`).get(journal);
  if (row === undefined) return undefined;
  const ends = endsOf(row);
  return key.fits(GENESIS, sealText(journal, ends), row.seal) ? ends : undefined;
}

/** Whether the ledger has a chain already, so that it needs the very key that it was made with. */
export function hasChain(database: Database): boolean {
  return database.prepare('SELECT count(*) FROM journal_chain').pluck().get() !== 0;
}

/**
 * @throws LedgerDamage when the ends are not those that were written, ForeignKey when none of them is; call it within a transaction, because a new ledger gets
 *   its chain here
 */
export function createLedgerChain(database: Database, key: ChainKey): LedgerChain {
  const insert = database.prepare<[string, number, Uint8Array, number, Uint8Array, Uint8Array]>(
    'INSERT INTO journal_chain (journal, base, base_mac, head, head_mac, seal) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare<[number, Uint8Array, number, Uint8Array, Uint8Array, string]>(
    'UPDATE journal_chain SET base = ?, base_mac = ?, head = ?, head_mac = ?, seal = ? WHERE journal = ?',
  );
  // What nearly every transaction does: the journal has grown, and begins where it began.
  const grow = database.prepare<[number, Uint8Array, Uint8Array, string]>(
    'UPDATE journal_chain SET head = ?, head_mac = ?, seal = ? WHERE journal = ?',
  );
  const sealOf = (journal: JournalName, ends: ChainEnds): Buffer => key.mac(GENESIS, sealText(journal, ends));
  const begin = (journal: JournalName): ChainEnds => {
    const { last, through } = numbersWithoutChain(database, journal);
    const ends: ChainEnds = { base: last, baseMac: GENESIS, head: last, headMac: GENESIS, through };
    insert.run(journal, ends.base, ends.baseMac, ends.head, ends.headMac, sealOf(journal, ends));
    return ends;
  };
  const rows = database.prepare<[], ChainRow>(SELECT).all();
  if (rows.length > 0 && !rows.some((row) => key.fits(GENESIS, sealText(row.journal, endsOf(row)), row.seal))) throw new ForeignKey();
  const readOrBegin = (journal: JournalName): ChainEnds => {
    const row = rows.find((one) => one.journal === journal);
    if (row === undefined && rows.length > 0) throw new LedgerDamage(`journal ${journal} has lost the record of its ends`);
    if (row === undefined) return begin(journal);
    const ends = endsOf(row);
    if (!key.fits(GENESIS, sealText(journal, ends), row.seal))
      throw new LedgerDamage(`the ends of journal ${journal} are not those that were written`);
    return ends;
  };
  const ends: Record<JournalName, ChainEnds> = { p0: readOrBegin('p0'), p1: readOrBegin('p1'), steps: readOrBegin('steps') };
  const kept = { ...ends };

  return {
    next: (journal) => ends[journal].head + 1,
    link: (journal, number, text) => {
      const { base, baseMac, head, headMac, through } = ends[journal];
      if (number !== head + 1) throw new InvariantError(`journal ${journal} goes on with ${head + 1}, not ${number}`);
      const mac = key.mac(headMac, text);
      // Each property by its name: every scan comes through here, and a spread costs as much as a digest.
      ends[journal] = { base, baseMac, head: number, headMac: mac, through };
      return mac;
    },
    moveBase: (journal, base, baseMac) => {
      assert(base >= ends[journal].base && base <= ends[journal].head, `the chain of ${journal} cannot begin at ${base}`);
      ends[journal] = { ...ends[journal], base, baseMac };
    },
    acknowledged: (lane, through) => {
      ends[lane] = { ...ends[lane], through };
    },
    restart: (journal, base, through) => {
      ends[journal] = { base, baseMac: GENESIS, head: base, headMac: GENESIS, through };
    },
    ends: (journal) => ends[journal],
    keep: () => {
      for (const journal of JOURNALS) {
        const now = ends[journal];
        const before = kept[journal];
        if (now === before) continue;
        const seal = sealOf(journal, now);
        if (now.baseMac === before.baseMac && now.base === before.base) grow.run(now.head, now.headMac, seal, journal);
        else update.run(now.base, now.baseMac, now.head, now.headMac, seal, journal);
      }
    },
    forget: () => {
      for (const journal of JOURNALS) ends[journal] = kept[journal];
    },
    settle: () => {
      for (const journal of JOURNALS) kept[journal] = ends[journal];
    },
  };
}

function endsOf(row: ChainRow): ChainEnds {
  return { base: row.base, baseMac: row.base_mac, head: row.head, headMac: row.head_mac, through: row.through ?? 0 };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

function sealText(journal: JournalName, { base, baseMac, head, headMac, through }: ChainEnds): string {
  return `ends ${journal} ${base} ${hex(baseMac)} ${head} ${hex(headMac)} ${through}`;
}

/** Where a ledger stands that has no chain yet: what it holds has no digests, and the chain begins behind it. */
function numbersWithoutChain(database: Database, journal: JournalName): { readonly last: number; readonly through: number } {
  if (journal === 'steps') {
    return { last: database.prepare<[], number>('SELECT coalesce(max(position), 0) FROM journal_step').pluck().get() ?? 0, through: 0 };
  }
  const row = database
    .prepare<[string], { last: number; through: number }>(
      `SELECT max(next - 1, coalesce((SELECT max(seq) FROM outbox WHERE outbox.lane = outbox_lane.lane), 0)) AS last, through
       FROM outbox_lane WHERE lane = ?`,
    )
    .get(journal);
  if (row === undefined) throw new InvariantError(`the outbox has no lane ${journal}`);
  return row;
}
