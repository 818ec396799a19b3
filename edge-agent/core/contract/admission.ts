import { z } from 'zod';
import { LaneId, TicketId } from './identifiers.ts';
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
  'other-site',
  'cannot-verify',
  'unknown-ticket',
  'revoked',
  'refunded',
  'cancelled',
  'blocked',
  'unpaid',
  'already-used',
  'wrong-screen',
  'wrong-show',
  'too-early',
  'too-late',
  'show-rule',
  'data-too-old',
  'clock-untrusted',
]);
export type RefusalReason = z.infer<typeof RefusalReason>;

export const Direction = z.enum(['entry', 'exit']);
export type Direction = z.infer<typeof Direction>;

/** authorised by a committed admission; what happened at the barrier is told apart from it. */
export const PassageOutcome = z.enum(['passed', 'not-passed', 'forced', 'release-failed', 'unconfirmed']);
export type PassageOutcome = z.infer<typeof PassageOutcome>;

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
  reasons: z.array(RefusalReason).max(24),
  direction: Direction,
  /** True when the decision was made without the network. */
  offline: z.boolean(),
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
  usedBefore: z.strictObject({ at: IsoTime, lane: LaneId }).optional(),
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
  'other-site': 'wrong-place',
  'cannot-verify': 'cannot-verify',
  'unknown-ticket': 'invalid',
  revoked: 'invalid',
  refunded: 'invalid',
  cancelled: 'invalid',
  blocked: 'invalid',
  unpaid: 'invalid',
  'already-used': 'already-used',
  'wrong-screen': 'wrong-place',
  'wrong-show': 'wrong-time',
  'too-early': 'wrong-time',
  'too-late': 'wrong-time',
  'show-rule': 'attention',
  'data-too-old': 'cannot-verify',
  'clock-untrusted': 'cannot-verify',
};
