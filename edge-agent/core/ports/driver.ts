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

/**
 * How much of its line a driver lets be kept for a technician to look at. Only for a line that no card, no key and no keypad speaks on by right; what else
 * may come there by a wrong cable is still hidden:
 * - `no-words`: runs of letters and digits as long as a ticket's code are hidden; commands and states are not.
 * - `no-characters`: every letter and digit is hidden; what frames them is what a wrong setting of a scanner shows in.
 * - `frames`: nothing is shown but whole frames of the driver's own protocol, for a line that others may share (RS-485).
 */
export type TraceMask = 'no-words' | 'no-characters' | OwnFrames;

export interface OwnFrames {
  readonly kind: 'frames';
  /** The length of the whole frame, checksum and all, that `bytes` begin with; 0 when they begin with none. */
  readonly frameLength: (bytes: Uint8Array) => number;
}

/** A driver: opens one session on a transport. `Port` is what the lobby uses the device as (`TicketPrinter`, `Scanner`, `GateController`). */
export interface Driver<Port, Options> {
  readonly name: string;
  /** Missing: its line may carry what nobody may read (cards, keys, keypads), and only the number of bytes is kept. */
  readonly trace?: TraceMask;
  connect(context: DriverContext, options: Options): Promise<Result<DeviceSession<Port>, Fault>>;
}
