import { z } from 'zod';
import { Confirmation, Direction, PassageOutcome } from '../admission.ts';
import { EventId, LaneId, MachineId, ShowId, SiteId, TicketId } from '../identifiers.ts';
import { Epoch } from './envelope.ts';

/** What the gates of one site say to each other, over a line of their own for every pair. JSON; a member that says anything else is cut off. */

/** Raised when a member of the old version could misunderstand one of the new. Members of different versions do not speak, and say so. */
export const SITE_PROTOCOL = 1;

/** Milliseconds since 1970-01-01T00:00:00Z. */
const At = z.int().min(0).max(8_640_000_000_000_000);
/** Place in a member's order of claims (Lamport 1978); reaching the bound would take a claim every millisecond for 30,000 years. */
const Stamp = z.int().min(0);
const Place = z.int().min(0);
const Rev = z.int().min(0).max(1_000);

/** A machine's ledger as the source of admissions: a ledger that was restored from an older copy is another source. */
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

/** Members, times the ledgers that each has had in the days for which admissions are kept. */
const Vector = z.array(VectorEntry).max(512);

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
  v: z.int().min(1).max(1_000),
  site: SiteId,
  machine: MachineId,
  /** Names this start of the program. */
  session: z.string().min(1).max(32),
  /** False for a machine that lets nobody in: it keeps the site's admissions, and nobody has to ask it. */
  admits: z.boolean(),
  stamp: Stamp,
  vector: Vector,
  /** Of each ledger of the machine that is greeted, the newest admission that is known: it must know it itself, and as much of it. */
  yours: z.array(z.strictObject({ epoch: Epoch, ticketId: TicketId, scanId: EventId, at: At, rev: Rev, outcome: PassageOutcome.nullable() })).max(64),
});

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

/** Every row of `origin` that stands after `after` and not after `through`. Without what is before it, it is worth nothing. */
const Rows = z.strictObject({ t: z.literal('rows'), origin: SiteOrigin, after: Place, through: Place, rows: z.array(SiteRow).max(500) });

/** The answer to `rows`: how far the origin is known now, and written. */
const Got = z.strictObject({ t: z.literal('got'), entry: VectorEntry });

const Ping = z.strictObject({ t: z.literal('ping'), k: z.int().min(0), vector: Vector });
const Pong = z.strictObject({ t: z.literal('pong'), k: z.int().min(0) });

export const SiteMessage = z.discriminatedUnion('t', [SiteHello, Claim, ClaimAnswer, Withdraw, Rows, Got, Ping, Pong]);
export type SiteMessage = z.infer<typeof SiteMessage>;
