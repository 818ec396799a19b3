import { type Duration, milliseconds } from '#core/base/time.ts';
import type { Beeps, LampColour, LampRhythm, Signal } from '#core/ports/indicator.ts';

/** What a tower of plain lamps and a plain buzzer does at a moment of a signal. Pure: the rhythm is counted from the moment when the signal was shown. */
export type Lamp = LampColour | 'buzzer';

/** Half a period: on for as long as off. */
export const HALF_PERIOD: Readonly<Record<Exclude<LampRhythm, 'steady'>, Duration>> = { slow: milliseconds(500), fast: milliseconds(250) };

/** On for `on`, then silent for `off`, so many times. A relay needs 100 ms to be heard at all. */
export interface BeepTrain {
  readonly on: Duration;
  readonly off: Duration;
  readonly count: number;
}

const SHORT = { on: milliseconds(150), off: milliseconds(150) };
const LONG = { on: milliseconds(500), off: milliseconds(250) };

export const BEEP_TRAINS: Readonly<Record<Beeps, readonly BeepTrain[]>> = {
  none: [],
  'one-short': [{ ...SHORT, count: 1 }],
  'two-short': [{ ...SHORT, count: 2 }],
  'three-short': [{ ...SHORT, count: 3 }],
  'one-long': [{ on: milliseconds(800), off: milliseconds(200), count: 1 }],
  'two-long': [{ ...LONG, count: 2 }],
  'long-short': [
    { ...LONG, count: 1 },
    { ...SHORT, count: 1 },
  ],
  alarm: [{ on: milliseconds(300), off: milliseconds(200), count: 6 }],
};

/**
 * The lamps that stand for a colour on a tower that may not have it. Blue is red and amber together, which no other signal uses; a white that is missing is
 * dark. Green is never stood in for: what is not green must not look like "go".
 */
export function lampsOf(colour: LampColour, has: ReadonlySet<Lamp>): readonly LampColour[] {
  if (has.has(colour)) return [colour];
  return colour === 'blue' ? (['red', 'amber'] as const).filter((lamp) => has.has(lamp)) : [];
}

/** What is on now, and when that changes next; `changesIn` is undefined when it stays as it is. */
export interface TowerMoment {
  readonly on: ReadonlySet<Lamp>;
  readonly changesIn: Duration | undefined;
}

export function towerAt({ light, beeps }: Signal, has: ReadonlySet<Lamp>, since: Duration): TowerMoment {
  const lit = light === undefined ? [] : lampsOf(light.colour, has);
  const blink = light === undefined || lit.length === 0 ? { isOn: false, changesIn: undefined } : blinkAt(light.rhythm, since);
  const beep = has.has('buzzer') ? beepAt(BEEP_TRAINS[beeps], since) : { isOn: false, changesIn: undefined };
  const on = new Set<Lamp>([...(blink.isOn ? lit : []), ...(beep.isOn ? (['buzzer'] as const) : [])]);
  const changes = [blink.changesIn, beep.changesIn].filter((span) => span !== undefined);
  return { on, changesIn: changes.length === 0 ? undefined : milliseconds(Math.min(...changes)) };
}

interface Level {
  readonly isOn: boolean;
  readonly changesIn: Duration | undefined;
}

function blinkAt(rhythm: LampRhythm, since: Duration): Level {
  if (rhythm === 'steady') return { isOn: true, changesIn: undefined };
  const half = HALF_PERIOD[rhythm];
  return { isOn: Math.floor(since / half) % 2 === 0, changesIn: milliseconds(half - (since % half)) };
}

function beepAt(trains: readonly BeepTrain[], since: Duration): Level {
  let at = 0;
  for (const { on, off, count } of trains) {
    for (let beep = 0; beep < count; beep++) {
      if (since < at + on) return { isOn: true, changesIn: milliseconds(at + on - since) };
      if (since < at + on + off) return { isOn: false, changesIn: milliseconds(at + on + off - since) };
      at += on + off;
    }
  }
  return { isOn: false, changesIn: undefined };
}
