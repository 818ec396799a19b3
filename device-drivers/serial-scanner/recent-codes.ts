import { equalBytes } from '#core/base/bytes.ts';
import { between, type Duration, type Monotonic } from '#core/base/time.ts';

/** Remembers which codes were seen lately, so that one ticket held before the reader is one scan. */
export interface RecentCodes {
  /** Whether this code was seen within the debounce; either way it is seen now, and the time begins anew. */
  isRepeat(code: Uint8Array, at: Monotonic): boolean;
}

/** @param codesMax when more codes than this are recent, the one that was seen longest ago is forgotten */
export function createRecentCodes({ debounce, codesMax }: { readonly debounce: Duration; readonly codesMax: number }): RecentCodes {
  let recent: { readonly code: Uint8Array; readonly seen: Monotonic }[] = [];
  return {
    isRepeat: (code, at) => {
      const within = recent.filter(({ seen }) => between(seen, at) < debounce);
      const others = within.filter((entry) => !equalBytes(entry.code, code));
      recent = [...others, { code, seen: at }].slice(-codesMax);
      return others.length < within.length;
    },
  };
}
