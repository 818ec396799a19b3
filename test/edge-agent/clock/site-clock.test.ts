import { describe, expect, it } from 'vitest';
import { createKeptTimeStore } from '#agent/clock/kept-time-store.ts';
import { createSiteClock, type KeptSiteClock } from '#agent/clock/site-clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { FaultError } from '#core/base/fault.ts';
import { between, type Duration, days, hours, type Instant, instant, milliseconds, minutes, plus, seconds } from '#core/base/time.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { scratchLedger } from '../validity/scratch-ledger.ts';

/** A machine with a ledger on a disk, a box office whose time is the true one, and clocks in the test's hands. */
function machine() {
  const time = createVirtualTime();
  const scratch = scratchLedger(time.clock);
  let ledger = scratch.open();
  const disk: { failure: Error | undefined } = { failure: undefined };
  const shift = { slept: 0, boot: 1, down: 0 };
  const born = time.clock.wall();
  let jumped = 0;
  const elapsed = (): number => time.clock.wall() - jumped - born;
  /** The box office's clock. */
  const truth = (): Instant => instant(born + elapsed() + shift.slept + shift.down);
  const open = (): KeptSiteClock =>
    createSiteClock({
      clock: time.clock,
      timers: time.timers,
      machine: { read: () => ({ boot: `boot-${shift.boot}`, uptime: milliseconds(Math.floor((elapsed() + shift.slept + 90_000) / 10) * 10) }) },
      store: createKeptTimeStore({
        ...ledger,
        transaction: (work) => {
          if (disk.failure !== undefined) throw disk.failure;
          return ledger.transaction(work);
        },
      }),
      log: silentLog,
    });
  const world = {
    time,
    disk,
    truth,
    clock: open(),
    ask: (said: Instant = truth()) => world.clock.learnAsked(said, time.clock.monotonic(), time.clock.monotonic()),
    jumpWall: (by: number) => {
      jumped += by;
      time.jumpWall(milliseconds(by));
    },
    suspend: (span: number) => {
      shift.slept += span;
      jumped += span;
      time.jumpWall(milliseconds(span));
    },
    /** Ends the process without a word. */
    crash: (cause: 'program' | 'power', down: Duration = seconds(0)) => {
      world.clock.start = () => undefined;
      ledger.close();
      ledger = scratch.open();
      if (cause === 'power') {
        shift.boot++;
        shift.down += down;
      }
      world.clock = open();
    },
    told: () => ledger.database.prepare<[], string>(`SELECT body ->> 'detail' FROM outbox WHERE type = 'audit' ORDER BY seq`).pluck().all(),
    /** True, and how far apart the bounds are. */
    check: (): number => {
      const { earliest, latest, now } = world.clock.now();
      expect(earliest).toBeLessThanOrEqual(truth());
      expect(latest ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(truth());
      expect(now).toBeGreaterThanOrEqual(earliest);
      return latest === undefined ? Number.POSITIVE_INFINITY : between(earliest, latest);
    },
  };
  return world;
}

describe('the clock of a site', () => {
  it('knows nothing at first, and after one answer the time to the length of its journey', () => {
    const site = machine();
    expect(site.clock.state()).toEqual({ width: undefined, wallOutside: 0, isContradicted: false });
    site.ask();
    expect(site.check()).toBeLessThanOrEqual(1);
  });

  it.each([-hours(48), hours(48), -days(20_000)])('does not notice that the wall clock was set by %d ms, and tells it once', async (by) => {
    const site = machine();
    site.ask();
    const before = site.clock.now();
    site.jumpWall(by);
    expect(site.clock.now()).toMatchObject({ earliest: before.earliest, latest: before.latest });
    for (let answer = 0; answer < 3; answer++) {
      await site.time.advance(seconds(2));
      site.ask();
    }
    expect(site.check()).toBeLessThanOrEqual(1);
    expect(site.told()).toEqual([expect.stringMatching(/^the machine's clock is wrong by at least \d+ s$/)]);
    expect(Math.abs(site.clock.state().wallOutside - Math.abs(by))).toBeLessThan(10);
    site.jumpWall(-by);
    site.ask();
    site.jumpWall(by);
    site.ask();
    expect(site.told()).toHaveLength(2);
  });

  it('takes both bounds over a crash of the program', async () => {
    const site = machine();
    site.ask();
    site.clock.start();
    await site.time.advance(minutes(1));
    await site.time.advance(minutes(10));
    site.crash('program');
    expect(site.check()).toBeLessThan(1_400);
  });

  it('never knows an earlier time after power cuts, however many, without a battery, than it was told under a signature', async () => {
    const site = machine();
    site.clock.learnSigned(site.truth());
    const signed = site.clock.now().earliest;
    for (let cut = 0; cut < 5; cut++) {
      site.crash('power', hours(3));
      site.jumpWall(-site.time.clock.wall());
      expect(site.clock.now().earliest).toBeGreaterThanOrEqual(signed);
      expect(site.check()).toBe(Number.POSITIVE_INFINITY);
      site.clock.start();
      await site.time.advance(minutes(5));
      site.clock.stop();
    }
    // Five minutes five times, less the drift: what ran is written down although nothing was learnt.
    expect(between(signed, site.clock.now().earliest)).toBeGreaterThan(minutes(24));
  });

  it('loses nothing to a crash of the program in the first minute after a power cut', async () => {
    const site = machine();
    site.clock.learnSigned(site.truth());
    site.crash('power', seconds(5));
    site.clock.start();
    const { earliest } = site.clock.now();
    await site.time.advance(seconds(50));
    site.crash('program');
    site.check();
    expect(site.clock.now().earliest).toBeGreaterThan(plus(earliest, seconds(49)));
  });

  it('a signed time that is older than what is known, but not than what is on the disk, is written down too', async () => {
    const site = machine();
    site.clock.learnSigned(site.truth());
    await site.time.advance(seconds(40));
    const signed = plus(site.truth(), milliseconds(-1_000));
    site.clock.learnSigned(signed);
    site.crash('power');
    expect(site.clock.now().earliest).toBeGreaterThanOrEqual(signed);
  });

  it('does not lie after the machine has slept', async () => {
    const site = machine();
    site.ask();
    await site.time.advance(seconds(30));
    site.suspend(hours(5));
    expect(site.check()).toBeGreaterThan(hours(4));
    const asked = site.time.clock.monotonic();
    const said = site.truth();
    site.suspend(hours(1));
    site.clock.learnAsked(said, asked, site.time.clock.monotonic());
    site.check();
    await site.time.advance(seconds(2));
    site.ask();
    expect(site.check()).toBeLessThanOrEqual(1);
  });

  it('tells once that the box office has moved its clock, and does not go back', async () => {
    const site = machine();
    site.ask();
    const { earliest } = site.clock.now();
    for (let answer = 0; answer < 3; answer++) {
      await site.time.advance(seconds(2));
      site.ask(plus(site.truth(), milliseconds(-hours(2))));
    }
    expect(site.clock.now().earliest).toBeGreaterThanOrEqual(earliest);
    expect(site.clock.state().isContradicted).toBe(true);
    expect(site.told()).toEqual([expect.stringMatching(/^the box office's clock was set.*: it is 7\d\d\d s behind$/)]);
    site.ask();
    expect(site.clock.state().isContradicted).toBe(false);
  });

  it('goes on through a full disk, and writes when there is room', async () => {
    const site = machine();
    site.clock.start();
    site.disk.failure = new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'The disk is full.' });
    site.clock.learnSigned(site.truth());
    const signed = site.clock.now().earliest;
    site.jumpWall(-hours(3));
    site.ask();
    expect(site.told()).toEqual([]);
    site.disk.failure = undefined;
    await site.time.advance(minutes(1));
    expect(site.told()).toHaveLength(1);
    site.crash('power');
    expect(site.clock.now().earliest).toBeGreaterThanOrEqual(signed);
  });

  it('stops with nothing left to do', () => {
    const site = machine();
    site.clock.start();
    site.clock.stop();
    expect(site.time.pendingTimers()).toBe(0);
  });
});
