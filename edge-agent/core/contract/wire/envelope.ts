import { z } from 'zod';
import { DeviceId, EventId, MachineId } from '../identifiers.ts';
import { IsoTime } from '../values.ts';
import { OutboxLane, WireEvent } from './events.ts';

/** What travels over MQTT between a machine and the box office. JSON, gzip from 1 kB on. */

/** Random 64 bits, made with the ledger: a new ledger or a restored one counts from a new beginning. */
export const Epoch = z.string().regex(/^[0-9a-f]{16}$/);

/** Names one connection, so that what an earlier one left behind (its last will, an answer to its hello) is recognised. */
const Session = z.string().max(32);

/**
 * What the machine knew of the time when the batch went out: how far its wall clock was from the box office's when they were last compared (positive when it
 * is ahead), by how much that was wrong at most, and how wide the span is in which the time must lie now (null: nothing bounds it). The receiver can put times
 * right by it; nothing is ever ordered by time.
 */
export const ClockQuality = z.strictObject({ offMs: z.int(), errMs: z.int().min(0), widthMs: z.int().min(0).nullable() });
export type ClockQuality = z.infer<typeof ClockQuality>;

/** Events `from`, `from + 1`, … of one lane without a gap. */
export const EventBatch = z.strictObject({
  v: z.literal(1),
  dev: MachineId,
  epoch: Epoch,
  lane: OutboxLane,
  from: z.int().min(1),
  /** The event before `from`: a receiver that has kept another one there takes nothing (the log matching of Raft: Ongaro, Ousterhout, 2014). */
  prev: EventId.optional(),
  boot: z.string().max(32),
  /** True when the events are not news: dashboards of the moment leave them out. */
  hist: z.boolean(),
  /** Missing when the machine has never compared its clock with the box office's. */
  clk: ClockQuality.optional(),
  ev: z.array(WireEvent).min(1).max(200),
});
export type EventBatch = z.infer<typeof EventBatch>;

/** Sent after the box office has committed. Cumulative, so a lost one does no harm; an event may leave the outbox only on this. */
export const EventAck = z.strictObject({
  v: z.literal(1),
  lane: OutboxLane,
  epoch: Epoch,
  /** Everything up to and including this has been kept. */
  through: z.int().min(0),
  /** The event that has been kept as the last of them: another one than ours there, and the numbers are not ours. */
  last: EventId.optional(),
  /** Events that can never be accepted; they are dead letters on both sides and block nobody. */
  reject: z.array(z.strictObject({ seq: z.int(), code: z.string().max(64) })).max(200),
  /** What has been kept beyond `through`, first and last of each range: the holes between were lost on the way and are worth sending again at once. */
  sack: z
    .array(z.tuple([z.int().min(1), z.int().min(1)]))
    .max(16)
    .optional(),
  /** The connection whose hello this answers: then `through` is what the store holds, also when that is less than it once was. */
  sess: Session.optional(),
  /** Two machines speak under this one name. */
  twin: z.literal(true).optional(),
  at: IsoTime,
});
export type EventAck = z.infer<typeof EventAck>;

/** The rejection of an event under whose number the box office has kept another one: the machine's ledger was restored from an older copy of itself. */
export const SEQUENCE_REUSED = 'E-BOX-SEQ-REUSED';

export const Hello = z.strictObject({
  v: z.literal(1),
  dev: MachineId,
  sess: Session,
  boot: z.string().max(32),
  epoch: Epoch,
  lanes: z.array(z.strictObject({ lane: OutboxLane, next: z.int(), through: z.int() })).max(4),
  validity: z.strictObject({ epoch: z.string().max(16), version: z.int() }).nullable(),
  /** The counter of the last command that was taken; 0 before the first. */
  command: z.int().min(0).optional(),
  software: z.string().max(32),
  at: IsoTime,
});
export type Hello = z.infer<typeof Hello>;

export const Presence = z.strictObject({
  v: z.literal(1),
  s: z.enum(['on', 'off']),
  sess: Session,
  boot: z.string().max(32),
  /** Of an `off`: the machine was stopped in order. A last will cannot say so. */
  why: z.literal('stopped').optional(),
  at: IsoTime.optional(),
});
export type Presence = z.infer<typeof Presence>;

/** How the devices of a machine are, as the technician's page shows it. Retained, and always whole. */
export const HealthDocument = z.strictObject({
  v: z.literal(1),
  dev: MachineId,
  sess: Session,
  boot: z.string().max(32),
  software: z.string().max(32),
  at: IsoTime,
  devices: z
    .array(
      z.strictObject({
        device: DeviceId,
        class: z.string().max(32),
        state: z.string().max(16),
        reasons: z.array(z.string().max(32)).max(16),
        since: IsoTime,
      }),
    )
    .max(64),
  /** What guests can still do there, and which lost part each missing thing is owed to; a name that is not known is newer than its reader. */
  flows: z
    .array(z.strictObject({ name: z.string().max(16), available: z.boolean(), lost: z.array(z.string().max(32)).max(8) }))
    .max(16)
    .optional(),
  /** Events that wait, by lane. */
  waiting: z.record(OutboxLane, z.int().min(0)),
  deadLetters: z.int().min(0),
});
export type HealthDocument = z.infer<typeof HealthDocument>;

/** What one look at the machine's figures found, by the names of `/metrics`: `foyer_outbox_waiting{lane="p0"}`. */
export const MetricsSample = z.strictObject({
  t: z.literal('metrics'),
  at: IsoTime,
  d: z.record(z.string().max(120), z.number()),
});
export type MetricsSample = z.infer<typeof MetricsSample>;

/**
 * Samples `from`, `from + 1`, … of lane p2, the only one that may lose: nobody acknowledges them, and a full ring drops its oldest. What it dropped is counted
 * in `lost`; what the wire dropped is a gap in the numbers. Together they are everything that is missing.
 */
export const Telemetry = z.strictObject({
  v: z.literal(1),
  dev: MachineId,
  epoch: Epoch,
  lane: z.literal('p2'),
  from: z.int().min(1),
  /** Samples of this epoch that the ring has dropped so far. */
  lost: z.int().min(0),
  ev: z.array(MetricsSample).min(1).max(60),
});
export type Telemetry = z.infer<typeof Telemetry>;
