import { equalBytes } from '#core/base/bytes.ts';
import { between, type Duration, type Monotonic, milliseconds } from '#core/base/time.ts';

/** Remembers which codes were seen lately, so that one ticket held before the reader is one scan. */
export interface RecentCodes {
  /** The code is seen now, and its time begins anew. */
  sight(code: Uint8Array, at: Monotonic): Sighting;
}

export interface Sighting {
  /** It was seen within the debounce. */
  readonly isRepeat: boolean;
  /** For how long it has been seen again and again, never out of sight for the debounce. */
  readonly inSightFor: Duration;
}

/** @param codesMax when more codes than this are recent, the one that was seen longest ago is forgotten */
export function createRecentCodes({ debounce, codesMax }: { readonly debounce: Duration; readonly codesMax: number }): RecentCodes {
  /** The oldest first. */
  const recent: { readonly code: Uint8Array; readonly since: Monotonic; seen: Monotonic }[] = [];
  return {
    sight: (code, at) => {
      while (recent[0] !== undefined && between(recent[0].seen, at) >= debounce) recent.shift();
      const known = recent.findIndex((entry) => equalBytes(entry.code, code));
      const [entry = { code: code.slice(), since: at, seen: at }] = known < 0 ? [] : recent.splice(known, 1);
      entry.seen = at;
      recent.push(entry);
      if (recent.length > codesMax) recent.shift();
      return { isRepeat: known >= 0, inSightFor: milliseconds(between(entry.since, at)) };
    },
  };
}
