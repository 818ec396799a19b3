/**
 * What went wrong, whose fault it is, and what a person can do. Expected outcomes are `Result` values with their own closed unions; a `Fault` is an
 * operating error (a device, the network, the disk, the configuration), an `InvariantError` is our own bug and stops the process.
 */
export type FaultOwner = 'configuration' | 'device' | 'network' | 'store' | 'operator' | 'peer';

/** Carries a stable code (`E-PRN-CUT`) that is documented, shown to staff and searched for in logs. */
export interface Fault {
  readonly code: string;
  readonly owner: FaultOwner;
  /** One sentence in English for the log: what happened, where. Never contains a ticket code, card or payment number. */
  readonly message: string;
  /** What a person should do next, when there is something to do. */
  readonly remedy?: string;
  readonly device?: string;
}

/** The throwable form, for the few places (start-up, a broken contract with a library) where a fault ends the caller's work altogether. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly fault: Fault;
  constructor(fault: Fault, options?: { cause?: unknown }) {
    super(fault.message, options);
    this.fault = fault;
  }
}

/** A broken promise of our own code. Nobody catches it except the process's last handler, which logs, flushes and exits. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

export function assert(condition: unknown, promise: string): asserts condition {
  if (!condition) throw new InvariantError(promise);
}

/** Closes an exhaustive switch: the compiler refuses the call while a case is missing. */
export function unreachable(value: never): never {
  throw new InvariantError(`unhandled case: ${JSON.stringify(value)}`);
}
