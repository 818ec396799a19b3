import type { Decision } from '../admission/decision.ts';
import type { Duration, Instant, Monotonic } from '../base/time.ts';
import type { Direction, PassageOutcome, Verdict } from '../contract/admission.ts';
import type { EventId, TicketId } from '../contract/identifiers.ts';
import type { GateView } from '../contract/local/live.ts';

/** A lane is one scanner, one barrier and what is between them. These are its states, what can happen to it, and what it asks for. */

export interface LaneSettings {
  readonly direction: Direction;
  readonly passageTimeout: Duration;
  /** The same where nothing counts who goes through: the next guest's turn comes after this. */
  readonly blindPassage: Duration;
  readonly verdictShown: Duration;
  readonly passedShown: Duration;
  readonly waitingScansMax: number;
  /** The same ticket within this time after it was last seen is the same guest. */
  readonly debounce: Duration;
}

export interface Scan {
  readonly scanId: EventId;
  /** As read; hostile. */
  readonly bytes: Uint8Array;
}

/** A scan, and who may be holding the code up again. */
export interface SeenScan {
  readonly scan: Scan;
  readonly seenAt: Monotonic;
  /** The ticket of the guest who was at the barrier, or had just gone through it, when this was read. A phone's code changes while it is held up. */
  readonly behind: TicketId | undefined;
}

/** The guest whom this lane let in last, for as long as it may still see the ticket in the hand of somebody who has used it rightly. */
export interface LastGuest {
  readonly ticketId: TicketId;
  readonly bytes: Uint8Array;
  readonly isParty: boolean;
  readonly seenAt: Monotonic;
}

/** An admission that is on the disk and on its way through the barrier. */
export interface Admitted {
  readonly scan: Scan;
  readonly ticketId: TicketId;
  /** The ticket lets in more than one body: the same code again is the next guest of the party, not the same scan. */
  readonly isParty: boolean;
}

/**
 * - `checking`: facts are being read and the decision made. `committing`: it is being written; the barrier knows nothing yet.
 * - `releasing`: the barrier has been told and has not answered. `hasPassed` when the sensor was quicker than the answer.
 * - `passing`: the barrier is, or may be, open for this guest. `wasObstructed` when the sensor could not have seen him all the time.
 */
export type LanePhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'checking'; readonly seen: SeenScan }
  | { readonly kind: 'committing'; readonly seen: SeenScan; readonly decision: Decision; readonly verdict: Verdict }
  | { readonly kind: 'releasing'; readonly admitted: Admitted; readonly hasPassed: boolean }
  | { readonly kind: 'passing'; readonly admitted: Admitted; readonly wasObstructed: boolean };

export interface LaneState {
  readonly settings: LaneSettings;
  readonly phase: LanePhase;
  /** Scans of the guests behind, oldest first. */
  readonly waiting: readonly SeenScan[];
  readonly last: LastGuest | undefined;
  readonly shown: { readonly verdict: Verdict; readonly until: Instant } | undefined;
  readonly barrier: GateView['barrier'];
  readonly devices: LaneDevices;
  readonly isJammed: boolean;
  /** Somebody stands in the passage, or holds it open: the sensor cannot count who goes through. */
  readonly isObstructed: boolean;
  /** No sensor counts who goes through. */
  readonly isBlind: boolean;
  /** A technician has released the barrier: the next body is his. */
  readonly isService: boolean;
  readonly isFire: boolean;
  readonly counts: GateView['counts'];
}

/** Whether each device can do its part at this moment. */
export interface LaneDevices {
  readonly scanner: boolean;
  readonly gate: boolean;
}

export type LaneTimer = 'passage' | 'verdict' | 'service';

/** `at` is the wall clock, for what the screen says; the machine waits by timers alone. */
export type LaneInput =
  | { readonly kind: 'scanned'; readonly scan: Scan; readonly seenAt: Monotonic }
  | { readonly kind: 'decided'; readonly scanId: EventId; readonly decision: Decision; readonly isOffline: boolean; readonly at: Instant }
  | { readonly kind: 'committed'; readonly scanId: EventId; readonly at: Instant }
  /** It is certain that nothing was written. */
  | { readonly kind: 'commit-failed'; readonly scanId: EventId; readonly at: Instant }
  | {
      readonly kind: 'release-answered';
      readonly scanId: EventId;
      readonly outcome: 'released' | 'expired' | 'not-released' | 'uncertain';
    }
  | { readonly kind: 'body-passed'; readonly direction: Direction; readonly at: Instant }
  | { readonly kind: 'timer'; readonly timer: LaneTimer }
  | { readonly kind: 'devices'; readonly devices: LaneDevices }
  | { readonly kind: 'jammed'; readonly on: boolean }
  | { readonly kind: 'obstructed'; readonly on: boolean }
  | { readonly kind: 'blind'; readonly on: boolean }
  /** On before the technician's release is sent; off when it was not carried out. */
  | { readonly kind: 'service-release'; readonly on: boolean }
  | { readonly kind: 'fire'; readonly on: boolean }
  /** The day's counts were read from the ledger: after a start, and when another business day begins. */
  | { readonly kind: 'counted'; readonly counts: GateView['counts'] };

export interface PassageRecord {
  /** The admission it belongs to; missing for a body that nobody had let in. */
  readonly admitted: Admitted | undefined;
  readonly direction: Direction;
  readonly outcome: PassageOutcome;
}

export type LaneEffect =
  /** Read the facts, decide, answer `decided`. */
  | { readonly kind: 'check'; readonly scan: Scan }
  /** Write the decision and its event in one transaction, answer `committed` or `commit-failed`. */
  | { readonly kind: 'commit'; readonly scan: Scan; readonly decision: Decision; readonly verdict: Verdict }
  /** The decision is not wanted: it is the same guest again. Nothing is written, and a claim for it is given up. */
  | { readonly kind: 'drop'; readonly scanId: EventId }
  /** Only ever asked for after `committed`. Answer `release-answered`. */
  | { readonly kind: 'release'; readonly scanId: EventId }
  | { readonly kind: 'record-passage'; readonly passage: PassageRecord }
  /** Starts the timer anew; a running one of the same name is forgotten. */
  | { readonly kind: 'arm'; readonly timer: LaneTimer; readonly after: Duration }
  | { readonly kind: 'disarm'; readonly timer: LaneTimer };

export interface LaneStep {
  readonly state: LaneState;
  readonly effects: readonly LaneEffect[];
}

export function initialLane(settings: LaneSettings): LaneState {
  return {
    settings,
    phase: { kind: 'idle' },
    waiting: [],
    last: undefined,
    shown: undefined,
    barrier: 'closed',
    devices: { scanner: false, gate: false },
    isJammed: false,
    isObstructed: false,
    isBlind: false,
    isService: false,
    isFire: false,
    counts: { admitted: 0, passed: 0, refused: 0, notPassed: 0, inside: 0 },
  };
}

/** A lane in service takes scans. Out of it, guests are sent to the next lane and nothing is decided. */
export function isInService({ devices, isFire, isJammed }: LaneState): boolean {
  return devices.scanner && devices.gate && !isFire && !isJammed;
}
