/** What a torture is started with, and what it tells. One folder each beside this file, one line each in `tortures.ts`. */
export interface TortureOptions {
  /** The form that `npm test` runs. */
  readonly short: boolean;
  /** The same seed chooses the same faults. */
  readonly seed: string;
  /** How much is wanted, in the torture's own unit; undefined for its own measure. */
  readonly amount: number | undefined;
  readonly workers: number;
  /** A folder for this run alone, in memory where there is such a thing; removed afterwards. */
  readonly scratch: string;
  /** One object of `--json`, and one line for people. */
  readonly tell: (line: TortureLine) => void;
  /** For people alone: that it goes on. */
  readonly say: (text: string) => void;
}

export interface TortureLine {
  /** What was done, in the torture's own words. */
  readonly what: string;
  readonly [name: string]: unknown;
}

/** What every torture counts. Anything but nothing lost, doubled and corrupt is a failure, and so is a judge that did not see a planted fault. */
export interface TortureSum {
  readonly runs: number;
  readonly lost: number;
  readonly doubled: number;
  readonly corrupt: number;
  /** Planted faults that were not seen, flows that were not reached: the torture proves nothing then. */
  readonly blind: readonly string[];
  /** Why nothing could be done here at all; then nothing is proven, and it says so loudly. */
  readonly skipped?: string;
  /** Further figures. */
  readonly [name: string]: unknown;
}

export interface Torture {
  readonly name: string;
  /** One sentence for `npm run torture` alone. */
  readonly about: string;
  /** Debian packages that it needs, as `debian-packages.mjs` knows them. */
  readonly needs: readonly string[];
  /** What `--amount N` counts. */
  readonly amount: string;
  run(options: TortureOptions): Promise<TortureSum>;
}
