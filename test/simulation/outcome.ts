/** What one run of one seed has shown. It crosses from a worker to its parent, so it is plain data. */
export interface Outcome {
  readonly seed: string;
  readonly canary: string | undefined;
  readonly hash: string;
  /** How promises were broken, the first first. */
  readonly failures: readonly Failure[];
  readonly plan: string;
  readonly lastLines: readonly string[];
  /** How often each fault, state, reason and kind of guest was there. */
  readonly reached: Readonly<Record<string, number>>;
  readonly simulatedMs: number;
  readonly events: number;
}

/** An outcome with what it cost its worker: time of a processor, which tells more than a clock on a machine that has other work. */
export interface Answer extends Outcome {
  readonly cpuMs: number;
}

export interface Failure {
  readonly checker: string;
  readonly how: string;
}

/** What a worker is to run. */
export interface Task {
  readonly seed: string;
  readonly canary: string | undefined;
}
