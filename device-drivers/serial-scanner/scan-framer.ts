import { CR, LF, type ScanFramerEvent, type ScanSuffix } from './frame.ts';

/** Cuts the bytes of a scanner into codes. No I/O, no timer: silence on the line is an input (`idle`). Memory is one buffer of `maxFrameBytes`. */
export interface ScanFramer {
  push(chunk: Uint8Array): ScanFramerEvent[];
  /** The line has been silent for as long as ends a frame: with suffix `none` the frame is complete, with any other it is broken off. */
  idle(): ScanFramerEvent[];
  reset(): void;
  /** Whether silence would mean something: a frame has begun. */
  readonly isInFrame: boolean;
}

export interface ScanFramerOptions {
  readonly maxFrameBytes: number;
  readonly suffix: ScanSuffix;
}

export function createScanFramer({ maxFrameBytes, suffix }: ScanFramerOptions): ScanFramer {
  const held = new Uint8Array(maxFrameBytes);
  let length = 0;
  /** With suffix CR LF, a CR is data or half a suffix; the next byte tells. */
  let undecidedCr = false;
  /** Bytes dropped of a frame that was too long; undefined while the frame is within its limit. */
  let dropped: number | undefined;

  const clear = (): void => {
    length = 0;
    undecidedCr = false;
    dropped = undefined;
  };

  /** The frame ended properly: with its suffix, or by silence when there is none. An overlong one was told when it passed the limit. */
  const finish = (events: ScanFramerEvent[]): void => {
    if (dropped === undefined && length > 0) events.push({ kind: 'frame', bytes: held.slice(0, length) });
    clear();
  };

  const store = (byte: number, events: ScanFramerEvent[]): void => {
    // The other half of a CR LF from a scanner that is set to send more than we expect, and empty lines: no code begins with them.
    if (length === 0 && suffix !== 'none' && (byte === CR || byte === LF)) return;
    if (length < maxFrameBytes) {
      if (length === 0) events.push({ kind: 'first-byte' });
      held[length] = byte;
      length += 1;
      return;
    }
    if (dropped === undefined) events.push({ kind: 'overlong', head: held.slice() });
    dropped = (dropped ?? 0) + 1;
    if (dropped % maxFrameBytes === 0) events.push({ kind: 'garbage', reason: 'endless', length: maxFrameBytes });
  };

  const takeOrFinish = (byte: number, end: number, events: ScanFramerEvent[]): void => {
    if (byte === end) finish(events);
    else store(byte, events);
  };

  const takeCrLf = (byte: number, events: ScanFramerEvent[]): void => {
    const wasCr = undecidedCr;
    undecidedCr = byte === CR;
    if (wasCr && byte === LF) {
      finish(events);
      return;
    }
    if (wasCr) store(CR, events);
    if (!undecidedCr) store(byte, events);
  };

  const take = (byte: number, events: ScanFramerEvent[]): void => {
    switch (suffix) {
      case 'cr':
        takeOrFinish(byte, CR, events);
        return;
      case 'lf':
        takeOrFinish(byte, LF, events);
        return;
      case 'crlf':
        takeCrLf(byte, events);
        return;
      case 'none':
        store(byte, events);
        return;
    }
  };

  return {
    push: (chunk) => {
      const events: ScanFramerEvent[] = [];
      for (const byte of chunk) take(byte, events);
      return events;
    },
    idle: () => {
      const events: ScanFramerEvent[] = [];
      if (suffix !== 'none' && length > 0 && dropped === undefined) events.push({ kind: 'garbage', reason: 'unterminated', length });
      if (suffix === 'none') finish(events);
      else clear();
      return events;
    },
    reset: clear,
    get isInFrame() {
      return length > 0 || undecidedCr;
    },
  };
}
