import { minutes, seconds } from '#core/base/time.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import { FRAME_SIDE, type Frame, type ReadAnswer, type Reading, type ReadRequest } from './frame.ts';

/** A worker that reads frames; one frame at a time. */
export interface ReaderWorker {
  post(request: ReadRequest): void;
  stop(): void;
}

export interface DecoderOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly startWorker: (onAnswer: (answer: ReadAnswer) => void) => ReaderWorker;
  readonly onReading: (reading: Reading) => void;
}

export interface Decoder {
  /** Memory for the next picture, or undefined while the worker is busy with one. Whoever takes it must offer it. */
  take(): Frame | undefined;
  offer(frame: Frame): void;
  readonly counts: { readonly decoded: number; readonly restarts: number };
  close(): void;
}

/** The slowest phone that was tried needs 0.2 s for the hardest look. */
export const HUNG_AFTER = seconds(2);
/** The library keeps what it should let go (issue 391 of zxing-js/library): a worker is thrown away before anybody notices. */
export const WORKER_LIFE = minutes(30);

/** Keeps one worker reading: starts another one when it hangs, when it is old, or when it never came up. */
export function createDecoder({ clock, timers, startWorker, onReading }: DecoderOptions): Decoder {
  const counts = { decoded: 0, restarts: 0 };
  let turn = 0;
  let isClosed = false;
  let idle: Frame | undefined = blank();
  let watchdog: Timer | undefined;
  let bornAt = clock.monotonic();
  let worker: ReaderWorker;

  const begin = (): void => {
    bornAt = clock.monotonic();
    const mine: ReaderWorker = startWorker((answer) => {
      // The word of a worker that was given up, or of a frame that was: its memory is let go with it.
      if (mine !== worker || isClosed || answer.turn !== turn - 1) return;
      watchdog?.cancel();
      idle = answer.frame;
      counts.decoded++;
      if (clock.monotonic() - bornAt >= WORKER_LIFE) replace();
      onReading(answer.reading);
    });
    worker = mine;
  };
  const replace = (): void => {
    worker.stop();
    counts.restarts++;
    idle ??= blank();
    begin();
  };
  begin();

  return {
    counts,
    take: () => {
      const frame = idle;
      idle = undefined;
      return frame;
    },
    offer: (frame) => {
      worker.post({ turn, frame });
      turn++;
      watchdog = timers.after(HUNG_AFTER, replace);
    },
    close: () => {
      isClosed = true;
      watchdog?.cancel();
      worker.stop();
    },
  };
}

function blank(): Frame {
  return { side: FRAME_SIDE, luminance: new Uint8ClampedArray(FRAME_SIDE * FRAME_SIDE) };
}
