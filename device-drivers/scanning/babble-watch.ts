import { between, type Duration, type Monotonic } from '#core/base/time.ts';

/** Tells a broken scanner or cable from a bad print: many unreadable runs within a short time. */
export interface BabbleWatch {
  /** One more run of bytes could not be read. */
  run(at: Monotonic): void;
  isBabbling(at: Monotonic): boolean;
}

/** Babbling begins with more than `runsMax` runs within `window`, and ends when a whole window has passed without one. */
export function createBabbleWatch({ runsMax, window }: { readonly runsMax: number; readonly window: Duration }): BabbleWatch {
  let runs: Monotonic[] = [];
  let babbledAt: Monotonic | undefined;
  return {
    run: (at) => {
      const wasBabbling = babbledAt !== undefined && between(babbledAt, at) < window;
      runs = [...runs.filter((run) => between(run, at) < window), at].slice(-(runsMax + 1));
      if (wasBabbling || runs.length > runsMax) babbledAt = at;
    },
    isBabbling: (at) => babbledAt !== undefined && between(babbledAt, at) < window,
  };
}
