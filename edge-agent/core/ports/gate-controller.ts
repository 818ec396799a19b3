import type { Fault } from '../base/fault.ts';
import type { Result } from '../base/result.ts';
import type { Duration, Monotonic } from '../base/time.ts';

/** Why the barrier is told to open; kept with the command in logs and events. */
export interface ReleaseReason {
  /** The scan that was admitted, or the technician's test. */
  readonly kind: 'admission' | 'service-test';
  readonly id: string;
}

export interface ReleaseCommand {
  readonly reason: ReleaseReason;
  /** How long the board itself keeps the barrier released. Timed in the board, so that a dead agent can never hold a gate open. */
  readonly pulse: Duration;
  /** Checked at the moment of writing: an expired release is never sent. */
  readonly deadline: Monotonic;
}

export type GateInput =
  /** One body went through, in the direction of entry or of exit. */
  | { readonly kind: 'passed'; readonly direction: 'entry' | 'exit' }
  | { readonly kind: 'jammed'; readonly on: boolean }
  /** A passage sensor has been covered for longer than a body needs: somebody stands in the passage or holds it open. Off when all are clear. */
  | { readonly kind: 'obstructed'; readonly on: boolean }
  /** Nothing at this gate counts who goes through: whether a guest passed is never known. */
  | { readonly kind: 'blind'; readonly on: boolean }
  /** The alarm opens the barrier by its own wiring; we only report it. */
  | { readonly kind: 'fire-alarm'; readonly on: boolean };

/**
 * - `released`: the board echoed the command.
 * - `expired`: the deadline had passed before anything was written.
 * - `not-released`: refused or unreachable before the command was on the line.
 * - `uncertain`: written, and no echo came. The barrier may be open.
 */
export type ReleaseOutcome =
  | { readonly kind: 'released' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'not-released'; readonly fault: Fault }
  | { readonly kind: 'uncertain'; readonly fault: Fault };

export interface GateController {
  release(command: ReleaseCommand): Promise<ReleaseOutcome>;
  /** A code has begun to arrive, and a release may be wanted in so long. A hint to whoever speaks over a slow line; it obliges to nothing. */
  expectRelease(within: Duration): void;
  /** Ends a running pulse at once (a closed lane, a service test that went wrong). */
  secure(): Promise<Result<void, Fault>>;
  onInput(listen: (input: GateInput) => void): void;
}
