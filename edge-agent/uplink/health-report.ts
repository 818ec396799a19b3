import { LIMITS } from '#core/base/limits.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';

/** Publishes how the machine's devices are: soon after a change, changes gathered; once on every connection; and again after a while without any. */
export interface HealthReport {
  /** A device changed its state. */
  changed(): void;
  /** Publishes at once, as a command may ask. False while there is no connection. */
  now(): Promise<boolean>;
  linkUp(publish: () => Promise<void>): void;
  linkDown(): void;
}

export function createHealthReport(timers: Timers): HealthReport {
  let publish: (() => Promise<void>) | undefined;
  let gathering: Timer | undefined;
  let repeating: Timer | undefined;

  const now = async (): Promise<boolean> => {
    if (publish === undefined) return false;
    gathering?.cancel();
    gathering = undefined;
    repeating?.cancel();
    repeating = timers.after(LIMITS.uplink.healthEvery, () => void now());
    await publish();
    return true;
  };

  return {
    changed: () => {
      if (publish !== undefined) gathering ??= timers.after(LIMITS.uplink.healthGather, () => void now());
    },
    now,
    linkUp: (next) => {
      publish = next;
      void now();
    },
    linkDown: () => {
      publish = undefined;
      gathering?.cancel();
      gathering = undefined;
      repeating?.cancel();
      repeating = undefined;
    },
  };
}
