import { type Instant, instant, type Monotonic } from '#core/base/time.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';

/** The clocks of one machine: a crystal that drifts, a wall clock that people set, and a battery that may be empty. */
export interface MachineTime {
  readonly clock: Clock;
  timersOf(life: Life): Timers;
  /** Milliseconds since this boot of the machine, by its own crystal. */
  uptime(): number;
  /** Names this boot of the machine. */
  boot(): string;
  /** The machine itself was off: a new boot, whose monotonic clock means nothing before it. */
  reboot(): void;
  /** Somebody, or a wrong time server, sets the wall clock. */
  jumpWall(by: number): void;
  setWall(to: number): void;
  wallOff(): number;
}

/** No timer of Node's waits less than a millisecond, and none fires before its time, by however little the clock was rounded. */
const ROUNDING_MS = 0.01;
/** Monotonic time at a boot: not zero, so that nothing takes 0 for "never". */
const MONOTONIC_AT_BOOT = 1_000;

/** @param drift how much too fast the crystal is, as a fraction: 500 parts in a million are 0.0005 */
export function createMachineTime(machine: string, timeline: Timeline, drift: number, wallOff: number): MachineTime {
  const rate = 1 + drift;
  let boots = 1;
  let bootedAt = timeline.now();
  /** The wall clock's own reckoning: what it showed at a true time. */
  let wallThen = timeline.now() + wallOff;
  let wallSetAt = timeline.now();

  const wall = (): number => wallThen + (timeline.now() - wallSetAt) * rate;
  const setWall = (to: number): void => {
    wallThen = Math.max(0, to);
    wallSetAt = timeline.now();
  };
  const uptime = (): number => (timeline.now() - bootedAt) * rate;

  return {
    clock: {
      monotonic: () => (MONOTONIC_AT_BOOT + uptime()) as Monotonic,
      wall: (): Instant => instant(Math.floor(wall())),
    },
    timersOf: (life) => ({
      after: (delay, action) =>
        timeline.at(timeline.now() + (Math.max(1, Math.ceil(delay)) + ROUNDING_MS) / rate, `${machine} timer`, () => {
          if (!life.isOver) action();
        }),
    }),
    uptime,
    boot: () => `${machine}-boot-${boots}`,
    reboot: () => {
      boots++;
      bootedAt = timeline.now();
    },
    jumpWall: (by) => setWall(wall() + by),
    setWall,
    wallOff: () => wall() - timeline.now(),
  };
}
