import type { Duration, Instant } from '../base/time.ts';
import type { Direction } from '../contract/admission.ts';
import type { TicketStanding } from '../contract/box-office/validity.ts';
import type { EventId, LaneId, MachineId, ScreenId, ShowId, SiteId, TicketId } from '../contract/identifiers.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { TicketClass, TicketPayload } from '../ticket/payload.ts';

/** Everything that a decision rests on. The shell gathers it from local data before the decision; the decision asks nobody. */

export interface TicketFacts {
  readonly id: TicketId;
  readonly showId: ShowId;
  readonly seatLabel: string;
  readonly admits: number;
  readonly needsProof: boolean;
  readonly ticketClass: TicketClass;
  /** Tickets of grown-ups with whom this child came. */
  readonly escorts: readonly TicketId[];
  /** In which forms the box office lets the ticket be shown. */
  readonly forms: TicketForms;
  readonly standing: TicketStanding;
  readonly since: Instant;
}

export type TicketForms = 'paper' | 'rotating' | 'both';

/** What a show lets a gate do alone while the gates of the site cannot reach each other. */
export type SplitPolicy = 'open' | 'home-gate' | 'closed';

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
  /** Bodies that the hall may hold; undefined when seats alone limit it. */
  readonly capacity: number | undefined;
  /** A child does not go in before a grown-up of its order. */
  readonly escortChildren: boolean;
  readonly whenSplit: SplitPolicy;
  /** The one gate that may let people in while the site is split, under `home-gate`. */
  readonly homeGate: MachineId | undefined;
}

export interface KeyFacts {
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

/**
 * What has already happened on this ticket, at every gate of the site as far as this one knows. Admissions that were taken back (nobody passed, the barrier
 * did not open) are not in it.
 */
export interface TicketHistory {
  /** Bodies let in, those of which nobody knows whether they passed and those whom another gate is letting in at this moment included. */
  readonly entries: number;
  readonly exits: number;
  readonly lastEntry?: PastEntry;
  /** The newest time step of the ticket's changing code that was accepted. */
  readonly lastStep?: number;
}

export interface PastEntry {
  readonly scanId: EventId;
  readonly at: Instant;
  readonly lane: LaneId;
  readonly machine: MachineId;
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
      readonly form: ShownForm;
      readonly key: KeyFacts;
      /** Undefined when the validity data have no such ticket. */
      readonly ticket: TicketFacts | undefined;
      /** The show that the data name for the ticket, or else the one on the ticket itself; undefined when the data have no such show. */
      readonly show: ShowFacts | undefined;
      readonly history: TicketHistory;
      /** Bodies of this show in the hall as far as this gate knows; only counted for a show with a capacity. */
      readonly inHall: number;
      /** An admission of one of the child's grown-ups is written, and it has not left; only looked for where children do not go alone. */
      readonly isEscortInside: boolean;
    }
  /** A code that is not ours, which the validity data list by its keyed hash. */
  | {
      readonly kind: 'listed';
      readonly ticket: TicketFacts;
      readonly show: ShowFacts | undefined;
      readonly history: TicketHistory;
      readonly inHall: number;
      /** An admission of one of the child's grown-ups is written, and it has not left; only looked for where children do not go alone. */
      readonly isEscortInside: boolean;
    };

/** How a signed ticket was shown. */
export type ShownForm =
  /** The code that never changes: paper, card, or a picture of either. */
  | { readonly kind: 'paper' }
  /** The code of a phone. `step` counts time steps since 1970; `isGenuine` is undefined when this gate lacks the secret that tells. */
  | { readonly kind: 'rotating'; readonly step: number; readonly isGenuine: boolean | undefined };

export interface GateFacts {
  readonly machine: MachineId;
  readonly lane: LaneId;
  readonly siteId: SiteId;
  readonly direction: Direction;
  /** The screens behind this gate; undefined when every ticket of the site may pass. */
  readonly screens: readonly ScreenId[] | undefined;
  /** The classes that this gate takes; undefined for all. */
  readonly classes: readonly TicketClass[] | undefined;
}

/** The validity data at the moment of the decision; undefined before the first snapshot. */
export interface DataFacts {
  readonly version: number;
  /** The box office's clock when it last signed that this version is the newest. */
  readonly confirmedAt: Instant;
  readonly age: Duration;
}

/** The time is an interval: what the box office has signed, and what has certainly passed since. A clock on the wall is a hint. */
export interface ClockFacts {
  /** It is not earlier than this: a time that was signed, and the time that has passed since. Never goes back. */
  readonly earliest: Instant;
  /** It is not later than this; undefined while nothing bounds it (after a restart, until the box office is reached). */
  readonly latest: Instant | undefined;
  /** The best guess within the interval, for screens and records. */
  readonly now: Instant;
}

/** What the other gates of the site have said to this admission. */
export type SiteFacts =
  /** There is no other gate, or nothing that it could say matters here. */
  | { readonly kind: 'alone' }
  /** Every other gate has agreed. */
  | { readonly kind: 'confirmed' }
  /** These could not be asked, or did not answer in time. `mustRefuse` when this gate has lost a part of its own records: then no policy lets it admit alone. */
  | { readonly kind: 'unanswered'; readonly missing: readonly [MachineId, ...MachineId[]]; readonly mustRefuse?: boolean };

export interface AdmissionPolicy {
  /** Data older than this decide nothing. */
  readonly dataAgeMax: Duration;
  /** A changing code cannot be judged when the time is known no better than this. */
  readonly clockWidthMax: Duration;
}

export interface AdmissionInput {
  readonly code: CheckedCode;
  readonly gate: GateFacts;
  readonly data: DataFacts | undefined;
  readonly clock: ClockFacts;
  readonly site: SiteFacts;
  readonly policy: AdmissionPolicy;
}
