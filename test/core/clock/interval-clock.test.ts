import { describe, expect, it } from 'vitest';
import { days, hours, type Instant, instant, type Monotonic, milliseconds, minutes, seconds } from '#core/base/time.ts';
import {
  clockFactsAt,
  type IntervalClock,
  keepTime,
  learnAsked,
  learnSigned,
  resumeClock,
  type UptimeReading,
  wallOutside,
} from '#core/clock/interval-clock.ts';

const noon = instant(Date.UTC(2026, 9, 25, 12));
const since = (span: number): Monotonic => (1_000_000 + span) as Monotonic;
const later = (span: number): Instant => instant(noon + span);
const ignorant = resumeClock(undefined, undefined, since(0));
/** A gate that has asked at noon and was answered within 4 ms. */
const asked = learnAsked(ignorant, noon, since(0), since(4)).clock;
const facts = (clock: IntervalClock, span: number, wall = noon) => clockFactsAt(clock, since(span), wall);
const up = (uptime: number, boot = 'a', at = since(0)): UptimeReading => ({ boot, uptime: milliseconds(uptime), before: at, after: at });

describe('what is not known', () => {
  it('is bounded by nothing, and the wall clock is the guess', () => {
    expect(facts(ignorant, 0)).toEqual({ earliest: 0, latest: undefined, now: noon });
  });

  it('widens by the drift that a crystal may have, on both sides', () => {
    const { earliest, latest } = facts(asked, 4 + hours(1), later(hours(1)));
    // 500 parts in a million of an hour are 1.8 s.
    expect(noon + hours(1) - earliest).toBe(1_800);
    expect((latest ?? 0) - noon - hours(1)).toBeGreaterThan(1_800);
    expect((latest ?? 0) - noon - hours(1)).toBeLessThan(1_810);
  });
});

describe('an answer', () => {
  it('bounds the time from both sides, to the length of its journey', () => {
    expect(facts(asked, 4)).toMatchObject({ earliest: noon, latest: later(6) });
  });

  it('that took longer makes nothing worse', () => {
    const slow = learnAsked(asked, later(seconds(1)), since(4), since(5_000)).clock;
    expect((facts(slow, 5_000).latest ?? 0) - noon).toBeLessThan(5_010);
  });

  it.each([
    ['an hour ahead', hours(1), { kind: 'ahead' }],
    ['two days ahead', days(2), { kind: 'ahead' }],
    ['an hour behind', -hours(1), { kind: 'behind' }],
    ['two days behind', -days(2), { kind: 'behind' }],
  ])('%s of all that was known is told, and neither side is believed alone', (_name, by, contradiction) => {
    const { clock, contradiction: found } = learnAsked(asked, later(by), since(1_000), since(1_004));
    expect(found).toMatchObject(contradiction);
    expect(Math.abs((found?.by ?? 0) - Math.abs(by))).toBeLessThan(1_010);
    const { earliest, latest } = facts(clock, 1_004);
    expect(earliest).toBeLessThanOrEqual(later(1_004));
    expect(latest).toBeGreaterThanOrEqual(later(Math.max(1_004, by)));
  });

  it('a moment behind, as when a time server sets the box office right, leaves the interval narrow', () => {
    const { clock, contradiction } = learnAsked(asked, later(500), since(1_000), since(1_001));
    expect(contradiction).toMatchObject({ kind: 'behind' });
    expect((facts(clock, 1_001).latest ?? 0) - facts(clock, 1_001).earliest).toBeLessThan(20);
  });
});

describe('a signed time', () => {
  it('moves the lower bound only', () => {
    const { clock } = learnSigned(asked, later(2), since(4));
    expect(facts(clock, 4)).toMatchObject({ earliest: later(2), latest: later(6) });
    expect(learnSigned(asked, later(-hours(3)), since(4))).toEqual({ clock: asked, contradiction: undefined });
  });

  it('beyond the upper bound is believed, and then nobody knows how late it may be', () => {
    const { clock, contradiction } = learnSigned(asked, later(days(2)), since(4));
    expect(contradiction).toEqual({ kind: 'ahead', by: days(2) - 6 });
    expect(facts(clock, 4)).toMatchObject({ earliest: later(days(2)), latest: undefined, now: later(days(2)) });
  });

  it('that was wrong stands, but does not run ahead of the time for ever', () => {
    const wrong = learnSigned(asked, later(hours(2)), since(4)).clock;
    const back = learnAsked(wrong, later(minutes(10)), since(minutes(10)), since(minutes(10) + 4));
    expect(back.contradiction).toMatchObject({ kind: 'behind' });
    const held = facts(back.clock, minutes(10) + 4);
    expect(held.latest).toBeUndefined();
    expect(held.earliest - later(hours(2) + minutes(10))).toBeLessThan(0);
    expect(facts(back.clock, hours(2)).earliest).toBe(held.earliest);
    const come = learnAsked(back.clock, later(hours(3)), since(hours(3)), since(hours(3) + 4));
    expect(come.contradiction).toBeUndefined();
    expect(facts(come.clock, hours(3) + 4)).toMatchObject({ earliest: later(hours(3)), latest: later(hours(3) + 6) });
  });
});

describe('a restart', () => {
  const kept = keepTime(asked, { ...up(60_000), before: since(4), after: since(4) });

  it('of the program takes both bounds along', () => {
    const resumed = resumeClock(kept, up(60_000 + hours(1)), since(0));
    const { earliest, latest } = clockFactsAt(resumed, since(0), noon);
    expect(later(hours(1)) - earliest).toBeLessThan(1_820);
    expect((latest ?? 0) - later(hours(1))).toBeLessThan(1_830);
  });

  it.each([
    ['of the machine', up(30_000, 'b')],
    ['of a machine that calls each start the same', up(30_000)],
    ['on a machine that cannot tell', undefined],
  ])('%s goes on from what was written down, never lower', (_name, reading) => {
    let resumed = resumeClock(kept, reading, since(0));
    for (let restart = 0; restart < 5; restart++) {
      expect(clockFactsAt(resumed, since(0), instant(0))).toEqual({ earliest: noon, latest: undefined, now: noon });
      resumed = resumeClock(keepTime(resumed, reading ?? since(0)), reading && { ...reading, boot: `c${restart}` }, since(0));
    }
  });
});

describe('the wall clock', () => {
  it.each([
    ['at 1970, without a battery', instant(0), later(4)],
    ['two days behind', later(-days(2)), later(4)],
    ['two days ahead', later(days(2)), later(10)],
    // On this night the clocks of Europe went back: an hour by the wall, nothing in UTC, and nothing here.
    ['right', later(7), later(7)],
  ])('%s chooses the guess within the interval and moves no bound', (_name, wall, guess) => {
    const interval = { earliest: later(4), latest: later(10) };
    const clock = learnAsked(ignorant, later(4), since(0), since(4)).clock;
    expect(clockFactsAt(clock, since(4), wall)).toEqual({ ...interval, now: guess });
  });

  it('is outside the interval by so much', () => {
    expect(wallOutside({ earliest: noon, latest: later(10) }, later(-hours(48)))).toBe(hours(48));
    expect(wallOutside({ earliest: noon, latest: later(10) }, later(hours(48) + 10))).toBe(hours(48));
    expect(wallOutside({ earliest: noon, latest: later(10) }, later(5))).toBe(0);
    expect(wallOutside({ earliest: noon, latest: undefined }, later(hours(48)))).toBe(0);
  });
});
