import type { BusinessDay } from '#core/base/business-day.ts';
import type { Instant } from '#core/base/time.ts';
import type { CommandRecord } from '#core/box-office/command-record.ts';
import type { MemberEntry, MemberId, MemberRecord } from '#core/box-office/member-account.ts';
import type { AttemptRecord, ClaimRecord, HoldRecord, OrderRecord, ShowRecord, TakenSeat, TicketRecord } from '#core/box-office/records.ts';
import type { MemberCardCode } from '#core/contract/box-office/sales.ts';
import type { TicketKey, ValidityOp } from '#core/contract/box-office/validity.ts';
import type { IdempotencyKey, MachineId, OrderId, PickUpCode, SeatId, ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { Conflict, OutboxLane } from '#core/contract/wire/events.ts';
import type { ConflictRow } from '#core/site/conflict.ts';

/**
 * Where the box office keeps everything. Transactions are serialisable: each sees the store as if it were alone, and leaves all of its changes or none. A
 * store on a server may have to run `work` again after a conflict, so `work` does nothing but read and write through `tx`. When `transaction` resolves, the
 * changes have survived a power cut.
 *
 * The contract suite `test/contract/box-office-store.contract.ts` says what every implementation has to hold.
 */
export interface BoxOfficeStore {
  transaction<Value>(work: (tx: BoxOfficeTransaction) => Promise<Value>): Promise<Value>;
  /** What was committed before, and nothing of what is committed afterwards; it waits for nobody and nobody waits for it. */
  readValidity(): Promise<ValidityReading>;
  close(): Promise<void>;
}

export interface BoxOfficeTransaction {
  readonly counters: Counters;
  readonly shows: Shows;
  readonly seats: Seats;
  readonly holds: Holds;
  readonly orders: Orders;
  readonly attempts: Attempts;
  readonly members: Members;
  readonly tickets: Tickets;
  readonly claims: Claims;
  readonly commands: Commands;
  readonly events: Events;
  readonly admissions: Admissions;
  readonly conflicts: Conflicts;
  readonly validity: Validity;
}

export interface Counters {
  /** 1, 2, 3 … for each name; never the same twice, also not after a transaction that failed was run again. */
  next(name: 'hold-token' | 'command'): Promise<number>;
}

export interface Shows {
  find(id: ShowId): Promise<ShowRecord | undefined>;
  /** False, and nothing changed, when the show is known. */
  add(record: ShowRecord): Promise<boolean>;
  /** In the order of their start. */
  onDays(days: readonly BusinessDay[]): Promise<readonly ShowRecord[]>;
  /** Counts the picture's version up and answers the new one. */
  touch(id: ShowId): Promise<number>;
}

export interface Seats {
  ofShow(showId: ShowId): Promise<readonly TakenSeat[]>;
  /** Takes all of the seats, which are of one show, or none: answers those that somebody else has, and when there are any nothing was changed. */
  take(seats: readonly TakenSeat[]): Promise<readonly SeatId[]>;
  /** Frees every seat of the hold, held or sold; answers how many. */
  free(holdId: string): Promise<number>;
  /** Turns the held seats of the hold into sold ones; answers how many. */
  sell(holdId: string): Promise<number>;
  /** How many seats are not free. A show without any is missing. */
  takenCounts(showIds: readonly ShowId[]): Promise<ReadonlyMap<ShowId, number>>;
}

export interface Holds {
  find(id: string): Promise<HoldRecord | undefined>;
  findByKey(key: IdempotencyKey): Promise<HoldRecord | undefined>;
  /** Adds or replaces. */
  put(record: HoldRecord): Promise<void>;
  /** `held` with `until` at or before the instant, the longest lapsed first. */
  lapsedBy(at: Instant): Promise<readonly HoldRecord[]>;
}

export interface Orders {
  find(id: OrderId): Promise<OrderRecord | undefined>;
  findByKey(key: IdempotencyKey): Promise<OrderRecord | undefined>;
  findByPickUpCode(code: PickUpCode): Promise<OrderRecord | undefined>;
  put(record: OrderRecord): Promise<void>;
  /** `unpaid` with `holdUntil` at or before the instant, the longest lapsed first. */
  lapsedBy(at: Instant): Promise<readonly OrderRecord[]>;
}

export interface Attempts {
  find(key: IdempotencyKey): Promise<AttemptRecord | undefined>;
  /** The newest last. */
  ofOrder(orderId: OrderId): Promise<readonly AttemptRecord[]>;
  put(record: AttemptRecord): Promise<void>;
  /** All for which something is still to be asked, waited for or looked at (`isUnfinished`). */
  open(): Promise<readonly AttemptRecord[]>;
  /** All whose money came or went back from `from` on and before `until`. */
  movedBetween(from: Instant, until: Instant): Promise<readonly AttemptRecord[]>;
  /** Those for which the card terminal of any machine is to be asked or told something. */
  atTerminals(): Promise<readonly AttemptRecord[]>;
  /** Those for which a machine's card terminal is to be asked or told something (`needsTerminal`). */
  ofTerminal(machine: MachineId): Promise<readonly AttemptRecord[]>;
}

export interface Members {
  find(id: MemberId): Promise<MemberRecord | undefined>;
  findByCard(card: MemberCardCode): Promise<MemberRecord | undefined>;
  /** Adds or replaces. A card belongs to one member. */
  put(member: MemberRecord): Promise<void>;
  /** The sum of all entries. */
  balance(id: MemberId): Promise<number>;
  /** Oldest first. */
  entries(id: MemberId): Promise<readonly MemberEntry[]>;
  /** Appends. False, and nothing changed, when an entry has this reference: one payment is charged once and comes back once. */
  append(entry: MemberEntry): Promise<boolean>;
  count(): Promise<number>;
}

export interface Tickets {
  find(id: TicketId): Promise<TicketRecord | undefined>;
  /** In the order of their place in the order. */
  ofOrder(orderId: OrderId): Promise<readonly TicketRecord[]>;
  put(record: TicketRecord): Promise<void>;
  /** Valid and not printed, of shows that ended at or after the instant, those of the earliest end first. */
  unprinted(endsFrom: Instant, limit: number): Promise<readonly TicketRecord[]>;
}

export interface Claims {
  findByKey(key: IdempotencyKey): Promise<ClaimRecord | undefined>;
  put(record: ClaimRecord): Promise<void>;
}

export interface Commands {
  find(id: string): Promise<CommandRecord | undefined>;
  findByKey(key: IdempotencyKey): Promise<CommandRecord | undefined>;
  /** Adds or replaces, by the command's number. */
  put(record: CommandRecord): Promise<void>;
  /** Those of the highest numbers, the highest first. */
  newest(limit: number): Promise<readonly CommandRecord[]>;
  /** Forgets all but so many of the newest. */
  prune(keep: number): Promise<void>;
}

/** A machine's lane, counted since the machine's ledger was made. */
export interface LaneOfMachine {
  readonly dev: string;
  readonly epoch: string;
  readonly lane: OutboxLane;
}

/** kept: its effect has been or will be applied · duplicate: the same event under another number · rejected: can never be accepted, see `code`. */
export type EventDisposition = 'kept' | 'duplicate' | 'rejected';

export interface ReceivedEvent extends LaneOfMachine {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  /** The event as JSON text. */
  readonly body: string;
  readonly receivedAt: Instant;
  readonly disposition: EventDisposition;
  readonly code?: string | undefined;
}

/** An event beyond a gap may have had its effect before the gap was closed: see `Events.stranded`. */
export interface KeptEvent extends ReceivedEvent {
  readonly hadEffect: boolean;
}

/** What stands under a number of a lane, without what it says. */
export type EventHead = Pick<ReceivedEvent, 'seq' | 'id' | 'disposition' | 'code'>;

export interface Events {
  /** From number to number, in their order; what is not there is left out. */
  heads(lane: LaneOfMachine, from: number, to: number): Promise<readonly EventHead[]>;
  /** The bodies of the events that were kept under these ids, wherever they came from. An id without one is missing. */
  keptUnder(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Appends. The number within its lane must be free; a kept event's id too. */
  add(event: ReceivedEvent): Promise<void>;
  /** The events of the lane from `seq` on without a gap, at most `limit`. */
  run(lane: LaneOfMachine, seq: number, limit: number): Promise<readonly KeptEvent[]>;
  /** Everything of the lane up to and including this has been received and applied; 0 at first. */
  through(lane: LaneOfMachine): Promise<number>;
  setThrough(lane: LaneOfMachine, through: number): Promise<void>;
  /** Which of these events of the machine are kept beyond a gap of their lane and have had no effect. */
  withoutEffect(dev: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Kept events beyond a gap, which have had their effect now: the gap's end brings no second one. */
  hadEffect(ids: readonly string[]): Promise<void>;
  /** `withoutEffect`, received before the instant by a machine that has sent under another epoch since: lane by lane, in the order of their numbers. */
  stranded(before: Instant, limit: number): Promise<readonly ReceivedEvent[]>;
  /** Kept events of one machine after a position, which counts all events of the site in the order of their arrival. */
  ofMachine(dev: string, after: number, limit: number): Promise<readonly (ReceivedEvent & { readonly position: number })[]>;
  /** Of kept audits that a machine had tickets of an order unknown here, received from the instant on, without those that a person has settled since then: the oldest first, at most `limit`. */
  unknownOrders(from: Instant, limit: number): Promise<readonly ToldOrder[]>;
  /** Forgets events that were received before the instant, the oldest first: those below the watermark of their lane alone, or with `hadEffect`, because their effects stand. How many. */
  prune(before: Instant, limit: number): Promise<number>;
}

export interface ToldOrder {
  /** As the machine wrote it: the order, and its amount when it knew it. */
  readonly detail: string;
  readonly dev: string;
  readonly receivedAt: Instant;
}

/** A gate let somebody in, or said that nobody went in after all. */
export interface AdmissionRecord {
  readonly scanId: string;
  readonly ticketId: TicketId;
  readonly dev: string;
  readonly gateLane: string;
  /** False from the moment on at which the gate reported that nobody passed. */
  readonly stands: boolean;
  /** What a conflict is judged by; missing in what was kept before there were conflicts. An exit stands for nothing, and is kept for this alone. */
  readonly facts?: ConflictRow;
}

export interface Admissions {
  /** Those of the scans that are known, in no order. */
  of(scanIds: readonly string[]): Promise<readonly AdmissionRecord[]>;
  /** False, and nothing changed, when the scan is known. */
  add(record: AdmissionRecord): Promise<boolean>;
  /** Replaces what stands and its facts; the scan is known. */
  change(record: AdmissionRecord): Promise<void>;
  /** How many each of the tickets has, whether they stand or not. One without any is missing. The tickets are named once each. */
  counts(ticketIds: readonly TicketId[]): Promise<ReadonlyMap<TicketId, number>>;
  /** How often the ticket stands as used. */
  standing(ticketId: TicketId): Promise<number>;
  /** In the order of their scan ids. */
  ofTicket(ticketId: TicketId): Promise<readonly AdmissionRecord[]>;
}

/** A ticket that let in too many, as last known. */
export interface ConflictRecord {
  readonly conflict: Conflict;
  readonly foundAt: Instant;
  readonly changedAt: Instant;
  /** The machines that have told of it. */
  readonly toldBy: readonly MachineId[];
}

export interface Conflicts {
  find(ticketId: TicketId): Promise<ConflictRecord | undefined>;
  /** Those of the tickets that have a record. */
  among(ticketIds: readonly TicketId[]): Promise<readonly TicketId[]>;
  /** Adds or replaces; it is the newest from now on. */
  put(record: ConflictRecord): Promise<void>;
  /** The newest change first. */
  newest(limit: number): Promise<readonly ConflictRecord[]>;
}

export interface ValidityMark {
  readonly epoch: string;
  readonly version: number;
  readonly setHash: string;
  readonly chain: string;
  readonly at: Instant;
}

/** Rows are kept in their binary form (`core/validity/row-codec.ts`) under their prefix: kind and key. The ring of keys is apart. */
export interface Validity {
  /** Undefined in a new store. */
  mark(): Promise<ValidityMark | undefined>;
  setMark(mark: ValidityMark): Promise<void>;
  keys(): Promise<readonly TicketKey[]>;
  setKeys(keys: readonly TicketKey[]): Promise<void>;
  row(prefix: Uint8Array): Promise<Uint8Array | undefined>;
  /** Those rows that are there, in no order. */
  rowsUnder(prefixes: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
  /** Adds or replaces. */
  putRow(row: Uint8Array): Promise<void>;
  dropRow(prefix: Uint8Array): Promise<void>;
  /** The first so many rows after a prefix (from the beginning for an empty one), in ascending order. */
  rowsAfter(prefix: Uint8Array, limit: number): Promise<readonly Uint8Array[]>;
  /** The tickets of a show, or the codes of a ticket, in ascending order. */
  rowsOf(prefix: Uint8Array): Promise<readonly Uint8Array[]>;
  addDelta(delta: StoredDelta): Promise<void>;
  /** After `version`, oldest first. */
  deltasAfter(version: number, limit: number): Promise<readonly StoredDelta[]>;
  oldestDelta(): Promise<number | undefined>;
  dropDeltasUpTo(version: number): Promise<void>;
}

/** The change that led to `version`. */
export interface StoredDelta {
  readonly version: number;
  readonly setHash: string;
  readonly chain: string;
  readonly at: Instant;
  readonly ops: readonly ValidityOp[];
}

/** The validity data of one moment, while everybody else goes on writing. Closed by whoever opened it, soon: some stores keep old pages as long as it is open. */
export interface ValidityReading {
  mark(): Promise<ValidityMark | undefined>;
  keys(): Promise<readonly TicketKey[]>;
  rowsAfter(prefix: Uint8Array, limit: number): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
}
