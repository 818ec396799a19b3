import type { Shake, Vibration } from './faces.ts';

/** A hand tells a long shake from a short one when it is three times as long; a motor needs some 50 ms to be felt at all. */
const SHAKE_MS: Readonly<Record<Shake, number>> = { '-': 360, '.': 90 };
const PAUSE_MS = 110;

/** Milliseconds of shaking and pausing in turn, as `navigator.vibrate` takes them. */
export function shakesOf(vibration: Vibration): readonly number[] {
  return vibration.flatMap((shake, index) => (index === 0 ? [SHAKE_MS[shake]] : [PAUSE_MS, SHAKE_MS[shake]]));
}
