import type { ValidityOp } from '#core/contract/box-office/validity.ts';
import type { Network } from '../kernel/network.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { Barrier } from './barrier.ts';
import type { Presented } from './observation.ts';
import type { LanePlan, Plan } from './plan.ts';

/** What people, attackers and accidents can lay their hands on. */
export interface Stage {
  readonly plan: Plan;
  readonly timeline: Timeline;
  readonly network: Network;
  readonly lanes: readonly StageLane[];
  readonly machines: readonly StageMachine[];
  /** The box office's own decision, told to the gates as such. */
  decide(ops: readonly ValidityOp[]): void;
  /** Somebody between this machine and the box office answers its questions by what the box office had signed at the opening. */
  offerOldData(machine: string, lasts: number): void;
  /** Says that a fault, a state or a kind of guest was there. */
  reached(what: string): void;
}

export interface StageLane {
  readonly machine: string;
  readonly plan: LanePlan;
  readonly barrier: Barrier;
  /** Holds a code before the reader. */
  present(bytes: Uint8Array, truth: Pick<Presented, 'ticketId' | 'admits' | 'reentry' | 'window' | 'escorts' | 'isChanging' | 'what'>): void;
  setDevice(device: 'scanner' | 'gate', isThere: boolean): void;
}

export interface StageMachine {
  readonly machine: string;
  isUp(): boolean;
  /** Ends the program. `isOff` takes the machine down with it: its monotonic clock begins anew. It starts again after `downFor`. */
  kill(isOff: boolean, downFor: number): void;
  jumpWall(by: number): void;
  setWall(to: number): void;
  /** Keeps a copy of the disk, and later puts it in the place of the disk while the machine is off. */
  takeImage(): void;
  restoreImage(): void;
}
