import { LIMITS } from '#core/base/limits.ts';
import type { Instant } from '#core/base/time.ts';
import { createTraceMasker } from '#core/devices/trace-mask.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { TraceMask } from '#core/ports/driver.ts';

/** What went over a device's line last, each way, with what nobody may read hidden. */
export interface LineTrace {
  record(direction: TraceEntry['direction'], bytes: Uint8Array, isInputReport: boolean): void;
  /** Oldest first. */
  read(): readonly TraceEntry[];
}

export interface TraceEntry {
  /** Their order over both ways; a question and its answer may fall into one millisecond. */
  readonly number: number;
  readonly at: Instant;
  readonly direction: 'in' | 'out';
  readonly bytes: number;
  /** Two characters a byte; dots for what is hidden. */
  readonly text: string;
}

/** @param maskNow what the driver of the line lets be kept, which may be another one after each opening; nothing without one */
export function createLineTrace(maskNow: () => TraceMask | undefined, clock: Pick<Clock, 'wall'>): LineTrace {
  const ways = { in: createRing(), out: createRing() };
  let mask = maskNow();
  let maskers = { in: createTraceMasker(mask), out: createTraceMasker(mask) };
  let recorded = 0;
  /** Not masked yet, until the end of this turn of the program: a guest waits for what his code sets off, and not for its trace. */
  let heard: Heard[] = [];
  const keep = (): void => {
    const now = heard;
    heard = [];
    for (const { number, at, direction, bytes, isInputReport } of now) {
      ways[direction].push({ number, at, direction, bytes: bytes.length, text: maskers[direction].text(bytes, isInputReport) });
    }
  };
  return {
    record: (direction, bytes, isInputReport) => {
      if (maskNow() !== mask) {
        // What came before is another driver's.
        keep();
        mask = maskNow();
        maskers = { in: createTraceMasker(mask), out: createTraceMasker(mask) };
      }
      if (heard.length === 0) queueMicrotask(keep);
      recorded += 1;
      heard.push({ number: recorded, at: clock.wall(), direction, bytes: bytes.slice(-LIMITS.devices.traceBytesMax), isInputReport });
    },
    read: () => {
      keep();
      return [...ways.in.entries(), ...ways.out.entries()].sort((a, b) => a.number - b.number);
    },
  };
}

interface Heard extends Pick<TraceEntry, 'number' | 'at' | 'direction'> {
  readonly bytes: Uint8Array;
  readonly isInputReport: boolean;
}

interface Ring {
  push(entry: TraceEntry): void;
  entries(): readonly TraceEntry[];
}

/** Drops its oldest when it holds too many bytes, or too many entries. */
function createRing(): Ring {
  let entries: TraceEntry[] = [];
  /** How many at the front of `entries` are dropped already: a list is cut seldom, not at each byte. */
  let dropped = 0;
  let bytes = 0;
  return {
    push: (entry) => {
      entries.push(entry);
      bytes += entry.bytes;
      while (bytes > LIMITS.devices.traceBytesMax || entries.length - dropped > LIMITS.devices.traceEntriesMax) {
        bytes -= entries[dropped]?.bytes ?? 0;
        dropped += 1;
      }
      if (dropped <= LIMITS.devices.traceEntriesMax) return;
      entries = entries.slice(dropped);
      dropped = 0;
    },
    entries: () => entries.slice(dropped),
  };
}
