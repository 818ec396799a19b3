import { concatBytes } from '#core/base/bytes.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Timers } from '#core/ports/clock.ts';
import { DOTS_PER_MM, type PaperRoll } from './paper-roll.ts';
import { createGraphicsStore, createQrStore, rasterBitmap } from './pictures.ts';
import type { PrinterFamily } from './printer-family.ts';
import type { Complete, ReceivedCommand } from './received-command.ts';
import type { Strip, Typesetter } from './typesetter.ts';

/** The receive buffer and what works through it: one command after another, each taking the time its paper takes, and nothing while offline. */
export interface PrintEngine {
  /** Into the receive buffer. What does not fit is lost, as on a line without flow control. */
  receive(bytes: Uint8Array): void;
  /** Forgets all that was received and not printed. */
  clear(): void;
  /** The printer may have come online: goes on where it stopped. */
  resume(): void;
  /** It has received what it has not printed. */
  isHolding(): boolean;
}

/** What the engine meets in the machine around it. */
export interface EngineSurroundings {
  readonly timers: Timers;
  readonly typesetter: Typesetter;
  readonly roll: PaperRoll;
  /** 0: paper comes out in no time. */
  readonly mmPerSecond: number;
  readonly parse: PrinterFamily['parse'];
  readonly drawsQr: boolean;
  isOnline(): boolean;
  /** A command that asks nothing of the paper. */
  obey(command: ReceivedCommand): void;
  presenter(what: 'present' | 'retract'): void;
  /** Dots to the place that lies so far from the next black mark; undefined when none comes. */
  toMark(offsetDots: number): number | undefined;
  /** A strip was printed; the roll may have come to its end. */
  printed(): void;
  /** False when the cutter jammed. */
  cut(): boolean;
}

/** As much as a job may have: what a smaller buffer cannot take, flow control keeps back on every line that we support. */
const BUFFER_BYTES_MAX = 262_144;
/** A guillotine's stroke. */
const CUT_MS = 250;

/** How far from the black mark a ticket begins and is cut. */
interface MarkOffsets {
  readonly start: number;
  readonly cut: number;
}

const AT_THE_MARK: MarkOffsets = { start: 0, cut: 0 };

/** `GS ( F`: a, m, nL, nH, in eighths of a millimetre, which are dots here. */
function withOffset(offsets: MarkOffsets, data: Uint8Array): MarkOffsets {
  const [a = 0, m = 0, low = 0, high = 0] = data;
  const dots = (low + high * 256) * (m % 2 === 1 ? -1 : 1);
  if (a === 1) return { ...offsets, start: dots };
  return a === 2 ? { ...offsets, cut: dots } : offsets;
}

export function createPrintEngine(around: EngineSurroundings): PrintEngine {
  const { typesetter, roll } = around;
  const qr = createQrStore();
  const graphics = createGraphicsStore();
  let commands: Complete[] = [];
  let waitingBytes = 0;
  let tail: Uint8Array = new Uint8Array(0);
  let isBusy = false;
  let isRunning = false;
  /** Set by `GS ( F`, in dots. */
  let offsets: MarkOffsets = AT_THE_MARK;

  const print = (strip: Strip | undefined): number => {
    if (strip === undefined || strip.height === 0) return 0;
    roll.print(strip);
    around.printed();
    return around.mmPerSecond === 0 ? 0 : (strip.height / DOTS_PER_MM / around.mmPerSecond) * 1_000;
  };

  const blank = (dots: number): Strip => typesetter.endLine(dots);

  /** A function of a `GS (` group. */
  const block = (group: string, data: Uint8Array): number => {
    if (group === 'L') {
      const picture = graphics.take(data);
      return picture === undefined ? 0 : print(typesetter.picture(picture));
    }
    if (group === 'F') {
      offsets = withOffset(offsets, data);
      return 0;
    }
    if (group !== 'k') {
      around.obey({ kind: 'block', group, data });
      return 0;
    }
    const symbol = around.drawsQr ? qr.take(data) : undefined;
    return symbol === undefined ? 0 : print(typesetter.picture(symbol));
  };

  /** Carries out one command; milliseconds until the next. */
  const execute = (command: ReceivedCommand): number => {
    switch (command.kind) {
      case 'character':
        return print(typesetter.character(command.byte));
      case 'line-feed':
        return print(typesetter.endLine());
      case 'feed-dots':
        return print(blank(command.dots));
      case 'feed-lines':
        return Array.from({ length: command.lines }).reduce((span: number) => span + print(typesetter.endLine()), 0);
      case 'raster':
        return print(typesetter.picture(rasterBitmap(command)));
      case 'block':
        return block(command.group, command.data);
      case 'cut':
        if (typesetter.hasText()) print(typesetter.endLine());
        if (command.feedDots > 0) print(blank(command.feedDots));
        if (offsets.cut > 0) print(blank(offsets.cut));
        else roll.drawBack(-offsets.cut);
        return around.cut() && around.mmPerSecond > 0 ? CUT_MS : 0;
      case 'line-picture':
        typesetter.linePicture(rasterBitmap({ ...command, scaleX: 1, scaleY: 1 }));
        return 0;
      case 'feed-to-mark': {
        const dots = around.toMark(offsets.start);
        return dots === undefined ? 0 : print(blank(dots));
      }
      case 'presenter':
        around.presenter(command.what);
        return 0;
      case 'initialise':
        qr.reset();
        offsets = AT_THE_MARK;
        typesetter.mode(command);
        around.obey(command);
        return 0;
      default:
        if (!typesetter.mode(command)) around.obey(command);
        return 0;
    }
  };

  /** Takes commands out of the buffer until one needs time or the printer stops. Switches thrown from within call `resume`, which must not begin anew. */
  const run = (): void => {
    if (isRunning) return;
    isRunning = true;
    while (!isBusy && around.isOnline()) {
      const next = commands.shift();
      if (next === undefined) break;
      waitingBytes -= next.length;
      const span = execute(next.command);
      if (span > 0) {
        isBusy = true;
        around.timers.after(milliseconds(span), () => {
          isBusy = false;
          run();
        });
      }
    }
    isRunning = false;
  };

  /** Cuts what has arrived into commands; the last may still be incomplete. */
  const parseArrived = (): void => {
    let at = 0;
    for (let parsed = around.parse(tail, at); parsed !== 'incomplete'; parsed = around.parse(tail, at)) {
      at += parsed.length;
      // Real-time commands are not kept: a printer that is offline for a day is asked every second.
      if (parsed.command.kind === 'ignored') continue;
      commands.push(parsed);
      waitingBytes += parsed.length;
    }
    tail = tail.slice(at);
  };

  return {
    receive: (bytes) => {
      const room = Math.max(0, BUFFER_BYTES_MAX - waitingBytes - tail.length);
      tail = concatBytes(tail, bytes.subarray(0, room));
      parseArrived();
      run();
    },
    clear: () => {
      commands = [];
      waitingBytes = 0;
      tail = new Uint8Array(0);
      typesetter.clear();
    },
    resume: () => run(),
    isHolding: () => commands.length > 0 || tail.length > 0 || isBusy,
  };
}
