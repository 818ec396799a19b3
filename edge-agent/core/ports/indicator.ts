/** Lamps of a tower or of a reader. One that a device does not have is replaced by the driver, see `lamps-of.ts` of the light towers. */
export type LampColour = 'red' | 'amber' | 'green' | 'blue' | 'white';

/** `slow` is once a second, `fast` twice: three times would be the limit for people who get seizures (WCAG 2.3.1). */
export type LampRhythm = 'steady' | 'slow' | 'fast';

/** Told apart by their number and length: a buzzer has one pitch. */
export type Beeps = 'none' | 'one-short' | 'two-short' | 'three-short' | 'one-long' | 'two-long' | 'long-short' | 'alarm';

/** What a light with a buzzer tells somebody who does not look at the screen. */
export interface Signal {
  /** Undefined is dark. */
  readonly light: { readonly colour: LampColour; readonly rhythm: LampRhythm } | undefined;
  /** Sounded once, when the signal is shown. */
  readonly beeps: Beeps;
  /** For a light that has a display: at most 16 characters of ASCII. */
  readonly words: string;
}

export const DARK: Signal = { light: undefined, beeps: 'none', words: '' };

/** A light tower, the lamp of a reader, a lamp above a gate. It decides nothing and nobody waits for it: whether it works is told by its health. */
export interface Indicator {
  /** Replaces what is shown, its beeps included. */
  show(signal: Signal): void;
}
