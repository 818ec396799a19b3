import type { Duration } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';

/** The timers of one machine: each name runs at most once. */
export interface NamedTimers<Name extends string> {
  /** Starts it anew. */
  arm(name: Name, after: Duration): void;
  disarm(name: Name): void;
  disarmAll(): void;
}

export function createNamedTimers<Name extends string>(timers: Timers, fired: (name: Name) => void): NamedTimers<Name> {
  const armed = new Map<Name, Timer>();
  const disarm = (name: Name): void => {
    armed.get(name)?.cancel();
    armed.delete(name);
  };
  return {
    arm: (name, after) => {
      disarm(name);
      armed.set(
        name,
        timers.after(after, () => {
          armed.delete(name);
          fired(name);
        }),
      );
    },
    disarm,
    disarmAll: () => {
      for (const name of [...armed.keys()]) disarm(name);
    },
  };
}
