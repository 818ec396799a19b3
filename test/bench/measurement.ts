/** One figure of one benchmark, as a line of the table and as a line of `--json`. */
export interface Measurement {
  readonly bench: string;
  readonly case: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: 'ms' | 'µs' | 'MB' | 'kB' | 'ratio' | 'count' | '%';
  /** The same measured in the same run on the plainest program that does the work. */
  readonly floor?: number;
  /** value / floor. */
  readonly ratio?: number;
  /** What we want, in words that name the figure: `≤ 60 kB`. */
  readonly aim?: string;
}

export interface Benchmark {
  readonly name: string;
  /** One sentence for the table's head. */
  readonly what: string;
  /** Debian packages that it needs, as `debian-packages.mjs` knows them. */
  readonly needs?: readonly string[];
  run(report: (measurement: Measurement) => void): Promise<void>;
}

/** The value below which `share` of the samples lie (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new Error('no samples were measured');
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
