import { type Duration, milliseconds } from './time.ts';

/** Full jitter between nothing and a doubling ceiling: `uniform(floor, min(cap, base × 2^attempt))`. Retrying is data, so a test can read it. */
export interface BackoffPolicy {
  readonly base: Duration;
  readonly cap: Duration;
  readonly floor: Duration;
}

/**
 * How long to wait before attempt number `attempt` (0 for the first retry).
 * @param uniform a number in [0, 1)
 */
export function backoffDelay(policy: BackoffPolicy, attempt: number, uniform: number): Duration {
  const ceiling = Math.min(policy.cap, policy.base * 2 ** Math.min(attempt, 30));
  return milliseconds(policy.floor + uniform * Math.max(0, ceiling - policy.floor));
}
