import { z } from 'zod';
import { LaneId, MachineId, TicketId } from './identifiers.ts';
import { BothLanguages, IsoTime } from './values.ts';

/** The ticket check in words: why a scan is refused, and what a gate shows. Pictures, sounds and texts are tables over these closed lists. */

/** In the order in which the primary reason is chosen. */
export const RefusalReason = z.enum([
  'unreadable',
  'payment-code',
  'pick-up-code',
  'member-card',
  'not-a-ticket',
  'bad-signature',
  'unknown-key',
  'key-out-of-time',
  /** The changing code of a phone is not of this half minute, or was shown before: a picture of it. */
  'stale-code',
  /** A good ticket in a form (paper, phone) that it was not issued for. */
  'wrong-form',
  'other-site',
  'cannot-verify',
  'unknown-ticket',
  'revoked',
  'refunded',
  'cancelled',
  'blocked',
  'unpaid',
  'not-confirmed',
  'already-used',
  'wrong-screen',
  'wrong-show',
  'wrong-class',
  'too-early',
  'too-late',
  'house-full',
  'no-reentry',
  'needs-escort',
  'data-too-old',
  'clock-untrusted',
  /** The gates of the site cannot reach each other, and the show lets only the ticket's own gate admit meanwhile. */
  'not-home-gate',
  /** The gates of the site cannot reach each other, and the show lets none admit alone. */
  'site-split',
]);
export type RefusalReason = z.infer<typeof RefusalReason>;

export const Direction = z.enum(['entry', 'exit']);
export type Direction = z.infer<typeof Direction>;

/** authorised by a committed admission; what happened at the barrier is told apart from it. */
export const PassageOutcome = z.enum(['passed', 'not-passed', 'forced', 'held', 'release-failed', 'unconfirmed']);
export type PassageOutcome = z.infer<typeof PassageOutcome>;

/**
 * How sure an admission is that no other gate lets the same ticket in: `alone`, there is no other gate to ask; `confirmed`, every other gate has agreed;
 * `unconfirmed`, at least one could not be asked in time, so a double may come to light later.
 */
export const Confirmation = z.enum(['alone', 'confirmed', 'unconfirmed']);
export type Confirmation = z.infer<typeof Confirmation>;

/** The faces of a gate screen, one row each in `domain` of the verdict table. */
export const VerdictKind = z.enum([
  'enter',
  'enter-group',
  'attention',
  'wrong-time',
  'wrong-place',
  'already-used',
  'invalid',
  'cannot-verify',
  'not-a-ticket',
]);
export type VerdictKind = z.infer<typeof VerdictKind>;

/** What a gate screen says about one scan. */
export const Verdict = z.strictObject({
  scanId: z.string().max(26),
  kind: VerdictKind,
  reason: RefusalReason.optional(),
  /** Every reason that held, the primary one first. */
  reasons: z.array(RefusalReason).max(40),
  direction: Direction,
  /** True when the decision was made without the network. */
  offline: z.boolean(),
  /** Of an admission. */
  confirmation: Confirmation.optional(),
  at: IsoTime,
  ticket: z
    .strictObject({
      id: TicketId,
      filmTitle: BothLanguages.optional(),
      screenName: BothLanguages.optional(),
      seatLabel: z.string().max(16),
      startsAt: IsoTime.optional(),
      entryFrom: IsoTime.optional(),
      /** 1 of 3 for a ticket that admits several. */
      used: z.int(),
      admits: z.int(),
    })
    .optional(),
  /** For `already-used`: when and where. */
  usedBefore: z.strictObject({ at: IsoTime, lane: LaneId, machine: MachineId }).optional(),
  /** For `not-home-gate`: where to go. */
  homeGate: MachineId.optional(),
  /** For `needs-escort`: a grown-up of the same order has a ticket, and goes first. */
  escortHasTicket: z.boolean().optional(),
});
export type Verdict = z.infer<typeof Verdict>;

/** How each refusal is shown. */
export const VERDICT_OF_REASON: Readonly<Record<RefusalReason, VerdictKind>> = {
  unreadable: 'not-a-ticket',
  'payment-code': 'not-a-ticket',
  'pick-up-code': 'not-a-ticket',
  'member-card': 'not-a-ticket',
  'not-a-ticket': 'not-a-ticket',
  'bad-signature': 'invalid',
  'unknown-key': 'invalid',
  'key-out-of-time': 'invalid',
  'stale-code': 'attention',
  'wrong-form': 'attention',
  'other-site': 'wrong-place',
  'cannot-verify': 'cannot-verify',
  'unknown-ticket': 'invalid',
  revoked: 'invalid',
  refunded: 'invalid',
  cancelled: 'invalid',
  blocked: 'invalid',
  unpaid: 'invalid',
  'not-confirmed': 'invalid',
  'already-used': 'already-used',
  'wrong-screen': 'wrong-place',
  'wrong-show': 'wrong-time',
  'wrong-class': 'wrong-place',
  'too-early': 'wrong-time',
  'too-late': 'wrong-time',
  'house-full': 'attention',
  'no-reentry': 'attention',
  'needs-escort': 'attention',
  'data-too-old': 'cannot-verify',
  'clock-untrusted': 'cannot-verify',
  'not-home-gate': 'wrong-place',
  'site-split': 'cannot-verify',
};
