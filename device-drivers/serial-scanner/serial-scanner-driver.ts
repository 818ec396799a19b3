import { ascii, equalBytes } from '#core/base/bytes.ts';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import { type Duration, milliseconds } from '#core/base/time.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DeviceSession, Driver, DriverContext } from '#core/ports/driver.ts';
import type { Link } from '#core/ports/link.ts';
import type { Scanner } from '#core/ports/scanner.ts';
import { splitAimPrefix } from '../scanning/code-text.ts';
import { createScanSession, type ScanSession } from '../scanning/scan-session.ts';
import { ACK, NAK, type ScanFramerEvent, type ScanSuffix } from './frame.ts';
import { createAnswerFilter, HEARTBEATS } from './heartbeat.ts';
import { createScanFramer } from './scan-framer.ts';

export interface SerialScannerOptions {
  readonly suffix: ScanSuffix;
  /** What the scanner is set to send before each code, its AIM identifier included. */
  readonly prefix?: string;
  /** The scanner puts its AIM identifier before each code. */
  readonly aimPrefix: boolean;
  /** The scanner waits for ACK behind each code, and sends it again after NAK. */
  readonly acknowledge?: boolean;
  /** The scanner is asked whether it is there, in the words of its maker. */
  readonly heartbeat?: keyof typeof HEARTBEATS;
  /** The same code within this time after its last sighting is the same scan. {@link LIMITS.scanner.debounce} when missing. */
  readonly debounce?: Duration;
}

/**
 * A scanner that sends text over a serial line or USB CDC-ACM. It is written to only where its options say so. An overlong code is still delivered (cut at the
 * limit, which is longer than any valid code), so that the guest who holds it gets an answer.
 */
export const serialScannerDriver: Driver<Scanner, SerialScannerOptions> = {
  name: 'serial-scanner',
  trace: 'no-characters',
  connect: async (context, options) => {
    const scans = createScanSession(context, options.debounce);
    let link: Link | undefined;
    const say = (bytes: Uint8Array): void => {
      scans.sent(bytes.length);
      // A line that does not take it is about to end, and tells so itself.
      void link?.write(bytes);
    };
    const ears = createEars(context, options, scans, (isWhole) => {
      if (options.acknowledge === true) say(Uint8Array.of(isWhole ? ACK : NAK));
    });
    const pulse = options.heartbeat === undefined ? undefined : createPulse(context, HEARTBEATS[options.heartbeat], scans, say);
    const opened = await context.transport.open({
      bytes: (chunk) => {
        if (!scans.isLive) return;
        scans.heard(chunk.length);
        ears.push(pulse === undefined ? chunk : pulse.take(chunk));
      },
      closed: (fault) => {
        ears.stop();
        pulse?.stop();
        scans.closed(fault);
      },
    });
    if (!opened.ok) return err(opened.error);
    link = opened.value;
    const close = async (): Promise<void> => {
      ears.stop();
      pulse?.stop();
      scans.silence();
      await opened.value.close();
    };
    const lost = async (fault: Fault): Promise<void> => {
      scans.closed(fault);
      await close();
    };
    // A scanner says nothing until a code is shown: where it cannot be asked, an open line is all there is to know.
    if (pulse !== undefined && !(await pulse.begin((fault) => void lost(fault), ears.push))) {
      await close();
      return err(silent(context.device));
    }
    scans.ready();
    const session: DeviceSession<Scanner> = { port: scans.port, counters: scans.counters, ended: scans.ended, stop: close };
    return ok(session);
  },
};

const silent = (device: string): Fault => ({
  code: 'E-SCN-SILENT',
  owner: 'device',
  message: 'the scanner does not answer',
  remedy:
    "Check its power and cable; unplug it and plug it in again. If it reads all the same, it does not know the question: take 'heartbeat' away.",
  device,
});

/** A quiet line is believed only after the bytes that arrived while this process was busy have been read: timers run before them. */
const READ_PENDING = milliseconds(1);

interface Ears {
  push(chunk: Uint8Array): void;
  stop(): void;
}

/** Bytes to codes. @param answer told for each code whether it came whole */
function createEars({ timers }: DriverContext, options: SerialScannerOptions, scans: ScanSession, answer: (isWhole: boolean) => void): Ears {
  const { suffix, aimPrefix } = options;
  const prefix = ascii(options.prefix ?? '');
  const framer = createScanFramer({ maxFrameBytes: LIMITS.scanner.frameBytesMax, suffix });
  const gap = suffix === 'none' ? LIMITS.scanner.idleGap : LIMITS.scanner.unterminatedAfter;
  let quiet: Timer | undefined;

  const takeFrame = (bytes: Uint8Array): void => {
    if (!equalBytes(bytes.subarray(0, prefix.length), prefix)) {
      // Its head was lost, or the scanner is not set as we think.
      scans.damagedCode(bytes);
      answer(false);
      return;
    }
    const code = bytes.subarray(prefix.length);
    const { symbology, data } = aimPrefix ? splitAimPrefix(code) : { data: code };
    scans.code(data, symbology);
    answer(true);
  };

  const handle = (event: ScanFramerEvent): void => {
    switch (event.kind) {
      case 'first-byte':
        // A code that came whole is checked at once: warming up would only delay it.
        if (framer.isInFrame) scans.firstByte();
        return;
      case 'frame':
        takeFrame(event.bytes);
        return;
      case 'overlong':
        // Sending it again would not make it shorter.
        scans.damagedCode(event.head);
        return;
      case 'garbage':
        scans.garbage();
        if (event.reason === 'unterminated') answer(false);
        return;
    }
  };

  const watchForQuiet = (): void => {
    quiet?.cancel();
    if (!framer.isInFrame) return;
    quiet = timers.after(gap, () => {
      quiet = timers.after(READ_PENDING, () => {
        for (const event of framer.idle()) handle(event);
      });
    });
  };

  return {
    push: (chunk) => {
      for (const event of framer.push(chunk)) handle(event);
      watchForQuiet();
    },
    stop: () => quiet?.cancel(),
  };
}

interface Pulse {
  /** What of these bytes is no answer to our question. */
  take(chunk: Uint8Array): Uint8Array;
  /** Asks for the first time; false when nobody answers. From then on asks by itself, and tells when the answers stay away. */
  begin(onSilent: (fault: Fault) => void, release: (bytes: Uint8Array) => void): Promise<boolean>;
  stop(): void;
}

function createPulse(
  { timers, device }: DriverContext,
  protocol: (typeof HEARTBEATS)['honeywell'],
  scans: ScanSession,
  say: (bytes: Uint8Array) => void,
): Pulse {
  const { every, answerWithin, missesMax } = LIMITS.scanner.heartbeat;
  const filter = createAnswerFilter(protocol);
  let waiting: ((isAnswered: boolean) => void) | undefined;
  let timer: Timer | undefined;
  let isOver = false;

  const ask = (release: (bytes: Uint8Array) => void): Promise<boolean> =>
    new Promise((resolve) => {
      waiting = (isAnswered) => {
        waiting = undefined;
        timer?.cancel();
        resolve(isAnswered);
      };
      timer = timers.after(answerWithin, () => {
        scans.missed();
        waiting?.(false);
        release(filter.flush());
      });
      say(protocol.question);
    });

  const askUntilAnswered = async (release: (bytes: Uint8Array) => void): Promise<boolean> => {
    for (let misses = 0; misses < missesMax && !isOver; misses++) if (await ask(release)) return true;
    return false;
  };

  return {
    take: (chunk) => {
      if (waiting === undefined) return chunk;
      const { rest, isAnswered } = filter.take(chunk);
      if (isAnswered) waiting(true);
      return rest;
    },
    begin: async (onSilent, release) => {
      const askLater = (): void => {
        timer = timers.after(every, () => void askAgain());
      };
      const askAgain = async (): Promise<void> => {
        const isThere = await askUntilAnswered(release);
        if (isOver) return;
        if (isThere) askLater();
        else onSilent(silent(device));
      };
      const isThere = await askUntilAnswered(release);
      if (isThere && !isOver) askLater();
      return isThere;
    },
    stop: () => {
      isOver = true;
      timer?.cancel();
      waiting?.(false);
    },
  };
}
