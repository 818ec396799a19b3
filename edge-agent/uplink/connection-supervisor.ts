import { backoffDelay } from '#core/base/backoff.ts';
import { type Fault, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { between, type Instant, type Monotonic } from '#core/base/time.ts';
import type { Clock, Random, Timer, Timers } from '#core/ports/clock.ts';
import { ConnectionFault, type ConnectionHandlers, type Granted, type MqttConnection } from './mqtt-connection.ts';
import { judgeEnd } from './retry-policy.ts';

/**
 * Keeps one connection to the broker alive: a new one for every attempt, after a wait with full jitter that grows until a connection has proved stable. It
 * never gives up, whatever the broker answers; the answer decides how long it stays away.
 */
export interface ConnectionSupervisor {
  start(): void;
  /** Ends what is there, waits for it, and connects no more until the next `start`. `farewell` may still use a standing connection. */
  stop(farewell?: (connection: MqttConnection) => Promise<void>): Promise<void>;
  /** Connects now instead of after the wait; nothing while connecting or connected. */
  nudge(): void;
  status(): SupervisorStatus;
}

export interface SupervisorStatus {
  readonly state: 'connected' | 'connecting' | 'waiting' | 'stopped';
  readonly since: Instant;
  /** Why the last connection ended or was not made; gone when the next one stands. */
  readonly lastFault: Fault | undefined;
}

export interface SupervisorOptions {
  /** Begins one attempt. What it throws counts as a failed one. */
  readonly connect: (handlers: ConnectionHandlers) => MqttConnection;
  readonly onUp: (connection: MqttConnection, granted: Granted) => void;
  readonly onMessage: ConnectionHandlers['onMessage'];
  /** After each connection that was up. */
  readonly onDown: () => void;
  readonly onStatus: (status: SupervisorStatus) => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

type Phase =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'connecting'; readonly connection: MqttConnection | undefined }
  | { readonly kind: 'connected'; readonly connection: MqttConnection; readonly upAt: Monotonic }
  | { readonly kind: 'waiting'; readonly timer: Timer };

export function createConnectionSupervisor(options: SupervisorOptions): ConnectionSupervisor {
  const { clock, timers, random } = options;
  let phase: Phase = { kind: 'stopped' };
  let since = clock.wall();
  let lastFault: Fault | undefined;
  /** Failed or short connections in a row. */
  let failures = 0;
  /** Counts the attempts, so that news of an earlier one is recognised. */
  let attempt = 0;

  const enter = (next: Phase): void => {
    phase = next;
    since = clock.wall();
    options.onStatus(status());
  };
  const status = (): SupervisorStatus => ({ state: phase.kind, since, lastFault });

  const connectNow = (): void => {
    attempt += 1;
    const mine = attempt;
    const isMine = (): boolean => mine === attempt && phase.kind !== 'stopped';
    enter({ kind: 'connecting', connection: undefined });
    let connection: MqttConnection;
    try {
      connection = options.connect({
        onUp: (granted) => {
          if (!isMine()) return;
          lastFault = undefined;
          enter({ kind: 'connected', connection, upAt: clock.monotonic() });
          options.onUp(connection, granted);
        },
        onMessage: (topic, payload, retained) => (isMine() ? options.onMessage(topic, payload, retained) : undefined),
        onDown: (fault) => {
          if (isMine()) ended(fault);
        },
      });
    } catch (cause) {
      ended(
        cause instanceof ConnectionFault ? cause : new ConnectionFault(cause instanceof Error ? cause.message : String(cause), undefined, { cause }),
      );
      return;
    }
    // The handlers have not been called yet: a connection tells its news later.
    phase = { kind: 'connecting', connection };
  };

  const ended = (fault: ConnectionFault): void => {
    const wasUp = phase.kind === 'connected';
    if (phase.kind === 'connected' && between(phase.upAt, clock.monotonic()) >= LIMITS.uplink.stableAfter) failures = 0;
    const verdict = judgeEnd(fault.message, fault.reasonCode);
    lastFault = verdict.fault;
    const delay = backoffDelay(verdict.backoff, failures, random.uniform());
    failures += 1;
    enter({ kind: 'waiting', timer: timers.after(delay, connectNow) });
    if (wasUp) options.onDown();
  };

  return {
    status,
    start: () => {
      if (phase.kind === 'stopped') connectNow();
    },
    nudge: () => {
      if (phase.kind !== 'waiting') return;
      phase.timer.cancel();
      connectNow();
    },
    stop: async (farewell) => {
      const last = phase;
      switch (last.kind) {
        case 'stopped':
          return;
        case 'waiting':
          last.timer.cancel();
          enter({ kind: 'stopped' });
          return;
        case 'connecting':
          enter({ kind: 'stopped' });
          await last.connection?.close();
          return;
        case 'connected':
          enter({ kind: 'stopped' });
          options.onDown();
          await farewell?.(last.connection);
          await last.connection.close();
          return;
        default:
          return unreachable(last);
      }
    },
  };
}
