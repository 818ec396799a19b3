import type { PastEntry } from '../admission/facts.ts';
import type { Instant } from '../base/time.ts';
import type { EventId, LaneId, MachineId, TicketId } from '../contract/identifiers.ts';

/** The other gates of the site, as a lane uses them: before it lets somebody in it claims the admission, and exactly one gate gets it. */
export interface SiteClaims {
  /**
   * Asks every gate that can be reached. `answered` is called exactly once, within `LIMITS.site.claimBudget`; at once (before this returns) when there is
   * nobody to ask, or nobody who could be reached. Whoever can be reached is asked also while others cannot, so that two gates of one part of a split site
   * never both let a ticket in. After `taken` the history of the ticket holds what the other gate knows.
   */
  claim(request: ClaimRequest, answered: (outcome: ClaimOutcome) => void): void;
  /** The admission that was claimed will not be written after all. Nothing happens when it was not claimed. */
  withdraw(scanId: EventId): void;
  /**
   * Admissions of this ticket that others are making at this moment.
   * @param before the caller's own claim: only those that come before it
   */
  pending(ticketId: TicketId, before?: EventId): readonly PastEntry[];
}

export interface ClaimRequest {
  readonly scanId: EventId;
  readonly ticketId: TicketId;
  readonly lane: LaneId;
  readonly at: Instant;
  /** How many bodies the ticket lets in, and whether one that left makes room again. */
  readonly admits: number;
  readonly reentry: boolean;
}

export type ClaimOutcome =
  | { readonly kind: 'alone' }
  | { readonly kind: 'granted' }
  /** Another gate has let somebody in with this ticket, or is about to. */
  | { readonly kind: 'taken' }
  /** `mustRefuse`: this machine's disk was restored from an older copy, and it has not yet taken back what the others know of it. */
  | { readonly kind: 'unanswered'; readonly missing: readonly [MachineId, ...MachineId[]]; readonly mustRefuse: boolean };

/** A machine whose configuration names no other. */
export const NO_OTHER_GATES: SiteClaims = {
  claim: (_, answered) => answered({ kind: 'alone' }),
  withdraw: () => undefined,
  pending: () => [],
};
