import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import { type Duration, type Monotonic, milliseconds } from '#core/base/time.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DeviceSession, Driver, DriverContext } from '#core/ports/driver.ts';
import { type LinkCounters, NO_TRAFFIC } from '#core/ports/health.ts';
import type { ScannedCode, Scanner } from '#core/ports/scanner.ts';
import { createBabbleWatch } from './babble-watch.ts';
import { hasControlCharacters, type ScanFramerEvent, type ScanSuffix, splitAimPrefix } from './frame.ts';
import { createRecentCodes } from './recent-codes.ts';
import { createScanFramer } from './scan-framer.ts';

export interface SerialScannerOptions {
  readonly suffix: ScanSuffix;
  /** The scanner puts its AIM identifier before each code. */
  readonly aimPrefix: boolean;
  /** The same code within this time after its last sighting is the same scan. {@link LIMITS.scanner.debounce} when missing. */
  readonly debounce?: Duration;
}

/**
 * A scanner that sends text over a serial line or USB CDC-ACM. It is never written to. The debounce lives here and nowhere else: whoever gets a code from this
 * port may act on it.
 *
 * An overlong code and one with control characters are still delivered (the overlong one cut at the limit, which is longer than any valid code), so that the
 * guest who holds it gets an answer; they count as garbage, and a babbling scanner delivers neither.
 */
export const serialScannerDriver: Driver<Scanner, SerialScannerOptions> = {
  name: 'serial-scanner',
  connect: async (context, options) => {
    const reader = createCodeReader(context, options);
    const opened = await context.transport.open({ bytes: reader.bytes, closed: reader.closed });
    if (!opened.ok) return err(opened.error);
    const link = opened.value;
    // A scanner says nothing until a code is shown: an open line is all there is to know.
    reader.ready();
    const session: DeviceSession<Scanner> = {
      port: reader.port,
      counters: reader.counters,
      ended: reader.ended,
      stop: async () => {
        reader.silence();
        await link.close();
      },
    };
    return ok(session);
  },
};

/** A quiet line is believed only after the bytes that arrived while this process was busy have been read: timers run before them. */
const READ_PENDING = milliseconds(1);

/** What has to be remembered between two chunks of one connection. */
interface CodeReader {
  readonly port: Scanner;
  readonly counters: () => LinkCounters;
  readonly ended: Promise<Fault | undefined>;
  bytes(chunk: Uint8Array): void;
  closed(fault: Fault | undefined): void;
  ready(): void;
  /** No health and no code after this. */
  silence(): void;
}

function createCodeReader({ clock, timers, onHealth }: DriverContext, options: SerialScannerOptions): CodeReader {
  const { suffix, aimPrefix, debounce = LIMITS.scanner.debounce } = options;
  const framer = createScanFramer({ maxFrameBytes: LIMITS.scanner.frameBytesMax, suffix });
  const recent = createRecentCodes({ debounce, codesMax: LIMITS.scanner.recentCodesMax });
  const babble = createBabbleWatch(LIMITS.scanner.babble);
  const gap = suffix === 'none' ? LIMITS.scanner.idleGap : LIMITS.scanner.unterminatedAfter;
  const counted = { ...NO_TRAFFIC, opened: 1 };
  let onCode: ((code: ScannedCode) => void) | undefined;
  let onFirstByte: (() => void) | undefined;
  let quiet: Timer | undefined;
  let calm: Timer | undefined;
  let isLive = true;
  let end: (fault: Fault | undefined) => void = () => undefined;
  const ended = new Promise<Fault | undefined>((resolve) => {
    end = resolve;
  });

  const silence = (): void => {
    isLive = false;
    quiet?.cancel();
    calm?.cancel();
  };

  const garbage = (at: Monotonic): void => {
    counted.garbage += 1;
    const wasBabbling = babble.isBabbling(at);
    babble.run(at);
    if (!babble.isBabbling(at)) return;
    if (!wasBabbling) onHealth({ kind: 'degraded', reasons: ['babbling'] });
    calm?.cancel();
    calm = timers.after(LIMITS.scanner.babble.window, () => onHealth({ kind: 'ready', reasons: [] }));
  };

  const deliver = (bytes: Uint8Array, at: Monotonic): void => {
    const { symbology, data } = aimPrefix ? splitAimPrefix(bytes) : { data: bytes };
    if (data.length === 0) return;
    if (recent.isRepeat(data, at) || onCode === undefined) {
      counted.suppressed += 1;
      return;
    }
    onCode(symbology === undefined ? { bytes: data, at } : { bytes: data, symbology, at });
  };

  const handle = (event: ScanFramerEvent, at: Monotonic): void => {
    switch (event.kind) {
      case 'first-byte':
        // A code that came whole is checked at once: warming up would only delay it.
        if (framer.isInFrame) onFirstByte?.();
        return;
      case 'frame': {
        counted.framesIn += 1;
        const isClean = !hasControlCharacters(event.bytes);
        if (!isClean) garbage(at);
        if (isClean || !babble.isBabbling(at)) deliver(event.bytes, at);
        return;
      }
      case 'overlong':
        garbage(at);
        if (!babble.isBabbling(at)) deliver(event.head, at);
        return;
      case 'garbage':
        garbage(at);
        return;
    }
  };

  const handleAll = (events: readonly ScanFramerEvent[]): void => {
    const at = clock.monotonic();
    for (const event of events) handle(event, at);
  };

  const watchForQuiet = (): void => {
    quiet?.cancel();
    if (!framer.isInFrame) return;
    quiet = timers.after(gap, () => {
      quiet = timers.after(READ_PENDING, () => handleAll(framer.idle()));
    });
  };

  return {
    port: {
      onCode: (listen) => {
        onCode = listen;
      },
      onFirstByte: (listen) => {
        onFirstByte = listen;
      },
    },
    counters: () => ({ ...counted }),
    ended,
    bytes: (chunk) => {
      if (!isLive) return;
      counted.bytesIn += chunk.length;
      handleAll(framer.push(chunk));
      watchForQuiet();
    },
    closed: (fault) => {
      silence();
      end(fault);
    },
    ready: () => {
      if (isLive) onHealth({ kind: 'ready', reasons: [] });
    },
    silence,
  };
}
