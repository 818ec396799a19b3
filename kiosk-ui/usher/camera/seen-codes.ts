import { LIMITS } from '#core/base/limits.ts';
import type { Monotonic } from '#core/base/time.ts';

/** Tells a code that is held up from one that was held up before: a camera sees the same one ten times a second. */
export interface SeenCodes {
  /** True once for every time that a code comes into sight; it comes anew when it was out of sight for 5 s. */
  isNew(text: string, now: Monotonic): boolean;
}

/** Nobody shows more different codes within five seconds. */
const CODES_MAX = 16;

export function createSeenCodes(): SeenCodes {
  const lastSeen = new Map<string, Monotonic>();
  return {
    isNew(text, now) {
      const before = lastSeen.get(text);
      // Taken out and put in again: the oldest stands first and is forgotten first.
      lastSeen.delete(text);
      lastSeen.set(text, now);
      const [oldest] = lastSeen.keys();
      if (lastSeen.size > CODES_MAX && oldest !== undefined) lastSeen.delete(oldest);
      return before === undefined || now - before >= LIMITS.staff.cameraDebounce;
    },
  };
}
