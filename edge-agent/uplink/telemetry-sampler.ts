import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { toIso } from '#core/base/time.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import type { TelemetryRing } from '../ledger/telemetry-ring.ts';
import type { Log } from '../runtime/log.ts';

export interface TelemetrySampler {
  start(): void;
  stop(): void;
}

export interface TelemetrySamplerOptions {
  readonly ring: TelemetryRing;
  /** By the names of `/metrics`. */
  readonly readings: () => Readonly<Record<string, number>>;
  readonly onSample: () => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** Looks at the machine's figures once a minute, connected or not. What a full disk cannot take is counted as lost. */
export function createTelemetrySampler({ ring, readings, onSample, clock, timers, log }: TelemetrySamplerOptions): TelemetrySampler {
  let timer: Timer | undefined;
  const sample = (): void => {
    timer = timers.after(LIMITS.telemetry.every, sample);
    const figures = Object.entries(readings()).filter(([, value]) => Number.isFinite(value));
    try {
      ring.append({ t: 'metrics', at: toIso(clock.wall()), d: Object.fromEntries(figures.slice(0, LIMITS.telemetry.metricsMax)) });
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause;
      ring.missed();
      log.warn({ code: cause.fault.code }, `A sample of telemetry was not kept: ${cause.fault.message}`);
      return;
    }
    onSample();
  };
  return {
    start: () => {
      timer ??= timers.after(LIMITS.telemetry.every, sample);
    },
    stop: () => {
      timer?.cancel();
      timer = undefined;
    },
  };
}
