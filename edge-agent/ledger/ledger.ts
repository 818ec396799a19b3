import { dirname } from 'node:path';
import { toHex } from '#core/base/bytes.ts';
import { assert, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { ulid } from '#core/base/ulid.ts';
import { type EventBody, LANE_OF_EVENT, type OutboxLane } from '#core/contract/wire/events.ts';
import type { Clock, Random } from '#core/ports/clock.ts';
import { type Database, openStore } from '../store/database.ts';
import { dropSuspicion, readSuspicion } from '../store/quarantine.ts';
import { createTransactor } from '../store/transactor.ts';
import { checkRange, type JournalRows, type RangeCheck, readJournalRows } from './journal-rows.ts';
import { createLedgerChain, ForeignKey, hasChain, JOURNALS, type JournalName, type LedgerChain, LedgerDamage } from './ledger-chain.ts';
import { checkWhole, damageIn } from './ledger-damage.ts';
import { keyFileOf, MEMORY_KEY, makeLedgerKey, missingKey, readLedgerKey, wrongKey } from './ledger-key.ts';
import { ledgerStore } from './ledger-store.ts';
import { finishRecovery, recoverLedger, type SalvageReport, salvageText } from './recover-ledger.ts';
import { renumberOutbox } from './renumber-outbox.ts';
import { type ChainKey, createChainKey, outboxText } from './row-chain.ts';

/**
 * A machine's ledger: the one database in which a fact and the event that tells it are written by the same transaction. What is appended here reaches the box
 * office sooner or later; nothing may be released, printed or promised before `transaction` has returned.
 */
export interface Ledger {
  readonly database: Database;
  /** Sixteen hexadecimal digits, made with the ledger; changes only when the box office shows that this ledger was restored from an older copy. */
  readonly epoch: string;
  /** Which start of the program this is, as events carry it. */
  readonly boot: string;
  /** The ledger was damaged, and this is what was made of it by opening it. */
  readonly salvaged?: SalvageReport;
  /**
   * Runs `work` in one immediate transaction and returns what it returns, once that is on the disk. Transactions do not nest and do not await.
   * @throws whatever `work` throws, after everything was rolled back; StoreUnknownError when nobody can tell whether it was committed: then nothing may be
   *   released or printed and the process must stop; FaultError `E-STO-FULL` or `E-STO-BUSY` when it certainly was not.
   */
  transaction<T>(work: () => T): T;
  /** Runs `work` as `transaction` does, and takes it back: for a transaction that somebody will soon wait for. Nothing of it is written, nobody is told. */
  rehearse(work: () => void): void;
  /**
   * Writes an event into the outbox, as part of the transaction that is open.
   * @returns the event's id
   * @throws InvariantError outside a transaction
   */
  append(body: EventBody): string;
  /** The chain over the journals; `link` goes with the row that it is for, in one transaction. */
  readonly chain: LedgerChain;
  readonly key: ChainKey;
  readonly rows: JournalRows;
  /** Checks at most `limit` rows of a journal from a number on; see {@link checkRange}. */
  check(journal: JournalName, from: number, limit: number): RangeCheck;
  /** The number that the lane's next event gets. Inside a transaction it counts what was appended there; a roll-back takes that back. */
  next(lane: OutboxLane): number;
  /** Called after each commit that appended, in a microtask: what the caller does with its fact (open the gate) comes first. */
  onAppended(listen: () => void): void;
  /** Called when a transaction was refused because there is no room, before its caller hears of it: the next one may fit. */
  onFull(listen: () => void): void;
  /**
   * Begins a new epoch: everything unacknowledged is numbered again from 1, acknowledged rows go. For a ledger that was restored from an older copy, whose
   * numbers the box office has already seen for other events.
   * @param what `everything` when the box office has forgotten what it had acknowledged: all events that are still here are sent once more
   */
  renewEpoch(what?: 'unacknowledged' | 'everything'): void;
  close(): void;
}

export interface LedgerSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  /** Names this start of the program, at most 32 characters. */
  readonly boot: string;
}

/** Of each journal, the newest are looked at before anything is decided: at 5 µs a row when the disk is quick, and ten times that when it is cold and busy, a quarter of a second. The rest has time (`keep-chain.ts`). */
const ROWS_AT_START = 5_000;

/**
 * Opens the ledger, and puts it right first when it is damaged: see `recover-ledger.ts`. What was lost is told to the box office, and stands in `salvaged`.
 * @throws FaultError as `openStore` does, `E-STO-KEY` its key is missing or another one's
 */
export function openLedger(path: string, surroundings: LedgerSurroundings): Ledger {
  if (path === ':memory:') return createLedger(openStore(path, ledgerStore), surroundings);
  finishRecovery(path);
  try {
    return openWhole(path, surroundings);
  } catch (cause) {
    const why = damageIn(cause, path);
    if (why === undefined) throw cause;
    const key = keyFor(path, undefined, surroundings.random);
    const { clock, random } = surroundings;
    const salvaged = recoverLedger(path, { why, at: clock.wall(), random, proof: key, key });
    const ledger = openWhole(path, surroundings, salvaged);
    ledger.transaction(() => ledger.append({ t: 'audit', d: { action: 'ledger-salvaged', by: 'agent', detail: salvageText(salvaged) } }));
    return ledger;
  }
}

/** @throws LedgerDamage when it does not hold what was written */
function openWhole(path: string, surroundings: LedgerSurroundings, salvaged?: SalvageReport): Ledger {
  const database = openStore(path, ledgerStore);
  try {
    const ledger = createLedger(database, surroundings, keyFor(path, database, surroundings.random), salvaged);
    if (readSuspicion(dirname(path)) !== undefined) {
      checkWhole(ledger);
      dropSuspicion(dirname(path));
    }
    return ledger;
  } catch (cause) {
    database.close();
    throw cause instanceof ForeignKey ? wrongKey(path) : cause;
  }
}

/** A ledger that has a chain needs the very key that it was made with; any other gets one. */
function keyFor(path: string, database: Database | undefined, random: Random): Uint8Array {
  const file = keyFileOf(path);
  const key = readLedgerKey(file);
  if (key !== undefined) return key;
  if (database === undefined || hasChain(database)) throw missingKey(path);
  return makeLedgerKey(file, random);
}

/**
 * A ledger over a database that is open already and has its schema (`openStore` with `ledgerStore`). Closing the ledger closes it.
 * @throws LedgerDamage when it does not hold what was written
 */
export function createLedger(
  database: Database,
  { clock, random, boot }: LedgerSurroundings,
  keyBytes: Uint8Array = MEMORY_KEY,
  salvaged?: SalvageReport,
): Ledger {
  assert(boot.length > 0 && boot.length <= 32, 'a boot is named by 1 to 32 characters');
  const transactor = createTransactor(database, 'ledger');
  const statements = prepare(database);
  const key = createChainKey(keyBytes);
  const begun = transactor.run(() => ({ epoch: readOrMakeEpoch(statements, random), chain: createLedgerChain(database, key) }));
  let { epoch } = begun;
  const { chain } = begun;
  const rows = readJournalRows(database, () => epoch);
  const check = (journal: JournalName, from: number, limit: number): RangeCheck => checkRange(rows, key, journal, from, limit, chain.ends(journal));
  for (const journal of JOURNALS) checkNewest(journal, chain, rows, check);
  const listeners: (() => void)[] = [];
  const onFull: (() => void)[] = [];
  let appended = false;
  let announced = false;

  const announce = (): void => {
    if (announced) return;
    announced = true;
    queueMicrotask(() => {
      announced = false;
      for (const listen of listeners) listen();
    });
  };

  const transact = <T>(work: () => T): T => {
    try {
      const outcome = transactor.run(() => {
        const value = work();
        chain.keep();
        return value;
      });
      chain.settle();
      return outcome;
    } catch (cause) {
      if (!transactor.isOpen()) chain.forget();
      if (cause instanceof FaultError && cause.fault.code === 'E-STO-FULL') for (const listen of onFull) listen();
      throw cause;
    }
  };

  return {
    database,
    boot,
    ...(salvaged === undefined ? {} : { salvaged }),
    get epoch() {
      return epoch;
    },
    chain,
    key,
    rows,
    check,
    transaction: (work) => {
      appended = false;
      const outcome = transact(work);
      if (appended) announce();
      return outcome;
    },
    rehearse: (work) => {
      transactor.rehearse(() => {
        try {
          work();
          chain.keep();
        } finally {
          chain.forget();
        }
      });
    },
    append: (body) => {
      assert(transactor.isOpen(), 'an event is appended in the transaction of its fact');
      const lane = LANE_OF_EVENT[body.t];
      const text = JSON.stringify(body.d);
      assert(Buffer.byteLength(text) <= LIMITS.outbox.eventBytesMax, `an event of type ${body.t} is too large for a batch`);
      const at = clock.wall();
      const id = ulid(at, random.bytes(10));
      const seq = chain.next(lane);
      const mono = Math.floor(clock.monotonic());
      const mac = chain.link(lane, seq, outboxText(lane, { seq, event_id: id, type: body.t, at, mono, boot, body: text }));
      statements.insert[lane].run(seq, id, body.t, at, mono, boot, text, mac);
      appended = true;
      return id;
    },
    next: (lane) => chain.next(lane),
    onFull: (listen) => {
      onFull.push(listen);
    },
    onAppended: (listen) => {
      listeners.push(listen);
    },
    renewEpoch: (what = 'unacknowledged') => {
      const renewed = toHex(random.bytes(8));
      transact(() => renumberOutbox(database, { chain, rows, key }, renewed, what));
      epoch = renewed;
    },
    close: () => database.close(),
  };
}

type InsertedRow = [seq: number, id: string, type: string, at: number, mono: number, boot: string, body: string, mac: Uint8Array];

function prepare(database: Database) {
  const insertInto = (lane: OutboxLane) =>
    database.prepare<InsertedRow>(`INSERT INTO outbox_${lane} (seq, event_id, type, at, mono, boot, body, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  return {
    insert: { p0: insertInto('p0'), p1: insertInto('p1') },
    readEpoch: database.prepare<[], string>(`SELECT value FROM meta WHERE name = 'epoch'`).pluck(),
    writeEpoch: database.prepare<[string]>(`INSERT INTO meta (name, value) VALUES ('epoch', ?)`),
  };
}

/** @throws LedgerDamage */
function checkNewest(journal: JournalName, chain: LedgerChain, rows: JournalRows, check: Ledger['check']): void {
  const { base, head, through } = chain.ends(journal);
  if (through > head) throw new LedgerDamage(`journal ${journal} was acknowledged beyond its end`);
  if (rows.last(journal) > head) throw new LedgerDamage(`journal ${journal} goes on behind its end`);
  if (head === base) return;
  const found = check(journal, Math.max(base + 1, head - ROWS_AT_START + 1), ROWS_AT_START);
  if (found.kind === 'broken') throw new LedgerDamage(`journal ${journal}: row ${found.number} is ${found.why}`);
}

function readOrMakeEpoch(statements: ReturnType<typeof prepare>, random: Random): string {
  const kept = statements.readEpoch.get();
  if (kept !== undefined) return kept;
  const made = toHex(random.bytes(8));
  statements.writeEpoch.run(made);
  return made;
}
