import type { Brand } from './brand.ts';

/** A span of time in milliseconds. */
export type Duration = Brand<number, 'Duration'>;
/** A point in time: milliseconds since 1970-01-01T00:00:00Z, as the wall clock tells it. For windows and records, never for waits. */
export type Instant = Brand<number, 'Instant'>;
/** Milliseconds on a clock that never jumps and means nothing across a restart. For waits and deadlines. */
export type Monotonic = Brand<number, 'Monotonic'>;

export const milliseconds = (n: number): Duration => n as Duration;
export const seconds = (n: number): Duration => (n * 1_000) as Duration;
export const minutes = (n: number): Duration => (n * 60_000) as Duration;
export const hours = (n: number): Duration => (n * 3_600_000) as Duration;
export const days = (n: number): Duration => (n * 86_400_000) as Duration;

export const instant = (epochMilliseconds: number): Instant => epochMilliseconds as Instant;
export const plus = <T extends Instant | Monotonic>(start: T, span: Duration): T => (start + span) as T;
export const minus = <T extends Instant | Monotonic>(end: T, span: Duration): T => (end - span) as T;
export const between = <T extends Instant | Monotonic>(from: T, to: T): Duration => (to - from) as Duration;

/** ISO 8601 in UTC with milliseconds, the form of every time on the wire. */
export function toIso(at: Instant): string {
  return new Date(at).toISOString();
}
