import { LIMITS } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';

/** The time step (counted since 1970) that an instant lies in. */
export function stepAt(at: Instant): number {
  return Math.floor(at / LIMITS.rotating.step);
}
