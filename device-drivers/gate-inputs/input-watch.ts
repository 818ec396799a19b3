import type { Monotonic } from '#core/base/time.ts';
import type { GateInput } from '#core/ports/gate-controller.ts';
import type { HealthReason, HealthState } from '#core/ports/health.ts';
import { firstInputs, type GateInputs, type GateWiring, gateHealth, type InputLevels, isClear, stepInputs } from './gate-inputs.ts';

/** Turns polls into events and health, and tells each of them once. */
export interface InputWatch {
  /** One poll's answer; the first is where everything begins. */
  polled(levels: InputLevels, at: Monotonic): void;
  /** What limits the gate beside its inputs, from now on. */
  limited(reasons: readonly HealthReason[], at: Monotonic): void;
  /** Nobody is in the passage as far as is known, nor has just left it. */
  isClear(at: Monotonic): boolean;
  /** Replaces the listener, and tells it the levels: nobody has to wait for an alarm that is on already to begin. */
  onInput(listen: (input: GateInput) => void): void;
}

export function createInputWatch(wiring: GateWiring, onHealth: (state: HealthState) => void): InputWatch {
  let inputs: GateInputs | undefined;
  let limits: readonly HealthReason[] = [];
  let told: HealthState | undefined;
  let listen: ((input: GateInput) => void) | undefined;

  const tellHealth = (at: Monotonic): void => {
    if (inputs === undefined) return;
    const next = gateHealth(inputs, limits, at);
    if (told?.kind === next.kind && told.reasons.join() === next.reasons.join()) return;
    told = next;
    onHealth(next);
  };

  return {
    polled: (levels, at) => {
      if (inputs === undefined) {
        inputs = firstInputs(levels, wiring, at);
      } else {
        const step = stepInputs(inputs, levels, wiring, at);
        inputs = step.inputs;
        for (const event of step.events) listen?.(event);
      }
      tellHealth(at);
    },
    limited: (reasons, at) => {
      limits = reasons;
      tellHealth(at);
    },
    isClear: (at) => inputs !== undefined && isClear(inputs, at),
    onInput: (newListener) => {
      listen = newListener;
      if (wiring.entryPassage === undefined && wiring.exitPassage === undefined) listen({ kind: 'blind', on: true });
      if (inputs === undefined) return;
      listen({ kind: 'jammed', on: inputs.isJammed });
      listen({ kind: 'obstructed', on: inputs.isObstructed });
      listen({ kind: 'fire-alarm', on: inputs.isFireAlarm });
    },
  };
}
