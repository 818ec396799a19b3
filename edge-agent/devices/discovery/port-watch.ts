import { LIMITS } from '#core/base/limits.ts';
import { NOTHING_SEEN, stepPresence } from '#core/devices/presence.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { FoundPort } from '#core/ports/discovery.ts';
import type { PortEvent, UdevMonitor } from './udev-monitor.ts';

/** What is plugged in, kept up to date: a look after every event of udev, and looks on a beat in any case. */
export interface PortWatch {
  start(): void;
  stop(): Promise<void>;
  ports(): readonly FoundPort[];
  /** Whether udev tells of changes; otherwise they are found by looking. */
  isTold(): boolean;
}

export interface PortWatchParts {
  readonly timers: Timers;
  readonly list: () => readonly FoundPort[];
  readonly monitor: (onEvent: (event: PortEvent) => void) => UdevMonitor;
  /** Called after something came or went. */
  readonly onChange: (appeared: readonly FoundPort[], gone: readonly FoundPort[]) => void;
}

export function createPortWatch({ timers, list, monitor, onChange }: PortWatchParts): PortWatch {
  let presence = NOTHING_SEEN;
  let udev: UdevMonitor | undefined;
  let next: Timer | undefined;

  const look = (removed: ReadonlySet<string> = new Set()): void => {
    const { state, appeared, gone } = stepPresence(presence, list(), removed);
    presence = state;
    if (appeared.length > 0 || gone.length > 0) onChange(appeared, gone);
  };
  const isTold = (): boolean => udev?.isRunning() === true;
  const beat = (): void => {
    look();
    next = timers.after(isTold() ? LIMITS.devices.lookBesideEvents : LIMITS.devices.lookEvery, beat);
  };

  return {
    start: () => {
      udev = monitor(({ action, path }) => look(action === 'remove' ? new Set([path]) : undefined));
      beat();
    },
    stop: async () => {
      next?.cancel();
      await udev?.stop();
    },
    ports: () => presence.seen.map(({ port }) => port),
    isTold,
  };
}
