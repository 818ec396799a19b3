import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Instant, instant, type Monotonic, milliseconds } from '#core/base/time.ts';
import {
  clockFactsAt,
  type IntervalClock,
  type KeptTime,
  keepTime,
  learnAsked,
  learnSigned,
  resumeClock,
  sleptFor,
  type UptimeReading,
} from '#core/clock/interval-clock.ts';

/**
 * Random histories against a true time: a machine whose monotonic clock drifts within its limits, whose wall clock is anything at all, which sleeps, crashes,
 * loses power, and hears signed times late and out of order. The true time is the box office's, and flows.
 */

const DRIFT_PPM = 500;
const START = Date.UTC(2026, 2, 28, 17);

type Step =
  | { readonly kind: 'pass'; readonly ms: number; readonly ppm: number }
  | { readonly kind: 'signed'; readonly late: number }
  | { readonly kind: 'asked'; readonly there: number; readonly back: number }
  | { readonly kind: 'keep' }
  | { readonly kind: 'wall'; readonly to: number }
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'restart'; readonly down: number; readonly cause: 'program' | 'power' };

const span = fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 86_400_000 }));
const ppm = fc.oneof(fc.constantFrom(-DRIFT_PPM, 0, DRIFT_PPM), fc.integer({ min: -DRIFT_PPM, max: DRIFT_PPM }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: span, ppm }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('signed' as const), late: fc.oneof(fc.constant(0), span) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('asked' as const), there: fc.integer({ min: 0, max: 900 }), back: fc.integer({ min: 0, max: 900 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'keep' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wall' as const), to: fc.integer({ min: 0, max: 2 * START }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sleep' as const), ms: span }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('restart' as const), down: span, cause: fc.constantFrom('program' as const, 'power' as const) }),
  },
);

/** The machine with its true surroundings. What it knows goes through the functions under test alone. */
function machine() {
  let truth = START;
  let mono = 5_000;
  let uptime = 60_000;
  let boot = 1;
  let wall = 0;
  let disk: KeptTime | undefined;
  let clock: IntervalClock = resumeClock(undefined, undefined, mono as Monotonic);
  /** The latest signed time that the machine has written down: what it must never forget. */
  let learnt = 0;

  const pass = (ms: number, drift: number): void => {
    truth += ms;
    const counted = ms * (1 + drift / 1_000_000);
    mono += counted;
    uptime += counted;
    wall += ms;
  };
  const reading = (): UptimeReading => ({
    boot: String(boot),
    uptime: milliseconds(Math.floor(uptime / 10) * 10),
    before: mono as Monotonic,
    after: mono as Monotonic,
  });
  const keep = (): void => {
    disk = keepTime(clock, reading());
  };
  return {
    facts: () => clockFactsAt(clock, mono as Monotonic, instant(wall)),
    truth: () => truth,
    learnt: () => learnt,
    take: (next: Step): void => {
      switch (next.kind) {
        case 'pass':
          pass(next.ms, next.ppm);
          return;
        case 'signed': {
          const at: Instant = instant(Math.floor(truth - next.late));
          const said = learnSigned(clock, at, mono as Monotonic);
          expect(said.contradiction).toBeUndefined();
          clock = said.clock;
          keep();
          learnt = Math.max(learnt, at);
          return;
        }
        case 'asked': {
          const asked = mono as Monotonic;
          pass(next.there, 0);
          const told = instant(Math.floor(truth));
          pass(next.back, 0);
          const said = learnAsked(clock, told, asked, mono as Monotonic);
          expect(said.contradiction).toBeUndefined();
          clock = said.clock;
          return;
        }
        case 'keep':
          keep();
          return;
        case 'wall':
          wall = next.to;
          return;
        case 'sleep':
          truth += next.ms;
          uptime += next.ms;
          wall += next.ms;
          clock = sleptFor(clock, milliseconds(next.ms));
          return;
        case 'restart':
          truth += next.down;
          mono = 5_000;
          uptime = next.cause === 'program' ? uptime + next.down : 40_000;
          boot += next.cause === 'program' ? 0 : 1;
          wall = next.cause === 'program' ? wall + next.down : 0;
          clock = resumeClock(disk, reading(), mono as Monotonic);
          return;
      }
    },
  };
}

const history = fc.array(step, { minLength: 1, maxLength: 60 });

describe('whatever happens to the machine and its clocks', () => {
  it('the true time is in the interval, the guess is too, and what was written down is never forgotten', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const world = machine();
        for (const next of steps) {
          world.take(next);
          const { earliest, latest, now } = world.facts();
          expect(earliest).toBeLessThanOrEqual(world.truth());
          expect(latest ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(world.truth());
          expect(earliest).toBeGreaterThanOrEqual(world.learnt());
          expect(now).toBeGreaterThanOrEqual(earliest);
          expect(now).toBeLessThanOrEqual(latest ?? Number.POSITIVE_INFINITY);
        }
      }),
      { numRuns: 1_000 },
    );
  }, 180_000);

  it('a ticket that has ended by a time the gate had learnt is never in time again (S7), and one that is in time is never out of it (S8)', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: -100_000_000, max: 400_000_000 }), fc.integer({ min: 0, max: 10_000_000 }), (steps, starts, lasts) => {
        const world = machine();
        const from = START + starts;
        const until = from + lasts;
        for (const next of steps) {
          world.take(next);
          const { earliest, latest } = world.facts();
          const isTooLate = earliest > until;
          const isTooEarly = latest !== undefined && latest < from;
          if (world.learnt() > until) expect(isTooLate).toBe(true);
          if (world.truth() >= from && world.truth() <= until) expect(isTooLate || isTooEarly).toBe(false);
        }
      }),
      { numRuns: 1_000 },
    );
  }, 180_000);

  it('the lower bound never goes back while the program runs, whatever is said, true or not', () => {
    const said = fc.oneof(
      fc.record({ kind: fc.constant('signed' as const), at: fc.integer({ min: 0, max: 2 * START }), wait: fc.integer({ min: 0, max: 10_000 }) }),
      fc.record({ kind: fc.constant('asked' as const), at: fc.integer({ min: 0, max: 2 * START }), wait: fc.integer({ min: 0, max: 10_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(said, { maxLength: 40 }), (all) => {
        let mono = 0 as Monotonic;
        let clock = resumeClock(undefined, undefined, mono);
        let before = 0;
        for (const { kind, at, wait } of all) {
          const asked = mono;
          mono = (mono + wait) as Monotonic;
          clock = (kind === 'signed' ? learnSigned(clock, instant(at), mono) : learnAsked(clock, instant(at), asked, mono)).clock;
          const { earliest, latest } = clockFactsAt(clock, mono, instant(0));
          expect(earliest).toBeGreaterThanOrEqual(before);
          expect(latest ?? earliest).toBeGreaterThanOrEqual(earliest);
          if (kind === 'signed') expect(earliest).toBeGreaterThanOrEqual(at);
          before = earliest;
        }
      }),
      { numRuns: 1_000 },
    );
  }, 180_000);
});
