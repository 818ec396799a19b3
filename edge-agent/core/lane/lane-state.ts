import type { Decision } from '../admission/decision.ts';
import type { Duration, Instant } from '../base/time.ts';
import type { Direction, PassageOutcome, Verdict } from '../contract/admission.ts';
import type { EventId, TicketId } from '../contract/identifiers.ts';
import type { GateView } from '../contract/local/live.ts';

/** A lane is one scanner, one barrier and what is between them. These are its states, what can happen to it, and what it asks for. */

export interface LaneSettings {
  readonly direction: Direction;
  readonly passageTimeout: Duration;
  readonly verdictShown: Duration;
  readonly passedShown: Duration;
  readonly waitingScansMax: number;
}

export interface Scan {
  readonly scanId: EventId;
  /** As read; hostile. */
  readonly bytes: Uint8Array;
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
 * - `passing`: the barrier is, or may be, open for this guest.
 */
export type LanePhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'checking'; readonly scan: Scan }
  | { readonly kind: 'committing'; readonly scan: Scan; readonly decision: Decision; readonly verdict: Verdict }
  | { readonly kind: 'releasing'; readonly admitted: Admitted; readonly hasPassed: boolean }
  | { readonly kind: 'passing'; readonly admitted: Admitted };

export interface LaneState {
  readonly settings: LaneSettings;
  readonly phase: LanePhase;
  /** Scans of the guests behind, oldest first. */
  readonly waiting: readonly Scan[];
  readonly shown: { readonly verdict: Verdict; readonly until: Instant } | undefined;
  readonly barrier: GateView['barrier'];
  readonly devices: LaneDevices;
  readonly isJammed: boolean;
  readonly isFire: boolean;
  readonly counts: GateView['counts'];
}

/** Whether each device can do its part at this moment. */
export interface LaneDevices {
  readonly scanner: boolean;
  readonly gate: boolean;
}

export type LaneTimer = 'passage' | 'verdict';

/** `at` is the wall clock, for what the screen says; the machine waits by timers alone. */
export type LaneInput =
  | { readonly kind: 'scanned'; readonly scan: Scan }
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
  | { readonly kind: 'fire'; readonly on: boolean };

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
    shown: undefined,
    barrier: 'closed',
    devices: { scanner: false, gate: false },
    isJammed: false,
    isFire: false,
    counts: { admitted: 0, passed: 0, refused: 0, notPassed: 0, inside: 0 },
  };
}

/** A lane in service takes scans. Out of it, guests are sent to the next lane and nothing is decided. */
export function isInService({ devices, isFire, isJammed }: LaneState): boolean {
  return devices.scanner && devices.gate && !isFire && !isJammed;
}
