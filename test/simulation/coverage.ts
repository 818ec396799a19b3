import { PassageOutcome, RefusalReason } from '#core/contract/admission.ts';
import { FAULTS } from './world/plan.ts';

/** What a long run must have reached at least once, or it was blind there: every fault, every reason to refuse, every end of a passage, every surety. */

/** Not within reach of a gate: codes of members are told apart by a screen that asked for one. */
const OUT_OF_REACH: ReadonlySet<string> = new Set(['member-card']);

const MARKS: readonly string[] = [
  ...FAULTS.map((fault) => `fault ${fault}`),
  ...RefusalReason.options.filter((reason) => !OUT_OF_REACH.has(reason)).map((reason) => `reason ${reason}`),
  ...PassageOutcome.options.map((outcome) => `passage ${outcome}`),
  ...['confirmed', 'unconfirmed'].map((confirmation) => `admission ${confirmation}`),
  ...['crash-before', 'crash-in-kept', 'crash-in-lost', 'crash-after'].map((point) => `commit ${point}`),
  ...['crash-before', 'crash-after'].map((point) => `command ${point}`),
  ...['open', 'settled'].map((state) => `conflict ${state}`),
];

export function missingMarks(reached: ReadonlyMap<string, number>): readonly string[] {
  return MARKS.filter((mark) => (reached.get(mark) ?? 0) === 0);
}
