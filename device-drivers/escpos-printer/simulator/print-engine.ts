import { concatBytes } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Timers } from '#core/ports/clock.ts';
import { type Complete, parseCommand, type ReceivedCommand } from './byte-parser.ts';
import { DOTS_PER_MM, type PaperRoll } from './paper-roll.ts';
import { createQrStore, rasterBitmap } from './pictures.ts';
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
  isOnline(): boolean;
  reply(bytes: Uint8Array): void;
  setAutomaticStatus(classes: number): void;
  /** Undefined where the printer does not know the question. */
  paperStatus(): number | undefined;
  readonly knowsProcessIds: boolean;
  setOfflineResponse(on: boolean): void;
  presenter(what: 'present' | 'retract'): void;
  identity(n: number): Uint8Array | undefined;
  echoesAreLost(): boolean;
  /** A strip was printed; the roll may have come to its end. */
  printed(): void;
  /** False when the cutter jammed. */
  cut(): boolean;
}

const BUFFER_BYTES_MAX = 65_536;
/** A guillotine's stroke. */
const CUT_MS = 250;

export function createPrintEngine(around: EngineSurroundings): PrintEngine {
  const { typesetter, roll } = around;
  const qr = createQrStore();
  let commands: Complete[] = [];
  let waitingBytes = 0;
  let tail: Uint8Array = new Uint8Array(0);
  let isBusy = false;
  let isRunning = false;

  const print = (strip: Strip | undefined): number => {
    if (strip === undefined || strip.height === 0) return 0;
    roll.print(strip);
    around.printed();
    return around.mmPerSecond === 0 ? 0 : (strip.height / DOTS_PER_MM / around.mmPerSecond) * 1_000;
  };

  const blank = (dots: number): Strip => typesetter.endLine(dots);

  /** A function of a `GS (` group. */
  const block = (group: string, data: Uint8Array): number => {
    if (group === 'H' && data[0] === 0x31 && around.knowsProcessIds) around.setOfflineResponse(data[2] !== 0 && data[2] !== 0x30);
    if (group === 'H' && data[0] === 0x30 && data.length === 6 && around.knowsProcessIds) {
      // Reached only when all before it is on paper: that is what the echo means.
      if (!around.echoesAreLost()) around.reply(Uint8Array.of(0x37, 0x22, ...data.subarray(2), 0x00));
      return 0;
    }
    const symbol = group === 'k' ? qr.take(data) : undefined;
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
        return around.cut() && around.mmPerSecond > 0 ? CUT_MS : 0;
      case 'automatic-status':
        around.setAutomaticStatus(command.classes);
        return 0;
      case 'presenter':
        around.presenter(command.what);
        return 0;
      case 'paper-status': {
        const status = around.paperStatus();
        if (status !== undefined && !around.echoesAreLost()) around.reply(Uint8Array.of(status));
        return 0;
      }
      case 'identity': {
        const text = around.identity(command.n);
        if (text !== undefined) around.reply(text);
        return 0;
      }
      case 'initialise':
        qr.reset();
        around.setAutomaticStatus(0);
        around.setOfflineResponse(false);
        typesetter.mode(command);
        return 0;
      case 'ignored':
        return 0;
      default:
        assert(typesetter.mode(command), `the simulated printer carries out ${command.kind}`);
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
    for (let parsed = parseCommand(tail, at); parsed !== 'incomplete'; parsed = parseCommand(tail, at)) {
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
