import type { Checker, CheckerContext } from '../world/observation.ts';

/** S5: a barrier is told to open only after an admission was committed, a refusal never opens, and every admission has an outcome in the end. */
export function noOpeningWithoutDecision({ world, broken }: CheckerContext): Checker {
  const verdicts = new Map<string, { readonly machine: string; readonly verdict: 'admit' | 'refuse' }>();
  const commanded = new Set<string>();
  const lost = new Set<string>();
  return {
    name: 'S5',
    promise: 'A barrier opens once for a committed admission, never for a refusal, and every admission has an outcome in the end.',
    committed: ({ machine, body }) => {
      if (body.t === 'scan') verdicts.set(body.d.scanId, { machine, verdict: body.d.verdict });
    },
    commanded: ({ machine, scanId }) => {
      const { disk } = world.machine(machine);
      if (disk.inTransaction()) broken(`${machine} opened for ${scanId} in the middle of a transaction`);
      if (verdicts.get(scanId)?.verdict === 'refuse') broken(`${machine} opened for ${scanId}, which it had refused`);
      if (!disk.hasAdmission(scanId)) broken(`${machine} opened for ${scanId}, of which its disk has no admission`);
      if (commanded.has(scanId)) broken(`${machine} opened twice for ${scanId}`);
      commanded.add(scanId);
    },
    restored: (machine) => {
      for (const [scanId, { machine: of }] of verdicts) if (of === machine) lost.add(scanId);
    },
    finished: () => {
      for (const { machine, disk } of world.machines) {
        for (const { scanId, machine: of, outcome } of disk.admissions()) {
          if (of === machine && outcome === null && !lost.has(scanId)) broken(`${machine} never said what became of ${scanId}`);
        }
      }
    },
  };
}
