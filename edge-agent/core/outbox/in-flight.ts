import type { Monotonic } from '../base/time.ts';
import { isWithin, type Range } from './ranges.ts';

/**
 * A batch that was handed to the connection, `taken` when the broker has confirmed the PUBLISH. It occupies the window until it was both taken (the broker's
 * Receive Maximum counts it until then: MQTT 5.0, 4.9) and acknowledged.
 */
export interface BatchInFlight {
  readonly from: number;
  readonly to: number;
  readonly taken: boolean;
  readonly sentAt: Monotonic;
  /** When it was sent, or when the last thing was taken that had been sent before it: from then on it is waited for. */
  readonly waitsFrom: Monotonic;
}

/** A batch that the broker has taken waits for its acknowledgement only. */
export function stillInFlight(
  batches: readonly BatchInFlight[],
  { through, kept }: { readonly through: number; readonly kept: readonly Range[] },
): readonly BatchInFlight[] {
  return batches.filter((batch) => !batch.taken || (batch.to > through && !isWithin(kept, batch.from, batch.to)));
}

/**
 * A broker confirms in the order of sending (MQTT 5.0, 4.6), so behind a batch that was sent at `sentAt` and is taken now the wait begins anew: a line that is
 * slow is not a broker that swallows. What was sent before and is overtaken goes on waiting.
 */
export function behindTaken(batches: readonly BatchInFlight[], sentAt: Monotonic, at: Monotonic): readonly BatchInFlight[] {
  return batches.map((batch) => (batch.taken || batch.sentAt < sentAt ? batch : { ...batch, waitsFrom: at }));
}

/** Since when the broker owes a confirmation; undefined when it owes none. */
export function untakenSince(batches: readonly BatchInFlight[]): Monotonic | undefined {
  let since: Monotonic | undefined;
  for (const { taken, waitsFrom } of batches) if (!taken && (since === undefined || waitsFrom < since)) since = waitsFrom;
  return since;
}
