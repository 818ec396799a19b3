import { z } from 'zod';
import { Verdict } from '../admission.ts';
import { TicketStanding } from '../box-office/validity.ts';
import { EventId, LaneId, MachineId, ShowId, TicketId } from '../identifiers.ts';
import { BothLanguages, IsoTime } from '../values.ts';
import { Conflict } from '../wire/events.ts';

/** What an usher with a phone or a tablet sees and does. Whoever is signed in is known by a PIN of his own; what a person decides stands under his name. */

/** What each may do is said by `core/staff/rights.ts`. */
export const StaffRole = z.enum(['usher', 'cashier', 'duty-manager', 'technician']);
export type StaffRole = z.infer<typeof StaffRole>;

export const StaffMember = z.strictObject({ name: z.string().min(1).max(40), role: StaffRole });
export type StaffMember = z.infer<typeof StaffMember>;

export const Pin = z.string().regex(/^\d{6}$/, 'a PIN is six digits');

/** One scan, by whichever lane of this machine. */
export const RecentScan = z.strictObject({
  lane: LaneId,
  verdict: Verdict,
  /** Of an admission that somebody made against the reasons in the verdict. */
  overriddenBy: z.string().max(64).optional(),
  undone: z.boolean(),
  /** Until then the one who is signed in may take the admission back. */
  undoUntil: IsoTime.optional(),
});
export type RecentScan = z.infer<typeof RecentScan>;

/** A ticket as the local data know it, for somebody whose code cannot be read. */
export const FoundTicket = z.strictObject({
  id: TicketId,
  showId: ShowId,
  filmTitle: BothLanguages.optional(),
  screenName: BothLanguages.optional(),
  startsAt: IsoTime.optional(),
  entryFrom: IsoTime.optional(),
  seatLabel: z.string().max(16),
  standing: TicketStanding,
  needsProof: z.boolean(),
  used: z.int(),
  admits: z.int(),
  lastEntry: z.strictObject({ at: IsoTime, lane: LaneId, machine: MachineId }).optional(),
});
export type FoundTicket = z.infer<typeof FoundTicket>;

/** One show whose doors are open or will open soon: how many are in, how many tickets are sold, how many have not come though it has begun. */
export const HallCount = z.strictObject({
  showId: ShowId,
  filmTitle: BothLanguages,
  screenName: BothLanguages,
  startsAt: IsoTime,
  inside: z.int(),
  sold: z.int(),
  late: z.int(),
});
export type HallCount = z.infer<typeof HallCount>;

/** The gates of the site among each other, as this machine sees them. */
export const SiteView = z.strictObject({
  /** alone: this machine is configured without others. */
  state: z.enum(['alone', 'whole', 'split']),
  members: z
    .array(
      z.strictObject({
        machine: MachineId,
        reachable: z.boolean(),
        since: IsoTime,
        /** The build of its program, as it was told last. */
        software: z.string().max(32).optional(),
        /** Of its protocol between gates, where that is another one than this machine's: they do not speak. */
        protocol: z.int().optional(),
        /** Messages on this line with something that this build does not know and passed over, and the first such thing. */
        later: z.strictObject({ messages: z.int(), first: z.string().max(100) }).optional(),
      }),
    )
    .max(32),
});
export type SiteView = z.infer<typeof SiteView>;

export const UsherState = z.strictObject({
  staff: StaffMember.nullable(),
  /** Null on a machine whose configuration has no lane for hand-held checks. */
  lane: LaneId.nullable(),
  online: z.boolean(),
  dataAgeSeconds: z.int().nullable(),
  /** Events of this machine that the box office has not acknowledged. */
  unsent: z.int(),
  site: SiteView,
  /** Newest first. */
  recent: z.array(RecentScan).max(10),
  conflicts: z.array(z.strictObject({ conflict: Conflict, seenBy: z.string().max(64).optional() })).max(50),
  halls: z.array(HallCount).max(64),
  /** Of the site, for the times on the page; absent until the site is known. */
  timeZone: z.string().optional(),
});
export type UsherState = z.infer<typeof UsherState>;

export const SignInRefusal = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('wrong-pin'), triesLeft: z.int() }),
  z.strictObject({ code: z.literal('locked'), until: IsoTime }),
  /** Nobody has a PIN on this machine yet. */
  z.strictObject({ code: z.literal('no-staff') }),
]);
export type SignInRefusal = z.infer<typeof SignInRefusal>;

export const UsherRefusal = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('not-signed-in') }),
  z.strictObject({ code: z.literal('no-right') }),
  z.strictObject({ code: z.literal('wrong-pin'), triesLeft: z.int() }),
  z.strictObject({ code: z.literal('locked'), until: IsoTime }),
  /** Too old, undone already, or not of this machine. */
  z.strictObject({ code: z.literal('too-late') }),
  z.strictObject({ code: z.literal('unknown') }),
  /** The same code was just decided. */
  z.strictObject({ code: z.literal('same-scan'), verdict: Verdict }),
  /** The disk could not be written; nothing was decided. */
  z.strictObject({ code: z.literal('not-written') }),
  /** Orders are known to the box office alone, and it cannot be reached. */
  z.strictObject({ code: z.literal('unavailable') }),
]);
export type UsherRefusal = z.infer<typeof UsherRefusal>;

export const ScanRequest = z.strictObject({ code: z.string().min(1).max(512), via: z.enum(['camera', 'typed']) });
/** A ticket number, an order number, or any code. */
export const SearchRequest = z.strictObject({ query: z.string().min(1).max(512) });
/** What was searched for, told by its form; of a code also whether it can be believed. */
export const SearchKind = z.enum([
  'ticket',
  'ticket-number',
  'order-number',
  /** Not our format, but listed in our data. */
  'listed-code',
  /** Begins like a ticket and is damaged, or signed by nobody we know: nothing is looked up by it. */
  'damaged-ticket',
  'forged-ticket',
  'other-cinema',
  'ticket-info-code',
  'payment-code',
  'pick-up-code',
  'phone',
  'unreadable',
  'unknown',
]);
export type SearchKind = z.infer<typeof SearchKind>;
export const SearchAnswer = z.strictObject({ tickets: z.array(FoundTicket).max(50), kind: SearchKind });
/** A refused scan, or a ticket whose code cannot be shown. The PIN is asked for again: phones are left lying about. */
export const OverrideRequest = z.strictObject({
  of: z.union([z.strictObject({ scanId: EventId }), z.strictObject({ ticketId: TicketId })]),
  why: z.enum(['code-unreadable', 'proof-seen', 'escort-present', 'seat-agreed', 'manager-decision']),
  note: z.string().max(120).default(''),
  pin: Pin,
});
