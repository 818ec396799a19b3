import { type ReadonlySignal, signal } from '@preact/signals';
import { type Duration, milliseconds } from '#core/base/time.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { IdleRule } from './screen.ts';

export interface IdleWatch {
  /** Whole seconds until the guest is taken to be gone; undefined while nothing is asked. */
  readonly warning: ReadonlySignal<number | undefined>;
  /** Whole seconds until a screen that goes by itself is gone; undefined on every other screen. */
  readonly returnsIn: ReadonlySignal<number | undefined>;
  /** Somebody touched the screen or pressed a key. */
  touch(): void;
  /** Another screen is shown: all time starts again. */
  restart(): void;
  /** To be called every second. */
  tick(): void;
}

/** Notices that nobody is there. It has no timer of its own: the screen's second hand drives it, so that a test can. */
export function createIdleWatch(clock: Clock, rule: () => IdleRule, onGone: () => void): IdleWatch {
  const warning = signal<number | undefined>(undefined);
  const returnsIn = signal<number | undefined>(undefined);
  let touchedAt = clock.monotonic();
  let shownAt = touchedAt;

  const restart = (): void => {
    touchedAt = shownAt = clock.monotonic();
    warning.value = undefined;
    returnsIn.value = undefined;
  };

  const secondsLeft = (span: Duration, since: number): number => Math.ceil((span - (clock.monotonic() - since)) / 1_000);

  return {
    warning,
    returnsIn,
    restart,
    touch() {
      touchedAt = clock.monotonic();
      warning.value = undefined;
    },
    tick() {
      const now = rule();
      if (now.kind === 'never') {
        restart();
        return;
      }
      if (now.kind === 'return') {
        const left = secondsLeft(now.after, shownAt);
        returnsIn.value = Math.max(0, left);
        if (left > 0) return;
      } else {
        const left = secondsLeft(milliseconds(now.quiet + now.warning), touchedAt);
        warning.value = left * 1_000 <= now.warning ? Math.max(0, left) : undefined;
        if (left > 0) return;
      }
      restart();
      onGone();
    },
  };
}
