import type { SimulatedDevice } from './simulated-device.ts';
import type { Person, TurnstileState } from './turnstile.ts';

/** A simulated gate controller with the turnstile behind it and one person before it, whichever board it is. */
export interface SimulatedGate extends SimulatedDevice {
  readonly class: 'gate-controller';
  state(): TurnstileState;
  /** What the person does at the next release. */
  setPerson(person: Person): void;
  /** Somebody forces the barrier: one body passes without a release. */
  push(direction?: 'entry' | 'exit'): void;
}
