import { type Duration, milliseconds } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';

/** `stands-still` steps into the light barrier and stays there until somebody changes his mind. */
export type Person = 'walks-through' | 'walks-away' | 'stands-still';

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
  /** The relay switched on or off until it is told otherwise. */
  hold(on: boolean): void;
  setJammed(on: boolean): void;
  /** The alarm opens the barrier by its own wire, whatever the relay does. */
  setAlarm(on: boolean): void;
  /** Called whenever a light barrier is covered or uncovered. */
  onSensors(listen: () => void): void;
  setPerson(person: Person): void;
  push(direction: 'entry' | 'exit'): void;
}

/** From the sound of the release to the first step into the light barrier. */
const STEPS_IN_AFTER = milliseconds(350);
/** A body of 30 cm at an unhurried 1 m/s. */
const COVERS_FOR = milliseconds(300);
/** Nobody walks into the back of the one before: 25 cm at 1 m/s, and more than a sensor's bounce. */
const KEEPS_BEHIND = milliseconds(250);

export function createTurnstile({ timers, onChange }: { readonly timers: Timers; readonly onChange: () => void }): Turnstile {
  let person: Person = 'walks-through';
  let passed = 0;
  let isOn = false;
  let isJammed = false;
  let isAlarm = false;
  const covered = { entry: 0, exit: 0 };
  const listeners: (() => void)[] = [];
  const sensed = (): void => {
    for (const listen of listeners) listen();
  };
  let switchOff: Timer | undefined;
  let stepIn: Timer | undefined;

  /** Somebody is still in the light barrier, or a step behind it. */
  let isCrowded = false;
  let crowd: Timer | undefined;
  /** The next guest would go, if there were room. */
  let isWaiting = false;
  /** Somebody has stepped into the light barrier and stays there. */
  let stands = false;

  const isReleased = (): boolean => isAlarm || (isOn && !isJammed);

  const goThrough = (direction: 'entry' | 'exit'): void => {
    passed += 1;
    covered[direction] += 1;
    sensed();
    timers.after(COVERS_FOR, () => {
      covered[direction] -= 1;
      sensed();
    });
    isCrowded = true;
    crowd?.cancel();
    crowd = timers.after(milliseconds(COVERS_FOR + KEEPS_BEHIND), () => {
      isCrowded = false;
      if (isWaiting) stepInNow();
    });
    onChange();
  };

  const stepInNow = (): void => {
    isWaiting = false;
    if (person === 'walks-away' || !isReleased()) return;
    if (person === 'walks-through') goThrough('entry');
    else if (!stands) {
      stands = true;
      sensed();
      isCrowded = true;
      passed += 1;
      onChange();
    }
  };

  const hold = (on: boolean): void => {
    switchOff?.cancel();
    stepIn?.cancel();
    isWaiting = false;
    if (on) {
      stepIn = timers.after(STEPS_IN_AFTER, () => {
        if (isCrowded) isWaiting = true;
        else stepInNow();
      });
    }
    if (on === isOn) return;
    isOn = on;
    onChange();
  };

  const releaseFor = (span: Duration): void => {
    hold(true);
    switchOff = timers.after(span, () => hold(false));
  };

  return {
    state: () => ({ barrier: isReleased() ? 'released' : 'closed', person, passed }),
    isReleased: () => isOn,
    sensors: () => ({ entryCovered: covered.entry > 0 || stands, exitCovered: covered.exit > 0 }),
    releaseFor,
    onSensors: (listen) => {
      listeners.push(listen);
    },
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
      // Goes on in: nobody stands there any more once the person is another.
      if (stands) {
        stands = false;
        sensed();
        isCrowded = false;
      }
      onChange();
    },
    push: goThrough,
  };
}
