import type { ClockFacts } from '#core/admission/facts.ts';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { between, type Duration, type Instant, type Monotonic, milliseconds, seconds } from '#core/base/time.ts';
import {
  type Contradiction,
  clockFactsAt,
  type IntervalClock,
  keepTime,
  type Learnt,
  learnAsked,
  learnSigned,
  resumeClock,
  sleptFor,
  type UptimeReading,
  wallOutside,
} from '#core/clock/interval-clock.ts';
import type { SiteClock } from '#core/clock/site-clock.ts';
import type { Clock, MachineTime, Timer, Timers } from '#core/ports/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { KeptTimeStore } from './kept-time-store.ts';

/**
 * The machine's knowledge of the time, kept through restarts. It writes when a signed time was learnt and every minute, never while it is asked; a clock that
 * somebody has set, the machine's or the box office's, is told to the box office once.
 */
export interface KeptSiteClock extends SiteClock {
  start(): void;
  /** Writes down what is known. */
  stop(): void;
  state(): SiteClockState;
}

export interface SiteClockState {
  /** How far apart the bounds are; undefined while nothing bounds the time from above. */
  readonly width: Duration | undefined;
  /** By how much the wall clock is outside the bounds. */
  readonly wallOutside: Duration;
  /** The box office has said a time that its own earlier word excludes, and has not been in agreement with it since. */
  readonly isContradicted: boolean;
}

export interface SiteClockOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly machine: MachineTime;
  readonly store: KeptTimeStore;
  readonly log: Log;
}

/** The wall clock and the monotonic one differ by more than this from one look to the next: one was set, or the machine has slept. */
const JUMP_SEEN: Duration = seconds(1);
/** Two readings of the uptime and the monotonic clock agree better than this unless the machine has slept between them. */
const SLEEP_LEAST = 100;

export function createSiteClock({ clock, timers, machine, store, log }: SiteClockOptions): KeptSiteClock {
  const readUptime = (): UptimeReading | undefined => {
    const before = clock.monotonic();
    const read = machine.read();
    return read === undefined ? undefined : { boot: read.boot, uptime: read.uptime, before, after: clock.monotonic() };
  };

  const kept = store.load();
  let lastUptime = readUptime();
  let known: IntervalClock = resumeClock(kept, lastUptime, clock.monotonic());
  /** The lower bound that is on the disk. */
  let written: number = kept?.earliest ?? Number.NEGATIVE_INFINITY;
  let looked = { at: clock.monotonic(), wall: clock.wall() };
  /** The machine has slept at some time before this. */
  let awakeSince = Number.NEGATIVE_INFINITY;
  /** Who stands told as wrong, until he is right again. */
  const told = { wall: false, boxOffice: false };
  const untold: string[] = [];
  let isFaulty = false;
  let timer: Timer | undefined;

  /** A jump of the wall clock may be the end of a sleep that the monotonic clock has not counted: the uptime knows. */
  const look = (): { readonly at: Monotonic; readonly wall: Instant } => {
    const now = { at: clock.monotonic(), wall: clock.wall() };
    const apart = between(looked.wall, now.wall) - between(looked.at, now.at);
    looked = now;
    if (Math.abs(apart) < JUMP_SEEN) return now;
    noticeSleep();
    return { ...now, at: clock.monotonic() };
  };
  const noticeSleep = (): void => {
    const reading = readUptime();
    if (reading !== undefined && lastUptime !== undefined) {
      const slept = between(lastUptime.before, reading.after);
      const uncounted = reading.uptime - lastUptime.uptime - slept;
      if (uncounted > SLEEP_LEAST) {
        known = sleptFor(known, milliseconds(uncounted + SLEEP_LEAST));
        awakeSince = reading.after;
      }
    }
    lastUptime = reading;
  };

  const facts = (): ClockFacts => {
    const { at, wall } = look();
    return clockFactsAt(known, at, wall);
  };

  const save = (): void => {
    noticeSleep();
    const moment = lastUptime ?? clock.monotonic();
    const next = keepTime(known, moment);
    try {
      store.save(next, untold);
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause;
      const { code, owner, message } = cause.fault;
      if (!isFaulty) log.warn({ code, owner }, message);
      isFaulty = true;
      return;
    }
    isFaulty = false;
    untold.length = 0;
    written = Math.max(written, next.earliest);
  };

  const watchWall = (): void => {
    const outside = wallOutside(facts(), looked.wall);
    if (outside > LIMITS.clock.jumpTold && !told.wall) {
      told.wall = true;
      untold.push(`the machine's clock is wrong by at least ${Math.round(outside / 1_000)} s`);
    }
    if (outside === 0) told.wall = false;
  };
  const weigh = (contradiction: Contradiction | undefined): void => {
    if (contradiction === undefined || contradiction.by <= LIMITS.clock.jumpTold || told.boxOffice) return;
    told.boxOffice = true;
    untold.push(`the box office's clock was set, or this machine stood still: it is ${Math.round(contradiction.by / 1_000)} s ${contradiction.kind}`);
  };
  const learn = ({ clock: learnt, contradiction }: Learnt): void => {
    known = learnt;
    weigh(contradiction);
    watchWall();
  };

  const tick = (): void => {
    timer = timers.after(LIMITS.clock.persistEvery, tick);
    watchWall();
    save();
  };

  return {
    now: facts,
    learnSigned: (signed) => {
      learn(learnSigned(known, signed, look().at));
      if (signed > written || untold.length > 0) save();
    },
    learnAsked: (said, asked, answered) => {
      look();
      // How long the answer took is not known when the machine has slept over it.
      if (asked <= awakeSince) return;
      const learnt = learnAsked(known, said, asked, answered);
      if (learnt.contradiction === undefined) told.boxOffice = false;
      learn(learnt);
      if (untold.length > 0) save();
    },
    start: () => {
      // What the machine's uptime carries on from here is not lost when the program ends before the first minute.
      save();
      timer = timers.after(LIMITS.clock.persistEvery, tick);
    },
    stop: () => {
      timer?.cancel();
      save();
    },
    state: () => {
      const { earliest, latest } = facts();
      return {
        width: latest && between(earliest, latest),
        wallOutside: wallOutside({ earliest, latest }, looked.wall),
        isContradicted: told.boxOffice,
      };
    },
  };
}
