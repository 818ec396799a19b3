import type { ClockFacts } from '../admission/facts.ts';
import { assert } from '../base/fault.ts';
import { LIMITS } from '../base/limits.ts';
import { between, type Duration, type Instant, instant, type Monotonic, milliseconds } from '../base/time.ts';

/**
 * The time as an interval that holds it: two bounds, each learnt from the box office and carried on by the machine's monotonic clock, whose rate is known only
 * within limits. The clock on the wall moves neither bound. Times are the box office's; monotonic moments never decrease from one call to the next.
 */
export interface IntervalClock {
  readonly lower: Bound & {
    /** The box office has said since that it is earlier. The bound stands, and waits for its time to come instead of running ahead of it for ever. */
    readonly isHeld: boolean;
  };
  /** Undefined while nothing says how late it may be. */
  readonly upper: Bound | undefined;
}

/** It was not earlier (not later) than `time` at this moment of ours. Fractions are kept, and rounded away from the truth when told. */
interface Bound {
  readonly time: number;
  readonly at: Monotonic;
}

/** What somebody said about the time does not fit what was known before, by this much. */
export interface Contradiction {
  /** ahead: later than the upper bound. behind: earlier than the lower one. */
  readonly kind: 'ahead' | 'behind';
  readonly by: Duration;
}

export interface Learnt {
  readonly clock: IntervalClock;
  readonly contradiction: Contradiction | undefined;
}

/** How long the machine has been up, and which start of it that is, read between two moments of the monotonic clock. */
export interface UptimeReading {
  readonly boot: string;
  readonly uptime: Duration;
  readonly before: Monotonic;
  readonly after: Monotonic;
}

/** What is written down for the next start of the program. */
export interface KeptTime {
  readonly earliest: Instant;
  readonly latest: Instant | undefined;
  /** When the bounds held; undefined on a machine that cannot tell. */
  readonly machine: { readonly boot: string; readonly uptime: Duration } | undefined;
}

const DRIFT = LIMITS.clock.driftPartsPerMillion / 1_000_000;
/** A clock that runs too fast by the limit counts this much for what has passed; one that is too slow, that much. */
const leastPassed = (elapsed: number): number => elapsed / (1 + DRIFT);
const mostPassed = (elapsed: number): number => elapsed / (1 - DRIFT);

/** Linux tells its uptime in hundredths of a second (proc(5), `/proc/uptime`): the difference of two readings is off by less than one of them. */
const UPTIME_STEP_MS = 10;
/** The box office tells its time in whole milliseconds that have begun. */
const TOLD_STEP_MS = 1;

/**
 * The clock of a program that has just started. After a restart within one boot of the machine, the machine's uptime carries both bounds; after another boot
 * the lower bound goes on from where it was written down, because what has passed meanwhile is not known to be more than nothing.
 */
export function resumeClock(kept: KeptTime | undefined, reading: UptimeReading | undefined, at: Monotonic): IntervalClock {
  if (kept === undefined) return { lower: lowerBound(0, at), upper: undefined };
  const { earliest, latest, machine } = kept;
  const elapsed = machine === undefined || reading === undefined || machine.boot !== reading.boot ? -1 : reading.uptime - machine.uptime;
  if (reading === undefined || elapsed < 0) return { lower: lowerBound(earliest, at), upper: undefined };
  return {
    lower: lowerBound(earliest + leastPassed(Math.max(0, elapsed - UPTIME_STEP_MS)), reading.after),
    upper: latest === undefined ? undefined : { time: latest + mostPassed(elapsed + UPTIME_STEP_MS), at: reading.before },
  };
}

/** @param moment an uptime that was read just now, or on a machine without one the monotonic clock */
export function keepTime(clock: IntervalClock, moment: UptimeReading | Monotonic): KeptTime {
  if (typeof moment === 'number') return { ...boundsAt(clock, moment), machine: undefined };
  const { boot, uptime, before, after } = moment;
  return { earliest: boundsAt(clock, before).earliest, latest: boundsAt(clock, after).latest, machine: { boot, uptime } };
}

/** The interval, with the wall clock as a hint where within it the time may be. */
export function clockFactsAt(clock: IntervalClock, at: Monotonic, wall: Instant): ClockFacts {
  const { earliest, latest } = boundsAt(clock, at);
  const notBefore = Math.max(wall, earliest);
  return { earliest, latest, now: instant(latest === undefined ? notBefore : Math.min(notBefore, latest)) };
}

/** By how much the wall clock is outside the interval; 0 within it. */
export function wallOutside({ earliest, latest }: Pick<ClockFacts, 'earliest' | 'latest'>, wall: Instant): Duration {
  return milliseconds(Math.max(0, earliest - wall, latest === undefined ? 0 : wall - latest));
}

/**
 * A time that the box office has signed has been reached, however the message came here. One that lies beyond the upper bound shows that either the box office
 * has moved its clock or ours has stood still: from then on nothing is known of how late it may be.
 */
export function learnSigned(clock: IntervalClock, signed: Instant, at: Monotonic): Learnt {
  const { earliest, latest } = boundsAt(clock, at);
  const lower = signed > earliest ? lowerBound(signed, at) : clock.lower;
  if (latest === undefined || signed <= latest) return { clock: { ...clock, lower }, contradiction: undefined };
  return { clock: { lower, upper: undefined }, contradiction: { kind: 'ahead', by: between(latest, signed) } };
}

/**
 * The box office read its clock as `told` between our moments `asked` and `answered`. An answer that overlaps with what was known narrows it. One that lies
 * wholly after it widens it up to there; one that lies wholly before it holds the lower bound where it is, which never goes back. Of two claims that exclude
 * each other neither is believed alone.
 */
export function learnAsked(clock: IntervalClock, told: Instant, asked: Monotonic, answered: Monotonic): Learnt {
  assert(answered >= asked, 'an answer comes after its question');
  const { earliest, latest } = boundsAt(clock, answered);
  const upper: Bound = { time: told + TOLD_STEP_MS, at: asked };
  const saidLatest = timeOf(upper, answered, mostPassed);
  if (saidLatest < earliest) {
    const held = { time: earliest, at: answered, isHeld: true };
    return { clock: { ...clock, lower: held }, contradiction: { kind: 'behind', by: milliseconds(earliest - saidLatest) } };
  }
  if (latest !== undefined && told > latest) return { clock: { ...clock, upper }, contradiction: { kind: 'ahead', by: between(latest, told) } };
  return {
    clock: {
      lower: told > earliest || clock.lower.isHeld ? lowerBound(Math.max(told, earliest), answered) : clock.lower,
      upper: latest === undefined || saidLatest < latest ? upper : clock.upper,
    },
    contradiction: undefined,
  };
}

/** The machine was asleep for `span`, which its monotonic clock has not counted: the upper bound moves on by it. */
export function sleptFor(clock: IntervalClock, span: Duration): IntervalClock {
  const { lower, upper } = clock;
  return { lower, upper: upper && { ...upper, time: upper.time + mostPassed(span) } };
}

function boundsAt({ lower, upper }: IntervalClock, at: Monotonic): Pick<ClockFacts, 'earliest' | 'latest'> {
  return {
    earliest: instant(Math.floor(lower.isHeld ? lower.time : timeOf(lower, at, leastPassed))),
    latest: upper && instant(Math.ceil(timeOf(upper, at, mostPassed))),
  };
}

const lowerBound = (time: number, at: Monotonic): IntervalClock['lower'] => ({ time, at, isHeld: false });

function timeOf(bound: Bound, at: Monotonic, passed: (elapsed: number) => number): number {
  return bound.time + passed(between(bound.at, at));
}
