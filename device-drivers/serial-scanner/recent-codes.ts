import { equalBytes } from '#core/base/bytes.ts';
import { between, type Duration, type Monotonic } from '#core/base/time.ts';

/** Remembers which codes were seen lately, so that one ticket held before the reader is one scan. */
export interface RecentCodes {
  /** Whether this code was seen within the debounce; either way it is seen now, and the time begins anew. */
  isRepeat(code: Uint8Array, at: Monotonic): boolean;
}

/** @param codesMax when more codes than this are recent, the one that was seen longest ago is forgotten */
export function createRecentCodes({ debounce, codesMax }: { readonly debounce: Duration; readonly codesMax: number }): RecentCodes {
  /** The oldest first. */
  const recent: { readonly code: Uint8Array; seen: Monotonic }[] = [];
  return {
    isRepeat: (code, at) => {
      while (recent[0] !== undefined && between(recent[0].seen, at) >= debounce) recent.shift();
      const known = recent.findIndex((entry) => equalBytes(entry.code, code));
      const [entry = { code, seen: at }] = known < 0 ? [] : recent.splice(known, 1);
      entry.seen = at;
      recent.push(entry);
      if (recent.length > codesMax) recent.shift();
      return known >= 0;
    },
  };
}
