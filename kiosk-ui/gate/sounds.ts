import type { SoundName } from './faces.ts';

/** One note: pitch in hertz, begin and length in milliseconds. A slide ends at `toHz`. */
export interface Note {
  readonly hz: number;
  readonly toHz?: number;
  readonly at: number;
  readonly ms: number;
}

/**
 * Each verdict by its shape, not by its pitch alone, so that an usher with his back to the gate hears it in a noisy lobby. All are over within 0.9 s:
 * the next guest is already there. A triangle wave of 200 to 1,000 Hz carries over the cheap loudspeakers of a gate without being shrill.
 */
export const SOUNDS: Readonly<Record<SoundName, readonly Note[]>> = {
  'two-rising': [
    { hz: 523, at: 0, ms: 120 },
    { hz: 784, at: 130, ms: 220 },
  ],
  'three-rising': [
    { hz: 523, at: 0, ms: 90 },
    { hz: 659, at: 100, ms: 90 },
    { hz: 784, at: 200, ms: 200 },
  ],
  'one-middle': [{ hz: 587, at: 0, ms: 420 }],
  'two-equal': [
    { hz: 440, at: 0, ms: 160 },
    { hz: 440, at: 260, ms: 160 },
  ],
  'two-equal-low': [
    { hz: 294, at: 0, ms: 260 },
    { hz: 294, at: 400, ms: 260 },
  ],
  'three-short': [
    { hz: 392, at: 0, ms: 90 },
    { hz: 392, at: 160, ms: 90 },
    { hz: 392, at: 320, ms: 90 },
  ],
  'low-then-short': [
    { hz: 262, at: 0, ms: 300 },
    { hz: 392, at: 400, ms: 90 },
  ],
  'high-low-high': [
    { hz: 659, at: 0, ms: 110 },
    { hz: 494, at: 130, ms: 110 },
    { hz: 659, at: 260, ms: 200 },
  ],
  'short-short-long': [
    { hz: 494, at: 0, ms: 80 },
    { hz: 494, at: 140, ms: 80 },
    { hz: 370, at: 280, ms: 380 },
  ],
  'long-short-short': [
    { hz: 370, at: 0, ms: 380 },
    { hz: 494, at: 440, ms: 80 },
    { hz: 494, at: 580, ms: 80 },
  ],
  'four-low': [
    { hz: 262, at: 0, ms: 110 },
    { hz: 262, at: 180, ms: 110 },
    { hz: 262, at: 360, ms: 110 },
    { hz: 262, at: 540, ms: 110 },
  ],
  falling: [{ hz: 523, toHz: 196, at: 0, ms: 620 }],
  'up-and-down': [
    { hz: 330, toHz: 494, at: 0, ms: 240 },
    { hz: 494, toHz: 330, at: 260, ms: 240 },
  ],
  'short-low': [{ hz: 220, at: 0, ms: 180 }],
  siren: [
    { hz: 440, toHz: 880, at: 0, ms: 260 },
    { hz: 440, toHz: 880, at: 300, ms: 260 },
    { hz: 440, toHz: 880, at: 600, ms: 260 },
  ],
};

/** Milliseconds from the first note to the end of the last. */
export function lengthOf(notes: readonly Note[]): number {
  return Math.max(0, ...notes.map(({ at, ms }) => at + ms));
}
