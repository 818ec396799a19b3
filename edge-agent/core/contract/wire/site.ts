import { z } from 'zod';
import { Confirmation, Direction, PassageOutcome } from '../admission.ts';
import { EventId, LaneId, MachineId, ShowId, SiteId, TicketId } from '../identifiers.ts';
import { Epoch } from './envelope.ts';

/**
 * What the gates of one site say to each other, over a line of their own for every pair. JSON. A later build may add fields and kinds of messages, and an
 * earlier one passes over them and tells its technician (`site/heard-message.ts`); a member that says anything else is cut off.
 */

/**
 * Raised when a member of the old version could misunderstand one of the new: a field that may not be passed over, a new value of an old field. Members of
 * different versions do not speak, and say so. What is added without raising it is a help, and whoever adds a question asks it only of those who know it.
 */
export const SITE_PROTOCOL = 2;

/** Milliseconds since 1970-01-01T00:00:00Z. */
const At = z.int().min(0).max(8_640_000_000_000_000);
/** Place in a member's order of claims (Lamport 1978); reaching the bound would take a claim every millisecond for 30,000 years. */
const Stamp = z.int().min(0);
const Place = z.int().min(0);
const Rev = z.int().min(0).max(1_000);

/** One start of a machine's program as the source of admissions: a program that goes on from an older copy of its disk is another source. */
export const SiteOrigin = z.strictObject({ machine: MachineId, epoch: Epoch });
export type SiteOrigin = z.infer<typeof SiteOrigin>;

/** One admission, as every member keeps it. */
export const SiteRow = z.strictObject({
  ...SiteOrigin.shape,
  /** Its place among the changes of its origin; it moves to a new one with each change. */
  n: Place,
  /** How often it has changed. */
  rev: Rev,
  scanId: EventId,
  ticketId: TicketId,
  showId: ShowId.nullable(),
  lane: LaneId,
  direction: Direction,
  at: At,
  outcome: PassageOutcome.nullable(),
  /** What the gate that let the guest in knew of the ticket. */
  admits: z.int().min(1).max(255),
  reentry: z.boolean(),
  clockErrorMs: z.int().min(-1),
  dataVersion: z.int().min(-1),
  dataAgeSeconds: z.int().min(-1),
  confirmation: Confirmation,
  /** Of a changing code. */
  step: z.int().min(0).nullable(),
  /** Who let the guest in against the reasons. */
  override: z.string().max(64).nullable(),
});
export type SiteRow = z.infer<typeof SiteRow>;

/** Everything of this origin up to and including `through` is known. */
export const VectorEntry = z.strictObject({ ...SiteOrigin.shape, through: Place });
export type VectorEntry = z.infer<typeof VectorEntry>;

/** Of so many origins at most, the newest: 32 members that each let somebody in after 32 starts in the days for which admissions are kept. */
export const VECTOR_MAX = 1_024;
const Vector = z.array(VectorEntry).max(VECTOR_MAX);

/** Everything of this origin that stands after `after` and not after `through`. Without what is before it, it is worth nothing. */
export const RowRange = z.strictObject({ ...SiteOrigin.shape, after: Place, through: Place });
export type RowRange = z.infer<typeof RowRange>;
/** So many origins are told in one message; another 12 kB. */
export const RANGES_MAX = 128;

/** An admission that somebody is making at this moment. */
export const OpenClaim = z.strictObject({
  scanId: EventId,
  machine: MachineId,
  lane: LaneId,
  at: At,
  stamp: Stamp,
  /** Its outcome is known to its own gate, which is about to write it. */
  held: z.boolean(),
});
export type OpenClaim = z.infer<typeof OpenClaim>;

export const SiteHello = z.strictObject({
  t: z.literal('hello'),
  v: z.literal(SITE_PROTOCOL),
  site: SiteId,
  machine: MachineId,
  /** Of the program, for the technician: which machine still waits for its update. */
  software: z.string().max(32).optional(),
  /** Names this start of the program. */
  session: z.string().min(1).max(32),
  /** False for a machine that lets nobody in: it keeps the site's admissions, and nobody has to ask it. */
  admits: z.boolean(),
  stamp: Stamp,
  vector: Vector,
});
export type SiteHello = z.infer<typeof SiteHello>;

const Claim = z.strictObject({ t: z.literal('claim'), ticketId: TicketId, claim: OpenClaim });

/** All that the member knows of the ticket: its admissions, and who else is making one. Whoever asked judges by it. */
const ClaimAnswer = z.strictObject({
  t: z.literal('answer'),
  scanId: EventId,
  stamp: Stamp,
  rows: z.array(SiteRow).max(64),
  claims: z.array(OpenClaim).max(64),
});

const Withdraw = z.strictObject({ t: z.literal('withdraw'), scanId: EventId });

/** Every row of these ranges. A row that has come under another name since stands in the range of that one. */
const Rows = z.strictObject({ t: z.literal('rows'), ranges: z.array(RowRange).min(1).max(RANGES_MAX), rows: z.array(SiteRow).max(500) });

/** The answer to `rows`: how far these origins are known now, and written. */
const Got = z.strictObject({ t: z.literal('got'), entries: z.array(VectorEntry).min(1).max(RANGES_MAX) });

/** `vector` has what the other has not been told on this line yet. */
const Ping = z.strictObject({ t: z.literal('ping'), k: z.int().min(0), vector: Vector });
const Pong = z.strictObject({ t: z.literal('pong'), k: z.int().min(0) });

export const SiteMessage = z.discriminatedUnion('t', [SiteHello, Claim, ClaimAnswer, Withdraw, Rows, Got, Ping, Pong]);
export type SiteMessage = z.infer<typeof SiteMessage>;
