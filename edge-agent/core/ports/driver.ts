import type { Fault } from '../base/fault.ts';
import type { Result } from '../base/result.ts';
import type { Clock, Timers } from './clock.ts';
import type { HealthState, LinkCounters } from './health.ts';
import type { Transport } from './link.ts';

/** What every driver is given. It asks nothing else of the world. */
export interface DriverContext {
  readonly device: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Called on every change of state, and never after `stop` has resolved. */
  readonly onHealth: (state: HealthState) => void;
}

/**
 * One connection's worth of a device. The device manager makes a session, keeps it while it lives, and makes the next one (with back-off) when it ended; a
 * driver therefore never reconnects by itself and never outlives its link.
 */
export interface DeviceSession<Port> {
  readonly port: Port;
  readonly counters: () => LinkCounters;
  /** Resolves when the connection has ended: with the fault that ended it, or undefined after `stop`. */
  readonly ended: Promise<Fault | undefined>;
  stop(): Promise<void>;
}

/** A driver: opens one session on a transport. `Port` is what the lobby uses the device as (`TicketPrinter`, `Scanner`, `GateController`). */
export interface Driver<Port, Options> {
  readonly name: string;
  connect(context: DriverContext, options: Options): Promise<Result<DeviceSession<Port>, Fault>>;
}
