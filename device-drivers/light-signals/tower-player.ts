import { between } from '#core/base/time.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import type { Signal } from '#core/ports/indicator.ts';
import { type Lamp, towerAt } from './tower-levels.ts';

/** Plays signals on lamps that cannot blink by themselves: tells which are on, whenever that changes. */
export interface TowerPlayer {
  show(signal: Signal): void;
  /** No change is told after this. */
  stop(): void;
}

export interface TowerPlayerOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly timers: Timers;
  readonly lamps: ReadonlySet<Lamp>;
  readonly onLevels: (on: ReadonlySet<Lamp>) => void;
}

export function createTowerPlayer({ clock, timers, lamps, onLevels }: TowerPlayerOptions): TowerPlayer {
  let next: Timer | undefined;
  return {
    show: (signal) => {
      next?.cancel();
      const begun = clock.monotonic();
      const play = (): void => {
        const { on, changesIn } = towerAt(signal, lamps, between(begun, clock.monotonic()));
        onLevels(on);
        next = changesIn === undefined ? undefined : timers.after(changesIn, play);
      };
      play();
    },
    stop: () => next?.cancel(),
  };
}
