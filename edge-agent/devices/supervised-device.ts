import { backoffDelay } from '#core/base/backoff.ts';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Result } from '#core/base/result.ts';
import { between, type Instant, type Monotonic } from '#core/base/time.ts';
import type { Clock, Random, Timer, Timers } from '#core/ports/clock.ts';
import type { DeviceSession, DriverContext, TraceMask } from '#core/ports/driver.ts';
import type { DeviceClass, DeviceHealth, HealthState } from '#core/ports/health.ts';
import type { Transport } from '#core/ports/link.ts';
import type { Log } from '../runtime/log.ts';
import { type ConnectionEffect, type ConnectionInput, STOPPED, stepConnection } from './connection.ts';
import { createLineTrace, type TraceEntry } from './line-trace.ts';
import { createLinkTally } from './link-tally.ts';
import type { StablePort } from './stable-ports.ts';

export interface Surroundings {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** Called on every change of a device's state. */
  readonly onHealth: (health: DeviceHealth) => void;
}

/** One wanted device and whoever keeps it connected. */
export interface SupervisedDevice {
  start(): void;
  /** It can be opened now, perhaps: does not wait for the next try. */
  present(): void;
  /** It is to be looked for elsewhere: ends the session it has, and begins another. */
  moved(): void;
  /** Resolves when nothing of the device runs any more. */
  stop(): Promise<void>;
  health(): DeviceHealth;
  /** What its line carried last, oldest first. */
  trace(): readonly TraceEntry[];
}

interface Wanted<Port> {
  readonly id: string;
  readonly class: DeviceClass;
  readonly driver: string;
  readonly transport: Transport;
  readonly trace: TraceMask | undefined;
  connect(context: DriverContext): Promise<Result<DeviceSession<Port>, Fault>>;
}

/**
 * Runs the effects of {@link stepConnection} for one device.
 * @param stable the port that the lobby holds; gets each session's port and loses it when the session ends
 * @param onAbsent told why there is no session, for the commands that come meanwhile
 */
export function superviseDevice<Port>(
  wanted: Wanted<Port>,
  stable: StablePort<Port>,
  onAbsent: (fault: Fault) => void,
  { clock, timers, random, log, onHealth }: Surroundings,
): SupervisedDevice {
  const trace = createLineTrace(() => wanted.trace, clock);
  const tally = createLinkTally(wanted.transport, clock, trace);
  let connection = STOPPED;
  let session: DeviceSession<Port> | undefined;
  let retry: Timer | undefined;
  let state: HealthState = { kind: 'absent', reasons: [] };
  let since: Instant = clock.wall();
  let whenStopped: (() => void)[] = [];

  const health = (): DeviceHealth => {
    const lastSeen = tally.lastSeen();
    const { id: device, driver, transport } = wanted;
    return { device, class: wanted.class, driver, place: transport.place, state, since, ...(lastSeen && { lastSeen }), counters: tally.total() };
  };

  const setHealth = (next: HealthState): void => {
    if (next.kind === state.kind && next.reasons.join() === state.reasons.join()) return;
    // A device that is away and tried again is still away: its screen line must not flicker, and `since` must say since when it is missed.
    if (next.kind === 'connecting' && connection.failures > 0) return;
    state = next;
    since = clock.wall();
    log.info({ device: wanted.id, state: state.kind, reasons: state.reasons }, 'device health changed');
    onHealth(health());
  };

  const handle = (input: ConnectionInput): void => {
    const step = stepConnection(connection, input);
    connection = step.state;
    for (const effect of step.effects) run(effect);
    if (connection.phase.kind !== 'stopped') return;
    for (const resolve of whenStopped) resolve();
    whenStopped = [];
  };

  const run = (effect: ConnectionEffect): void => {
    switch (effect.kind) {
      case 'connect':
        void connect(connection.epoch);
        return;
      case 'disconnect':
        void session?.stop();
        return;
      case 'retry-later':
        retry = timers.after(backoffDelay(LIMITS.devices.reopen, effect.failures - 1, random.uniform()), () => handle({ kind: 'retry-due' }));
        return;
      case 'cancel-retry':
        retry?.cancel();
        return;
      case 'tell-health':
        setHealth(effect.state);
        return;
    }
  };

  const missed = (fault: Fault): void => {
    tally.fault(fault.code);
    onAbsent(fault);
  };

  const connect = async (epoch: number): Promise<void> => {
    setHealth({ kind: 'connecting', reasons: [] });
    /** A driver may tell its health before `connect` has come back, and must not after its session ended. */
    const isCurrent = (): boolean => connection.epoch === epoch && (connection.phase.kind === 'connecting' || connection.phase.kind === 'open');
    const connected = await wanted.connect({
      device: wanted.id,
      transport: tally.transport,
      clock,
      timers,
      onHealth: (next) => {
        if (isCurrent()) setHealth(next);
      },
    });
    if (!connected.ok) {
      log.debug({ device: wanted.id, fault: connected.error }, 'device not connected');
      missed(connected.error);
      handle({ kind: 'open-failed', fault: connected.error });
      return;
    }
    await live(connected.value, clock.monotonic());
  };

  const live = async (opened: DeviceSession<Port>, since: Monotonic): Promise<void> => {
    session = opened;
    tally.begin(opened.counters);
    stable.attach(opened.port);
    handle({ kind: 'opened' });
    const fault = await opened.ended;
    stable.detach();
    tally.end();
    session = undefined;
    if (fault !== undefined) {
      log.warn({ device: wanted.id, fault }, 'device lost');
      missed(fault);
    }
    handle({ kind: 'ended', fault, lasted: between(since, clock.monotonic()) });
  };

  return {
    start: () => handle({ kind: 'start' }),
    present: () => handle({ kind: 'present' }),
    moved: () => handle({ kind: 'moved' }),
    stop: () =>
      new Promise((resolve) => {
        whenStopped.push(resolve);
        handle({ kind: 'stop' });
      }),
    health,
    trace: trace.read,
  };
}
