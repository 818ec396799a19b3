import type { Duration, Instant } from '../base/time.ts';
import type { Confirmation, RefusalReason } from '../contract/admission.ts';
import type { TicketStanding } from '../contract/box-office/validity.ts';
import type { MachineId, ScreenId, ShowId, SiteId, TicketId } from '../contract/identifiers.ts';
import type { TicketClass } from '../ticket/payload.ts';
import type { ClockFacts, DataFacts, ShowFacts, SplitPolicy, TicketFacts, TicketForms, TicketHistory } from './facts.ts';

/** What the ticket check says, and what each of its reasons rests on. */

export type Decision = Admission | Refusal;

export interface Admission {
  readonly kind: 'admit';
  readonly ticket: DecidedTicket;
  /** Bodies let in so far, this one included. */
  readonly used: number;
  /** Somebody should look at the guest's proof. */
  readonly needsProof: boolean;
  readonly confirmation: Confirmation;
  readonly basis: DecisionBasis;
}

export interface Refusal {
  readonly kind: 'refuse';
  /** Every reason that holds, in the order of `RefusalReason`; the first is the primary one. */
  readonly findings: readonly [Finding, ...Finding[]];
  readonly ticket: DecidedTicket | undefined;
  readonly basis: DecisionBasis;
}

/** What every decision rested on, admissions included; it goes into the record of the scan. */
export interface DecisionBasis {
  readonly data: DataFacts | undefined;
  readonly clock: ClockFacts;
}

/** The ticket as far as it was known; absent when the code was none of ours or could not be believed. */
export interface DecidedTicket {
  readonly id: TicketId;
  readonly record: TicketFacts | undefined;
  /** The show that the data name, or else the one that is signed. */
  readonly showId: ShowId;
  readonly show: ShowFacts | undefined;
  readonly history: TicketHistory;
  readonly admits: number;
  /** The time step of a phone's changing code. */
  readonly step?: number;
}

/** One reason that holds, and the record or measure that it rests on. */
export interface Finding {
  readonly reason: RefusalReason;
  readonly evidence: Evidence;
}

export type Evidence =
  | { readonly kind: 'form' }
  | { readonly kind: 'signature'; readonly keyId: number }
  | { readonly kind: 'key-window'; readonly keyId: number; readonly issuedAt: Instant; readonly notBefore: Instant; readonly notAfter: Instant }
  /** The changing part of the code is not the one that the ticket's key makes for its step. */
  | { readonly kind: 'changing-code'; readonly step: number }
  /** The gate has no secret that could tell whether the changing part is genuine. */
  | { readonly kind: 'no-secret'; readonly step: number }
  | { readonly kind: 'step'; readonly step: number; readonly from: number; readonly until: number | undefined; readonly lastStep: number | undefined }
  | { readonly kind: 'shown-form'; readonly shown: 'paper' | 'rotating'; readonly issuedFor: TicketForms }
  | { readonly kind: 'site-on-ticket'; readonly siteId: SiteId }
  | { readonly kind: 'no-record'; readonly ticketId: TicketId; readonly dataCoverIt: boolean }
  | { readonly kind: 'no-show'; readonly showId: ShowId }
  | { readonly kind: 'standing'; readonly standing: TicketStanding; readonly since: Instant }
  | { readonly kind: 'show-cancelled'; readonly showId: ShowId }
  | { readonly kind: 'history'; readonly history: TicketHistory; readonly admits: number }
  | { readonly kind: 'screen'; readonly screenId: ScreenId; readonly screens: readonly ScreenId[] }
  | { readonly kind: 'show-on-ticket'; readonly signed: ShowId; readonly recorded: ShowId }
  | { readonly kind: 'class'; readonly ticketClass: TicketClass; readonly classes: readonly TicketClass[] }
  | { readonly kind: 'window'; readonly from: Instant; readonly until: Instant; readonly source: 'show' | 'ticket' }
  | { readonly kind: 'hall'; readonly inHall: number; readonly capacity: number }
  /** `escorts`: the grown-ups' tickets of which one would do. */
  | { readonly kind: 'escort'; readonly showId: ShowId; readonly escorts: readonly TicketId[] }
  | { readonly kind: 'data-age'; readonly version: number; readonly age: Duration; readonly ageMax: Duration }
  | { readonly kind: 'clock'; readonly earliest: Instant; readonly latest: Instant | undefined; readonly widthMax: Duration }
  | {
      readonly kind: 'split';
      readonly policy: SplitPolicy;
      readonly missing: readonly MachineId[];
      readonly homeGate: MachineId | undefined;
    };
