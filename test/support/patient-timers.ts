import { systemTimers } from '#agent/runtime/clock.ts';
import { type Duration, milliseconds } from '#core/base/time.ts';
import type { Timers } from '#core/ports/clock.ts';

/** A program that gets no processor for seconds still answers in time. */
const PATIENCE = 20;

/**
 * The system's timers for a test whose far side is another program, or this one over a real line: where the product waits for one of these spans for an answer, it
 * waits twenty times as long. The limit itself is tested where time is virtual; here it would be a test of how busy the machine is.
 */
export function patientWith(...spans: readonly Duration[]): Timers {
  return { after: (delay, action) => systemTimers.after(spans.includes(delay) ? milliseconds(delay * PATIENCE) : delay, action) };
}
