import { z } from 'zod';
import { ScreenId, ShowId, SiteId, TicketId } from '../identifiers.ts';
import { IsoTime } from '../values.ts';

/** What gates know: tickets and their state, shows and their windows, the keys that sign tickets. Signed by the box office, whole or as changes. */

export const TicketStanding = z.enum(['valid', 'refunded', 'revoked', 'cancelled', 'blocked', 'unpaid']);
export type TicketStanding = z.infer<typeof TicketStanding>;

export const ValidityTicket = z.strictObject({
  id: TicketId,
  showId: ShowId,
  /** Index in the screen's seat plan; null for a ticket without a seat. */
  seat: z.int().min(0).max(65_534).nullable(),
  /** As it stands on the seat: `5-08`. */
  seatLabel: z.string().max(16),
  admits: z.int().min(1).max(255),
  /** The class needs a look at the guest's proof (child, student, senior). */
  needsProof: z.boolean(),
  standing: TicketStanding,
  /** When the standing was given. */
  since: IsoTime,
});
export type ValidityTicket = z.infer<typeof ValidityTicket>;

export const ValidityShow = z.strictObject({
  id: ShowId,
  screenId: ScreenId,
  screenName: z.strictObject({ zh: z.string(), en: z.string() }),
  filmTitle: z.strictObject({ zh: z.string(), en: z.string() }),
  startsAt: IsoTime,
  endsAt: IsoTime,
  /** Entry is allowed in [from, until], both instants included. */
  entryFrom: IsoTime,
  entryUntil: IsoTime,
  reentry: z.boolean(),
  cancelled: z.boolean(),
});
export type ValidityShow = z.infer<typeof ValidityShow>;

export const TicketKey = z.strictObject({
  /** The key's number in a ticket, 0 to 255. */
  id: z.int().min(0).max(255),
  /** Ed25519 public key, 32 bytes in base64url. */
  publicKey: z.string().length(43),
  notBefore: IsoTime,
  notAfter: IsoTime,
});
export type TicketKey = z.infer<typeof TicketKey>;

/** Sum modulo 2^256 of the SHA-256 of every ticket and show in its canonical JSON, in hexadecimal: two sides that hold the same rows have the same hash. */
export const SetHash = z.string().regex(/^[0-9a-f]{64}$/);

export const ValidityOp = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('put-ticket'), ticket: ValidityTicket }),
  z.strictObject({ op: z.literal('drop-ticket'), id: TicketId }),
  z.strictObject({ op: z.literal('put-show'), show: ValidityShow }),
  z.strictObject({ op: z.literal('drop-show'), id: ShowId }),
  z.strictObject({ op: z.literal('put-keys'), keys: z.array(TicketKey).max(16) }),
]);
export type ValidityOp = z.infer<typeof ValidityOp>;

export const ValidityHead = z.strictObject({
  scope: SiteId,
  /** A new epoch starts when the box office's data were made anew; versions of two epochs cannot be compared. */
  epoch: z.string().regex(/^[0-9a-f]{16}$/),
  version: z.int().min(0),
  setHash: SetHash,
  /** When this was signed, by the box office's clock: the version was the newest at that time, however long ago it was made. Gates count their data's age from it. */
  at: IsoTime,
});
export type ValidityHead = z.infer<typeof ValidityHead>;

export const ValiditySnapshot = z.strictObject({
  head: ValidityHead,
  keys: z.array(TicketKey).max(16),
  shows: z.array(ValidityShow),
  tickets: z.array(ValidityTicket),
});
export type ValiditySnapshot = z.infer<typeof ValiditySnapshot>;

/** Takes version `head.version - 1` to `head.version`: one step each, so that a gap is seen. */
export const ValidityDelta = z.strictObject({ head: ValidityHead, ops: z.array(ValidityOp).max(5_000) });
export type ValidityDelta = z.infer<typeof ValidityDelta>;

/** `body` is the JSON text of a head, a delta or a snapshot; `signature` is Ed25519 over `context + body` in base64url. */
export const Signed = z.strictObject({ body: z.string(), signature: z.string().length(86) });
export type Signed = z.infer<typeof Signed>;

/** What is signed together with the body, so that one kind can never pass for another. */
export const SIGNING_CONTEXT = {
  head: 'foyer/validity-head/v1\n',
  delta: 'foyer/validity-delta/v1\n',
  snapshot: 'foyer/validity-snapshot/v1\n',
} as const;

/** Signed deltas after a version, oldest first; `complete` is false when more follow, `tooOld` asks for the snapshot instead. */
export const DeltaRange = z.strictObject({ deltas: z.array(Signed).max(500), complete: z.boolean(), tooOld: z.boolean() });
export type DeltaRange = z.infer<typeof DeltaRange>;
