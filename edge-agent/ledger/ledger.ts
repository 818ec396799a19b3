import { toHex } from '#core/base/bytes.ts';
import { assert, InvariantError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { ulid } from '#core/base/ulid.ts';
import { type EventBody, LANE_OF_EVENT, type OutboxLane } from '#core/contract/wire/events.ts';
import type { Clock, Random } from '#core/ports/clock.ts';
import { type Database, openStore } from '../store/database.ts';
import { createTransactor } from '../store/transactor.ts';
import { ledgerStore } from './ledger-store.ts';

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
  /**
   * Runs `work` in one immediate transaction and returns what it returns, once that is on the disk. Transactions do not nest and do not await.
   * @throws whatever `work` throws, after everything was rolled back; StoreUnknownError when nobody can tell whether it was committed: then nothing may be
   *   released or printed and the process must stop; FaultError `E-STO-FULL` or `E-STO-BUSY` when it certainly was not.
   */
  transaction<T>(work: () => T): T;
  /**
   * Writes an event into the outbox, as part of the transaction that is open.
   * @returns the event's id
   * @throws InvariantError outside a transaction
   */
  append(body: EventBody): string;
  /** The number that the lane's next event gets. Inside a transaction it counts what was appended there; a roll-back takes that back. */
  next(lane: OutboxLane): number;
  /** Called after each commit that appended, in a microtask: what the caller does with its fact (open the gate) comes first. */
  onAppended(listen: () => void): void;
  /**
   * Begins a new epoch: everything unacknowledged is numbered again from 1, acknowledged rows go. For a ledger that was restored from an older copy, whose
   * numbers the box office has already seen for other events.
   */
  renewEpoch(): void;
  close(): void;
}

export interface LedgerSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  /** Names this start of the program, at most 32 characters. */
  readonly boot: string;
}

/** @throws FaultError as `openStore` does */
export function openLedger(path: string, surroundings: LedgerSurroundings): Ledger {
  return createLedger(openStore(path, ledgerStore), surroundings);
}

/** A ledger over a database that is open already and has its schema (`openStore` with `ledgerStore`). Closing the ledger closes it. */
export function createLedger(database: Database, { clock, random, boot }: LedgerSurroundings): Ledger {
  assert(boot.length > 0 && boot.length <= 32, 'a boot is named by 1 to 32 characters');
  const transactor = createTransactor(database, 'ledger');
  const statements = prepare(database);
  let epoch = transactor.run(() => readOrMakeEpoch(statements, random));
  /** The number that each lane's next event gets. The table is asked once: every number afterwards is given here, in the transaction that is open. */
  let next = readNumbers(database);
  const listeners: (() => void)[] = [];
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

  return {
    database,
    boot,
    get epoch() {
      return epoch;
    },
    transaction: (work) => {
      appended = false;
      const before = { ...next };
      try {
        const outcome = transactor.run(work);
        if (appended) announce();
        return outcome;
      } catch (cause) {
        next = before;
        throw cause;
      }
    },
    append: (body) => {
      assert(transactor.isOpen(), 'an event is appended in the transaction of its fact');
      const lane = LANE_OF_EVENT[body.t];
      const text = JSON.stringify(body.d);
      assert(Buffer.byteLength(text) <= LIMITS.outbox.eventBytesMax, `an event of type ${body.t} is too large for a batch`);
      const at = clock.wall();
      const id = ulid(at, random.bytes(10));
      statements.insert.run(lane, next[lane], id, body.t, at, Math.floor(clock.monotonic()), boot, text);
      next[lane] += 1;
      appended = true;
      return id;
    },
    next: (lane) => next[lane],
    onAppended: (listen) => {
      listeners.push(listen);
    },
    renewEpoch: () => {
      const renewed = toHex(random.bytes(8));
      transactor.run(() => renumber(database, renewed, next));
      next = readNumbers(database);
      epoch = renewed;
    },
    close: () => database.close(),
  };
}

type InsertedRow = [lane: OutboxLane, seq: number, id: string, type: string, at: number, mono: number, boot: string, body: string];

function prepare(database: Database) {
  return {
    insert: database.prepare<InsertedRow>('INSERT INTO outbox (lane, seq, event_id, type, at, mono, boot, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    readEpoch: database.prepare<[], string>(`SELECT value FROM meta WHERE name = 'epoch'`).pluck(),
    writeEpoch: database.prepare<[string]>(`INSERT INTO meta (name, value) VALUES ('epoch', ?)`),
  };
}

/** `outbox_lane.next` is behind by the events that were appended since it was last written; rows that are gone are always below it. */
function readNumbers(database: Database): Record<OutboxLane, number> {
  const read = database
    .prepare<[OutboxLane, OutboxLane], number>(
      'SELECT max(next, coalesce((SELECT max(seq) FROM outbox WHERE lane = ?) + 1, 0)) FROM outbox_lane WHERE lane = ?',
    )
    .pluck();
  const numberOf = (lane: OutboxLane): number => {
    const number = read.get(lane, lane);
    if (number === undefined) throw new InvariantError(`the outbox has no lane ${lane}`);
    return number;
  };
  return { p0: numberOf('p0'), p1: numberOf('p1') };
}

function readOrMakeEpoch(statements: ReturnType<typeof prepare>, random: Random): string {
  const kept = statements.readEpoch.get();
  if (kept !== undefined) return kept;
  const made = toHex(random.bytes(8));
  statements.writeEpoch.run(made);
  return made;
}

function renumber(database: Database, epoch: string, next: Readonly<Record<OutboxLane, number>>): void {
  database.prepare(`UPDATE meta SET value = ? WHERE name = 'epoch'`).run(epoch);
  const write = database.prepare<[number, OutboxLane]>('UPDATE outbox_lane SET next = ? WHERE lane = ?');
  for (const lane of ['p0', 'p1'] as const) write.run(next[lane], lane);
  database.exec(`
    DELETE FROM outbox WHERE seq <= (SELECT through FROM outbox_lane WHERE outbox_lane.lane = outbox.lane);
    -- By way of negative numbers, so that no row meets the old number of another while they move.
    UPDATE outbox SET seq = (SELECT through FROM outbox_lane WHERE outbox_lane.lane = outbox.lane) - seq;
    UPDATE outbox SET seq = -seq;
    UPDATE outbox_lane SET next = next - through, through = 0;
  `);
}
