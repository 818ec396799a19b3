import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { LIMITS } from '#core/base/limits.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import { pathOfEvent, WATCHED_SUBSYSTEMS } from './list-ports.ts';

/** One event of udev that concerns a port, after its rules have run: by then the file has its owner and its links. */
export interface PortEvent {
  readonly action: 'add' | 'remove' | 'other';
  /** The file of the device. */
  readonly path: string;
}

export interface UdevMonitor {
  /** `udevadm monitor` listens. On a machine without udev it never does, and nothing is missing but speed. */
  isRunning(): boolean;
  stop(): Promise<void>;
}

/** Listens to udev by its own tool, for as long as it runs, and starts it again when it ended. */
export function startUdevMonitor(timers: Timers, onEvent: (event: PortEvent) => void): UdevMonitor {
  let isRunning = false;
  let isWanted = true;
  let again: Timer | undefined;
  let end: () => Promise<void> = async () => undefined;

  const start = (): void => {
    const monitor = spawn('udevadm', ['monitor', '--udev', ...WATCHED_SUBSYSTEMS.map((name) => `--subsystem-match=${name}`)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const lines = createInterface({ input: monitor.stdout });
    lines.on('line', (line) => {
      // Its head is written when it is bound to the socket of udev: from then on nothing is missed.
      if (line.startsWith('UDEV - ')) isRunning = true;
      const event = parseEvent(line);
      if (event !== undefined && isWanted) onEvent(event);
    });
    const gone = new Promise<void>((resolve) => {
      const ended = (): void => {
        isRunning = false;
        resolve();
        if (isWanted) again ??= timers.after(LIMITS.devices.monitorAgain, restart);
      };
      monitor.once('error', ended);
      monitor.once('close', ended);
    });
    end = async () => {
      monitor.kill();
      await gone;
    };
  };
  const restart = (): void => {
    again = undefined;
    start();
  };

  start();
  return {
    isRunning: () => isRunning,
    stop: async () => {
      isWanted = false;
      again?.cancel();
      await end();
    },
  };
}

/** `UDEV  [1234.567890] add      /devices/pci0000:00/…/ttyUSB0/tty/ttyUSB0 (tty)`; the head lines of the tool have another form. */
export function parseEvent(line: string): PortEvent | undefined {
  const [, action, devpath, subsystem] = /^UDEV\s+\[[\d.]+\]\s+(\w+)\s+(\/\S*)\s+\((\w+)\)$/.exec(line) ?? [];
  if (action === undefined || devpath === undefined || subsystem === undefined) return undefined;
  const path = pathOfEvent(subsystem, devpath);
  if (path === undefined) return undefined;
  return { action: action === 'add' || action === 'remove' ? action : 'other', path };
}
