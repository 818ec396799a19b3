/** One thing that must hold, and how it went. */
export interface StepReport {
  readonly step: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly detail: string;
}

/** Does the work and reports it; what it found, and a word about it for the report. */
export type Step = <Found>(name: string, work: () => Promise<readonly [Found, string]>) => Promise<Found>;

/** Walks until a step does not hold: it is reported, and the steps after it would only repeat it. */
export async function walkSteps(walk: (step: Step) => Promise<void>, report: (step: StepReport) => void): Promise<void> {
  const step: Step = async (name, work) => {
    const from = performance.now();
    const took = (): number => Math.round(performance.now() - from);
    try {
      const [found, detail] = await work();
      report({ step: name, ok: true, ms: took(), detail });
      return found;
    } catch (cause) {
      report({ step: name, ok: false, ms: took(), detail: reasonOf(cause) });
      throw new StoppedError();
    }
  };
  try {
    await walk(step);
  } catch (cause) {
    if (!(cause instanceof StoppedError)) throw cause;
  }
}

/** `fetch` says that it failed, and its cause says why. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause === undefined ? cause.message : `${cause.message}: ${reasonOf(cause.cause)}`;
}

class StoppedError extends Error {}
