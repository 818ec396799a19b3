import { z } from 'zod';
import { MachineId } from '../identifiers.ts';
import { IsoTime } from '../values.ts';
import { OutboxLane, WireEvent } from './events.ts';

/** What travels over MQTT between a machine and the box office. JSON, gzip from 1 kB on. */

/** Random 64 bits, made with the ledger: a new ledger or a restored one counts from a new beginning. */
export const Epoch = z.string().regex(/^[0-9a-f]{16}$/);

/** Events `from`, `from + 1`, … of one lane without a gap. */
export const EventBatch = z.strictObject({
  v: z.literal(1),
  dev: MachineId,
  epoch: Epoch,
  lane: OutboxLane,
  from: z.int().min(1),
  boot: z.string().max(32),
  /** True when the events are not news: dashboards of the moment leave them out. */
  hist: z.boolean(),
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
  /** Events that can never be accepted; they are dead letters on both sides and block nobody. */
  reject: z.array(z.strictObject({ seq: z.int(), code: z.string().max(64) })).max(200),
  at: IsoTime,
});
export type EventAck = z.infer<typeof EventAck>;

/** The rejection of an event under whose number the box office has kept another one: the machine's ledger was restored from an older copy of itself. */
export const SEQUENCE_REUSED = 'E-BOX-SEQ-REUSED';

export const Hello = z.strictObject({
  v: z.literal(1),
  dev: MachineId,
  /** Names this connection, so that a late will of an earlier one is recognised. */
  sess: z.string().max(32),
  boot: z.string().max(32),
  epoch: Epoch,
  lanes: z.array(z.strictObject({ lane: OutboxLane, next: z.int(), through: z.int() })).max(4),
  validity: z.strictObject({ epoch: z.string().max(16), version: z.int() }).nullable(),
  software: z.string().max(32),
  at: IsoTime,
});
export type Hello = z.infer<typeof Hello>;

export const Presence = z.strictObject({
  v: z.literal(1),
  s: z.enum(['on', 'off']),
  sess: z.string().max(32),
  boot: z.string().max(32),
  at: IsoTime.optional(),
});
export type Presence = z.infer<typeof Presence>;
