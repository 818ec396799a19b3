import { createEnclosedFramer } from './enclosed-framer.ts';
import { CR, LF, type ScanFramerEvent, type ScanSuffix } from './frame.ts';

const LONE_CR = Uint8Array.of(CR);

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
  return suffix === 'stx-etx' ? createEnclosedFramer(maxFrameBytes) : createSuffixFramer(maxFrameBytes, suffix);
}

function createSuffixFramer(maxFrameBytes: number, suffix: Exclude<ScanSuffix, 'stx-etx'>): ScanFramer {
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

  /** Keeps a run of bytes that holds no end. A whole run at once, because a code of 150 bytes comes in one read and its guest waits. */
  const store = (run: Uint8Array, events: ScanFramerEvent[]): void => {
    const data = length === 0 && suffix !== 'none' ? withoutEmptyLines(run) : run;
    if (data.length === 0) return;
    const kept = data.subarray(0, maxFrameBytes - length);
    if (length === 0) events.push({ kind: 'first-byte' });
    held.set(kept, length);
    length += kept.length;
    if (kept.length < data.length) drop(data.length - kept.length, events);
  };

  const drop = (count: number, events: ScanFramerEvent[]): void => {
    if (dropped === undefined) events.push({ kind: 'overlong', head: held.slice() });
    const before = dropped ?? 0;
    dropped = before + count;
    const pieces = Math.floor(dropped / maxFrameBytes) - Math.floor(before / maxFrameBytes);
    for (let piece = 0; piece < pieces; piece++) events.push({ kind: 'garbage', reason: 'endless', length: maxFrameBytes });
  };

  const takeUntil = (end: number, chunk: Uint8Array, events: ScanFramerEvent[]): void => {
    let from = 0;
    for (let at = chunk.indexOf(end); at >= 0; at = chunk.indexOf(end, from)) {
      store(chunk.subarray(from, at), events);
      finish(events);
      from = at + 1;
    }
    store(chunk.subarray(from), events);
  };

  const takeCrLf = (chunk: Uint8Array, events: ScanFramerEvent[]): void => {
    for (let from = 0; from < chunk.length; ) {
      if (undecidedCr) {
        undecidedCr = false;
        if (chunk[from] === LF) {
          finish(events);
          from += 1;
          continue;
        }
        store(LONE_CR, events);
      }
      const at = chunk.indexOf(CR, from);
      undecidedCr = at >= 0;
      store(chunk.subarray(from, at < 0 ? chunk.length : at), events);
      from = at < 0 ? chunk.length : at + 1;
    }
  };

  const take = (chunk: Uint8Array, events: ScanFramerEvent[]): void => {
    switch (suffix) {
      case 'cr':
        takeUntil(CR, chunk, events);
        return;
      case 'lf':
        takeUntil(LF, chunk, events);
        return;
      case 'crlf':
        takeCrLf(chunk, events);
        return;
      case 'none':
        store(chunk, events);
        return;
    }
  };

  return {
    push: (chunk) => {
      const events: ScanFramerEvent[] = [];
      take(chunk, events);
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

/** The other half of a CR LF from a scanner that is set to send more than we expect, and empty lines: no code begins with them. */
function withoutEmptyLines(run: Uint8Array): Uint8Array {
  let from = 0;
  while (run[from] === CR || run[from] === LF) from += 1;
  return run.subarray(from);
}
