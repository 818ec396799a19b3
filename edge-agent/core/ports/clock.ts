import type { Duration, Instant, Monotonic } from '../base/time.ts';

/** Two clocks: `monotonic` for waits and deadlines, `wall` for windows and records. They are never mixed. */
export interface Clock {
  monotonic(): Monotonic;
  wall(): Instant;
}

/** How long the machine has been up, sleep included, and which of its starts this is: carries the time over a restart of the program. */
export interface MachineTime {
  /** Undefined on a machine that cannot tell. */
  read(): { readonly boot: string; readonly uptime: Duration } | undefined;
}

export interface Timer {
  cancel(): void;
}

/** Calls back once, later. The virtual implementation of the tests advances by hand. */
export interface Timers {
  after(delay: Duration, action: () => void): Timer;
}

export interface Random {
  /** A number in [0, 1). */
  uniform(): number;
  bytes(count: number): Uint8Array;
}
