import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Duration, Monotonic } from '#core/base/time.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DriverContext } from '#core/ports/driver.ts';
import { type HealthReason, type LinkCounters, NO_TRAFFIC } from '#core/ports/health.ts';
import type { ScannedCode, Scanner } from '#core/ports/scanner.ts';
import { createBabbleWatch } from './babble-watch.ts';
import { hasControlCharacters } from './code-text.ts';
import { createRecentCodes } from './recent-codes.ts';

/**
 * What every scanner's driver does with the codes that its line brought: debounce, counting, and noticing a scanner that babbles or is stuck. The debounce is
 * here and nowhere else: whoever gets a code from this port may act on it.
 */
export interface ScanSession {
  readonly port: Scanner;
  readonly counters: () => LinkCounters;
  readonly ended: Promise<Fault | undefined>;
  readonly isLive: boolean;
  /** Bytes came in, of whatever meaning. */
  heard(bytes: number): void;
  /** One frame went out. */
  sent(bytes: number): void;
  /** A question stayed without an answer. */
  missed(): void;
  /** A code has begun, and its end is still to come. */
  firstByte(): void;
  /** A whole code. One with control characters is still delivered, so that the guest who holds it gets an answer; it counts as garbage. */
  code(data: Uint8Array, symbology?: string): void;
  /** A code that lost its end or its head: counted as garbage, delivered for the same reason. */
  damagedCode(data: Uint8Array): void;
  /** A run of bytes that no code can be made of. */
  garbage(): void;
  /** The device is there and may be used. */
  ready(): void;
  /** The line has ended. */
  closed(fault: Fault | undefined): void;
  /** No health and no code after this. */
  silence(): void;
}

export function createScanSession({ clock, timers, onHealth }: DriverContext, debounce: Duration = LIMITS.scanner.debounce): ScanSession {
  const recent = createRecentCodes({ debounce, codesMax: LIMITS.scanner.recentCodesMax });
  const babble = createBabbleWatch(LIMITS.scanner.babble);
  const counted = { ...NO_TRAFFIC, opened: 1 };
  /** What is wrong now, each until its timer has run out. */
  const wrong = new Map<HealthReason, Timer>();
  let onCode: ((code: ScannedCode) => void) | undefined;
  let onFirstByte: (() => void) | undefined;
  let isLive = true;
  let end: (fault: Fault | undefined) => void = () => undefined;
  const ended = new Promise<Fault | undefined>((resolve) => {
    end = resolve;
  });

  const tellHealth = (): void => onHealth(wrong.size === 0 ? { kind: 'ready', reasons: [] } : { kind: 'degraded', reasons: [...wrong.keys()] });

  const isWrong = (reason: HealthReason, lasts: Duration): void => {
    const known = wrong.get(reason);
    known?.cancel();
    wrong.set(
      reason,
      timers.after(lasts, () => {
        wrong.delete(reason);
        tellHealth();
      }),
    );
    if (known === undefined) tellHealth();
  };

  const silence = (): void => {
    isLive = false;
    for (const timer of wrong.values()) timer.cancel();
    wrong.clear();
  };

  const garbage = (at: Monotonic): void => {
    counted.garbage += 1;
    babble.run(at);
    if (babble.isBabbling(at)) isWrong('babbling', LIMITS.scanner.babble.window);
  };

  const deliver = (bytes: Uint8Array, symbology: string | undefined, at: Monotonic): void => {
    if (bytes.length === 0) return;
    const { isRepeat, inSightFor } = recent.sight(bytes, at);
    if (inSightFor >= LIMITS.scanner.stuckAfter) isWrong('scanner-stuck', debounce);
    if (isRepeat || onCode === undefined) {
      counted.suppressed += 1;
      return;
    }
    onCode(symbology === undefined ? { bytes, at } : { bytes, symbology, at });
  };

  /** Noise that looks like a code now and then is not delivered while the scanner babbles; clean codes still are. */
  const doubtful = (data: Uint8Array, symbology: string | undefined, at: Monotonic): void => {
    garbage(at);
    if (!babble.isBabbling(at)) deliver(data, symbology, at);
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
    get isLive() {
      return isLive;
    },
    heard: (bytes) => {
      counted.bytesIn += bytes;
    },
    sent: (bytes) => {
      counted.framesOut += 1;
      counted.bytesOut += bytes;
    },
    missed: () => {
      counted.timeouts += 1;
    },
    firstByte: () => onFirstByte?.(),
    code: (data, symbology) => {
      counted.framesIn += 1;
      const at = clock.monotonic();
      if (hasControlCharacters(data)) doubtful(data, symbology, at);
      else deliver(data, symbology, at);
    },
    damagedCode: (data) => doubtful(data, undefined, clock.monotonic()),
    garbage: () => garbage(clock.monotonic()),
    ready: () => {
      if (isLive) tellHealth();
    },
    closed: (fault) => {
      silence();
      end(fault);
    },
    silence,
  };
}
