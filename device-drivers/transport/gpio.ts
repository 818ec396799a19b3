import { type ChildProcess, spawn } from 'node:child_process';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { Link, LinkEvents, Transport } from '#core/ports/link.ts';
import { createLineCutter, encodeGpioReport, parseGpioCommand } from '../gpio-gate/codec.ts';
import type { GpioCommand, GpioReport } from '../gpio-gate/frame.ts';
import { linkAbsent, linkClosed, linkLost } from './link-faults.ts';

export interface GpioPlace {
  /** `gpiochip0`, or the chip's label. */
  readonly chip: string;
  /** A line is on when it is low: relays and sensors that switch to ground. */
  readonly activeLow: boolean;
  readonly bias: 'as-is' | 'disable' | 'pull-down' | 'pull-up';
}

/**
 * The lines of a GPIO chip through the tools of libgpiod 1.6 (Debian: gpiod): `gpioset` drives, `gpioget` reads, `gpiomon` tells edges. Node has no ioctl, and sysfs
 * is gone from new kernels. A pulse is a `gpioset` of its own that ends by itself: it outlives this process.
 */
export function gpioTransport({ chip, activeLow, bias }: GpioPlace, timers: Timers): Transport {
  const place = `gpio ${chip}`;
  const flags = [...(activeLow ? ['--active-low'] : []), `--bias=${bias}`];
  return {
    place,
    open: async (events) => {
      // Asks for no line: whether there are tools and such a chip.
      const found = await run('gpioinfo', [chip]);
      return found.status === 0 ? ok(linkOn({ place, chip, flags, events, timers })) : err(linkAbsent(place, found.said));
    },
  };
}

interface Ran {
  readonly status: number;
  readonly said: string;
  readonly printed: string;
}

function run(tool: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(tool, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      printed = (printed + text.toString()).slice(-LIMITS.gpio.textMax);
    });
    child.stderr.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-LIMITS.gpio.textMax);
    });
    child.once('error', ({ message }) => resolve({ status: -1, said: message, printed }));
    child.once('close', (status) => resolve({ status: status ?? -1, said: said.trim(), printed }));
  });
}

interface LinkParts {
  readonly place: string;
  readonly chip: string;
  readonly flags: readonly string[];
  readonly events: LinkEvents;
  readonly timers: Timers;
}

function linkOn({ place, chip, flags, events, timers }: LinkParts): Link {
  let isOpen = true;
  let monitor: ChildProcess | undefined;
  let holder: ChildProcess | undefined;
  let settled: Timer | undefined;
  const cutter = createLineCutter();
  /** One command after the other: a line can be held once. */
  let last: Promise<void> = Promise.resolve();

  const report = (said: GpioReport): void => {
    if (isOpen) events.bytes(encodeGpioReport(said));
  };

  const end = (fault: Fault | undefined): void => {
    if (!isOpen) return;
    isOpen = false;
    settled?.cancel();
    monitor?.kill();
    queueMicrotask(() => events.closed(fault));
  };

  const watch = async (lines: readonly number[]): Promise<void> => {
    const now = await run('gpioget', [...flags, chip, ...lines.map(String)]);
    if (!isOpen) return;
    if (now.status !== 0) return end(linkLost(place, now.said));
    for (const [index, level] of now.printed.trim().split(/\s+/).entries()) report({ kind: 'level', line: lines[index] ?? -1, on: level === '1' });
    const started = spawn('gpiomon', ['--line-buffered', ...flags, '--format=%o %e', chip, ...lines.map(String)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    monitor = started;
    const edges = createLineCutter();
    started.stdout.on('data', (text: Buffer) => {
      for (const edge of edges.push(text)) {
        const [line, rising] = edge.split(' ').map(Number);
        if (line !== undefined && (rising === 0 || rising === 1)) report({ kind: 'level', line, on: rising === 1 });
      }
    });
    started.once('error', ({ message }) => end(linkLost(place, message)));
    started.once('close', (status) => end(linkLost(place, `gpiomon ended with status ${status}`)));
  };

  /** The line is let go of before somebody else takes it. */
  const letGo = async (): Promise<void> => {
    const held = holder;
    holder = undefined;
    settled?.cancel();
    if (held === undefined || held.exitCode !== null || held.signalCode !== null) return;
    const gone = new Promise((resolve) => held.once('close', resolve));
    held.kill();
    await gone;
  };

  const off = async (line: number): Promise<void> => {
    await letGo();
    const { status } = await run('gpioset', [...flags, '--mode=exit', chip, `${line}=0`]);
    report({ kind: status === 0 ? 'done' : 'refused', line });
  };

  const pulse = async (line: number, ms: number): Promise<void> => {
    await letGo();
    // Of a process group of its own: what ends this program does not end the pulse.
    const args = [...flags, '--mode=time', `--sec=${Math.floor(ms / 1_000)}`, `--usec=${(ms % 1_000) * 1_000}`, chip, `${line}=1`];
    const held = spawn('gpioset', args, { stdio: 'ignore', detached: true });
    holder = held;
    held.unref();
    await new Promise<void>((resolve) => {
      const refuse = (): void => {
        if (holder === held && settled !== undefined) report({ kind: 'refused', line });
        settled?.cancel();
        settled = undefined;
        resolve();
      };
      settled = timers.after(LIMITS.gpio.settlesWithin, () => {
        settled = undefined;
        report({ kind: 'done', line });
        resolve();
      });
      held.once('error', refuse);
      held.once('close', (status) => {
        if (settled !== undefined && status !== 0) return refuse();
        // The kernel leaves a line that is let go of as it likes; it is told to be off.
        if (holder === held) last = last.then(() => run('gpioset', [...flags, '--mode=exit', chip, `${line}=0`])).then(() => undefined);
      });
    });
  };

  const serve = (command: GpioCommand): Promise<void> => {
    switch (command.kind) {
      case 'watch':
        return watch(command.lines);
      case 'pulse':
        return pulse(command.line, command.ms);
      case 'off':
        return off(command.line);
    }
  };

  return {
    get isOpen() {
      return isOpen;
    },
    write: async (bytes): Promise<Result<void, Fault>> => {
      if (!isOpen) return err(linkClosed(place));
      for (const text of cutter.push(bytes)) {
        const command = parseGpioCommand(text);
        if (command !== undefined) last = last.then(() => (isOpen ? serve(command) : undefined));
      }
      return ok();
    },
    close: async () => end(undefined),
  };
}
