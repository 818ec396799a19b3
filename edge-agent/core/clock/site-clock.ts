import type { ClockFacts } from '../admission/facts.ts';
import type { Instant, Monotonic } from '../base/time.ts';

/** What the machine knows about the time of day, from what the box office has signed or said and from the time that has passed since. */
export interface SiteClock {
  now(): ClockFacts;
  /** The box office has signed this time: it is that late at least. */
  learnSigned(at: Instant): void;
  /** The box office read its clock between these two moments of ours: an interval from both sides. */
  learnAsked(at: Instant, asked: Monotonic, answered: Monotonic): void;
}
