/** First and last number, both included. */
export type Range = readonly [from: number, to: number];

/** Ranges kept beyond a watermark are few: a full window of batches makes sixteen at most. Beyond, the rest is forgotten and merely sent again. */
const RANGES_MAX = 64;

/** Both sets as one, in order and without overlaps, above `through` only. */
export function mergeRanges(known: readonly Range[], more: readonly Range[], through: number): readonly Range[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...known, ...more].filter(([from, to]) => to > through && to >= from).sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged.slice(0, RANGES_MAX);
}

/** What is missing between `through` and the last of the ranges, which are in order. */
export function holesBelow(ranges: readonly Range[], through: number): readonly Range[] {
  const holes: Range[] = [];
  let next = through + 1;
  for (const [from, to] of ranges) {
    if (from > next) holes.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  return holes;
}

export function isWithin(ranges: readonly Range[], from: number, to: number): boolean {
  return ranges.some((range) => range[0] <= from && to <= range[1]);
}

/** What is missing beyond `last`. */
export function holesAfter(holes: readonly Range[], last: number): readonly Range[] {
  return holes.filter(([, to]) => to > last).map(([from, to]) => [Math.max(from, last + 1), to]);
}
