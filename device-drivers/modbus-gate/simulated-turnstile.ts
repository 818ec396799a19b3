import { type Duration, milliseconds } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';

export type Person = 'walks-through' | 'walks-away';

export interface TurnstileState {
  readonly barrier: 'closed' | 'released';
  readonly person: Person;
  /** Bodies that went through, in either direction, forced ones included. */
  readonly passed: number;
}

/** The mechanics behind the board: a barrier, two light barriers, and whoever stands before it. */
export interface Turnstile {
  state(): TurnstileState;
  isReleased(): boolean;
  sensors(): { readonly entryCovered: boolean; readonly exitCovered: boolean };
  /** The relay switched on, and off again after `span`. */
  releaseFor(span: Duration): void;
  /** The relay switched on or off for good. */
  hold(on: boolean): void;
  setJammed(on: boolean): void;
  /** The alarm opens the barrier by its own wire, whatever the relay does. */
  setAlarm(on: boolean): void;
  setPerson(person: Person): void;
  push(direction: 'entry' | 'exit'): void;
}

/** From the sound of the release to the first step into the light barrier. */
const STEPS_IN_AFTER = milliseconds(350);
/** A body of 30 cm at an unhurried 1 m/s. */
const COVERS_FOR = milliseconds(300);

export function createTurnstile({ timers, onChange }: { readonly timers: Timers; readonly onChange: () => void }): Turnstile {
  let person: Person = 'walks-through';
  let passed = 0;
  let isOn = false;
  let isJammed = false;
  let isAlarm = false;
  const covered = { entry: 0, exit: 0 };
  let switchOff: Timer | undefined;
  let stepIn: Timer | undefined;

  const isReleased = (): boolean => isAlarm || (isOn && !isJammed);

  const goThrough = (direction: 'entry' | 'exit'): void => {
    passed += 1;
    covered[direction] += 1;
    timers.after(COVERS_FOR, () => {
      covered[direction] -= 1;
    });
    onChange();
  };

  const hold = (on: boolean): void => {
    switchOff?.cancel();
    if (!on) stepIn?.cancel();
    if (on === isOn) return;
    isOn = on;
    onChange();
  };

  const releaseFor = (span: Duration): void => {
    hold(true);
    switchOff = timers.after(span, () => hold(false));
    stepIn?.cancel();
    stepIn = timers.after(STEPS_IN_AFTER, () => {
      if (person === 'walks-through' && isReleased()) goThrough('entry');
    });
  };

  return {
    state: () => ({ barrier: isReleased() ? 'released' : 'closed', person, passed }),
    isReleased: () => isOn,
    sensors: () => ({ entryCovered: covered.entry > 0, exitCovered: covered.exit > 0 }),
    releaseFor,
    hold,
    setJammed: (on) => {
      isJammed = on;
    },
    setAlarm: (on) => {
      isAlarm = on;
    },
    setPerson: (next) => {
      if (person === next) return;
      person = next;
      onChange();
    },
    push: goThrough,
  };
}
