import { z } from 'zod';
import { MachineId, ScreenId, ShowId, SiteId, TicketId } from '../identifiers.ts';
import { IsoTime } from '../values.ts';

/**
 * What gates know: tickets and their state, shows and their windows, codes of other systems, the keys that sign tickets. Signed by the box office: whole, as
 * a manifest of binary shards, or as changes, one version each. `edge-agent/validity/README.md` is the specification for others.
 */

export const TicketStanding = z.enum(['valid', 'refunded', 'revoked', 'cancelled', 'blocked', 'unpaid', 'not-confirmed']);
export type TicketStanding = z.infer<typeof TicketStanding>;

/** Times from 1970 on: a row holds them in 48 bits. */
const RowTime = IsoTime.regex(/^(?:19[7-9]|[2-9]\d)\d/, 'a time of a row is between 1970 and 9999');
/** Text that has one UTF-8 form: no half of a surrogate pair. */
const rowText = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^\P{Surrogate}*$/u, 'text is whole Unicode');
const RowNames = z.strictObject({ zh: rowText(200), en: rowText(200) });
/** Four bytes of a ticket. */
const RowShowId = ShowId.refine((id) => Number(id) <= 0xffff_ffff, 'a show is a number below 2^32');

export const ValidityTicket = z.strictObject({
  id: TicketId,
  showId: RowShowId,
  /** Index in the screen's seat plan; null for a ticket without a seat. */
  seat: z.int().min(0).max(65_534).nullable(),
  /** As it stands on the seat: `5-08`. */
  seatLabel: rowText(16),
  admits: z.int().min(1).max(255),
  /** The class needs a look at the guest's proof (child, student, senior). */
  needsProof: z.boolean(),
  ticketClass: z.enum(['standard', 'child', 'student', 'senior']),
  /** Of a child's: tickets of grown-ups of the same order, to the same show. One of them has to be inside where children do not go alone. */
  escorts: z.array(TicketId).max(7),
  /** In which forms the ticket may be shown: the code on paper, the changing one of a phone, or either. */
  forms: z.enum(['paper', 'rotating', 'both']),
  standing: TicketStanding,
  /** When the standing was given. */
  since: RowTime,
});
export type ValidityTicket = z.infer<typeof ValidityTicket>;

export const ValidityShow = z.strictObject({
  id: RowShowId,
  screenId: ScreenId,
  screenName: RowNames,
  filmTitle: RowNames,
  startsAt: RowTime,
  endsAt: RowTime,
  /** Entry is allowed in [from, until], both instants included. */
  entryFrom: RowTime,
  entryUntil: RowTime,
  reentry: z.boolean(),
  cancelled: z.boolean(),
  /** Bodies that the hall may hold; null when its seats alone limit it. */
  capacity: z.int().min(0).max(1_000_000).nullable(),
  /** A child does not go in before a grown-up of its order. */
  escortChildren: z.boolean(),
  /** What a gate does alone while the gates of the site cannot reach each other. */
  whenSplit: z.enum(['open', 'home-gate', 'closed']),
  /** The one gate that lets people in under `home-gate`. */
  homeGate: MachineId.nullable(),
});
export type ValidityShow = z.infer<typeof ValidityShow>;

/** The first 16 bytes of the keyed hash of a code that is not ours, in hexadecimal. */
export const CodeHash = z.string().regex(/^[0-9a-f]{32}$/);

/** A code of another system that stands for one of our tickets. Nobody can make the code from the row. */
export const ValidityCode = z.strictObject({ hash: CodeHash, ticketId: TicketId });
export type ValidityCode = z.infer<typeof ValidityCode>;

export const TicketKey = z.strictObject({
  /** The key's number in a ticket, 0 to 255. */
  id: z.int().min(0).max(255),
  /** Ed25519 public key, 32 bytes in base64url. */
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  notBefore: RowTime,
  notAfter: RowTime,
});
export type TicketKey = z.infer<typeof TicketKey>;
/** At most so many keys at a time; no two with one number. */
const KeyRing = z
  .array(TicketKey)
  .max(16)
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'no two keys have one number');

/** 256 bits in hexadecimal. */
const Hash256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Sum modulo 2^256 of the SHA-256 of every row (keys included) in its binary form: two sides that hold the same rows have the same hash. */
export const SetHash = Hash256;

/** A change as the box office decides it; on the wire it is binary. */
export const ValidityOp = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('put-ticket'), ticket: ValidityTicket }),
  z.strictObject({ op: z.literal('drop-ticket'), id: TicketId }),
  z.strictObject({ op: z.literal('put-show'), show: ValidityShow }),
  z.strictObject({ op: z.literal('drop-show'), id: RowShowId }),
  z.strictObject({ op: z.literal('put-code'), code: ValidityCode }),
  z.strictObject({ op: z.literal('drop-code'), hash: CodeHash }),
  z.strictObject({ op: z.literal('put-keys'), keys: KeyRing }),
]);
export type ValidityOp = z.infer<typeof ValidityOp>;

export const ValidityHead = z.strictObject({
  scope: SiteId,
  /** A new epoch starts when the box office's data were made anew; versions of two epochs cannot be compared. */
  epoch: z.string().regex(/^[0-9a-f]{16}$/),
  version: z.int().min(0),
  setHash: SetHash,
  /** SHA-256 over the chain of the version before and the operations that led to this one: the whole history in 256 bits. */
  chain: Hash256,
  /** Hash of the secrets that gates need besides (see `gate-secrets.ts`): they fetch them when it changes. */
  secretsHash: Hash256,
  /** When this was signed, by the box office's clock: the version was the newest at that time, however long ago it was made. Gates count their data's age from it. */
  at: RowTime,
});
export type ValidityHead = z.infer<typeof ValidityHead>;

/** A file of rows, named by the hash of its bytes: it never changes, and whoever has it need not fetch it again. */
export const ValidityShard = z.strictObject({
  sha256: Hash256,
  bytes: z.int().min(1).max(1_048_576),
  rows: z.int().min(1).max(1_048_576),
  /** Kind and key of the first and the last row, in hexadecimal: shards follow each other in ascending order and share no row. */
  first: z.string().regex(/^(?:[0-9a-f]{2}){1,32}$/),
  last: z.string().regex(/^(?:[0-9a-f]{2}){1,32}$/),
});
export type ValidityShard = z.infer<typeof ValidityShard>;

/** All of one version: its keys, and where its other rows are. */
export const ValidityManifest = z.strictObject({ head: ValidityHead, keys: KeyRing, shards: z.array(ValidityShard).max(1_024) });
export type ValidityManifest = z.infer<typeof ValidityManifest>;

/** Bytes of one shard, immutable and cacheable for ever. Like every call it carries the machine's token. */
export const VALIDITY_SHARD_PATH = '/v1/validity/shards/:sha256';

/**
 * Takes version `head.version - 1` to `head.version`: one step each, so that a gap is seen. `changes` are operations in the binary form that the chain is made of
 * (see `core/validity/changes.ts`), in base64url: what is signed, hashed and kept is one text, and a gate parses no JSON of thousands of rows between two guests.
 */
export const ValidityDelta = z.strictObject({
  head: ValidityHead,
  changes: z
    .string()
    .max(1_000_000)
    .regex(/^[A-Za-z0-9_-]*$/),
});
export type ValidityDelta = z.infer<typeof ValidityDelta>;

/** `body` is the JSON text of a head, a delta or a manifest; `signature` is Ed25519 over `context + body` in base64url. */
export const Signed = z.strictObject({ body: z.string(), signature: z.string().length(86) });
export type Signed = z.infer<typeof Signed>;

/** What is signed together with the body, so that one kind can never pass for another. */
export const SIGNING_CONTEXT = {
  head: 'foyer/validity-head/v2\n',
  delta: 'foyer/validity-delta/v3\n',
  manifest: 'foyer/validity-manifest/v2\n',
} as const;

/** Signed deltas after a version, oldest first; `complete` is false when more follow, `tooOld` asks for the snapshot instead. */
export const DeltaRange = z.strictObject({ deltas: z.array(Signed).max(500), complete: z.boolean(), tooOld: z.boolean() });
export type DeltaRange = z.infer<typeof DeltaRange>;
