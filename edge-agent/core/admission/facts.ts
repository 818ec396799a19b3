import type { Duration, Instant } from '../base/time.ts';
import type { Direction } from '../contract/admission.ts';
import type { TicketStanding } from '../contract/box-office/validity.ts';
import type { LaneId, ScreenId, ShowId, SiteId, TicketId } from '../contract/identifiers.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { TicketPayload } from '../ticket/payload.ts';

/** Everything that a decision rests on. The shell gathers it from local data before the decision; the decision asks nobody. */

export interface TicketFacts {
  readonly id: TicketId;
  readonly showId: ShowId;
  readonly seatLabel: string;
  readonly admits: number;
  readonly needsProof: boolean;
  readonly standing: TicketStanding;
  readonly since: Instant;
}

export interface ShowFacts {
  readonly id: ShowId;
  readonly screenId: ScreenId;
  readonly screenName: BothLanguages;
  readonly filmTitle: BothLanguages;
  readonly startsAt: Instant;
  /** Both instants included. */
  readonly entryFrom: Instant;
  readonly entryUntil: Instant;
  readonly reentry: boolean;
  readonly cancelled: boolean;
}

export interface KeyFacts {
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

/** What has already happened on this ticket. Admissions that were taken back (nobody passed, the barrier did not open) are not in it. */
export interface TicketHistory {
  /** Bodies let in, those of which nobody knows whether they passed included. */
  readonly entries: number;
  readonly exits: number;
  readonly lastEntry?: { readonly at: Instant; readonly lane: LaneId };
}

/** What the code turned out to be. */
export type CheckedCode =
  /** Told by its form; nothing was looked up. */
  | { readonly kind: 'no-ticket'; readonly reason: 'unreadable' | 'payment-code' | 'pick-up-code' | 'member-card' | 'not-a-ticket' }
  /** A code that only another system understands, of this cinema or another. */
  | { readonly kind: 'foreign'; readonly cinema: 'this' | 'other' }
  /** A ticket of ours in form, whose signature could not be confirmed. Its contents are a claim, and nothing was looked up by it. */
  | { readonly kind: 'unproven'; readonly problem: 'bad-signature' | 'unknown-key'; readonly payload: TicketPayload }
  /** Signed by a key of the ring. */
  | {
      readonly kind: 'proven';
      readonly payload: TicketPayload;
      readonly key: KeyFacts;
      /** Undefined when the validity data have no such ticket. */
      readonly ticket: TicketFacts | undefined;
      /** The show that the data name for the ticket, or else the one on the ticket itself; undefined when the data have no such show. */
      readonly show: ShowFacts | undefined;
      readonly history: TicketHistory;
    };

export interface GateFacts {
  readonly lane: LaneId;
  readonly siteId: SiteId;
  readonly direction: Direction;
  /** The screens behind this gate; undefined when every ticket of the site may pass. */
  readonly screens: readonly ScreenId[] | undefined;
}

/** The validity data at the moment of the decision; undefined before the first snapshot. */
export interface DataFacts {
  readonly version: number;
  /** The box office's clock when it last signed that this version is the newest. */
  readonly confirmedAt: Instant;
  readonly age: Duration;
}

export interface ClockFacts {
  readonly now: Instant;
  /** `now` is right within ± this; windows are widened by it. */
  readonly error: Duration;
  /** False when the clock contradicts what the box office has signed. */
  readonly isTrusted: boolean;
}

export interface AdmissionPolicy {
  /** Data older than this decide nothing. */
  readonly dataAgeMax: Duration;
}

export interface AdmissionInput {
  readonly code: CheckedCode;
  readonly gate: GateFacts;
  readonly data: DataFacts | undefined;
  readonly clock: ClockFacts;
  readonly policy: AdmissionPolicy;
}
