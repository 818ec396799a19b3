import { PassageOutcome, RefusalReason } from '#core/contract/admission.ts';
import type { EventBody } from '#core/contract/wire/events.ts';
import { FAULTS } from './world/plan.ts';

/** What a long run must have reached at least once, or it was blind there: every fault, every reason to refuse, every end of a passage, every surety. */

/** Not within reach of a gate: codes of members are told apart by a screen that asked for one. */
const OUT_OF_REACH: ReadonlySet<string> = new Set(['member-card']);

const MARKS: readonly string[] = [
  ...FAULTS.map((fault) => `fault ${fault}`),
  ...RefusalReason.options.filter((reason) => !OUT_OF_REACH.has(reason)).map((reason) => `reason ${reason}`),
  ...PassageOutcome.options.map((outcome) => `passage ${outcome}`),
  ...['confirmed', 'unconfirmed', 'escorted'].map((confirmation) => `admission ${confirmation}`),
  ...['crash-before', 'crash-in-kept', 'crash-in-lost', 'crash-after'].map((point) => `commit ${point}`),
  ...['crash-before', 'crash-after'].map((point) => `command ${point}`),
  ...['open', 'settled'].map((state) => `conflict ${state}`),
];

/** What an event shows to have been reached. */
export function marksOf({ t, d }: EventBody): readonly string[] {
  switch (t) {
    case 'scan':
      return [...d.reasons.map((reason) => `reason ${reason}`), ...(d.verdict === 'admit' ? [`admission ${d.confirmation}`] : [])];
    case 'passage':
      return [`passage ${d.outcome}`];
    case 'conflict':
      return [`conflict ${d.state}`];
    case 'audit':
      return [`audit ${d.action}`];
    default:
      return [];
  }
}

export function missingMarks(reached: ReadonlyMap<string, number>): readonly string[] {
  return MARKS.filter((mark) => (reached.get(mark) ?? 0) === 0);
}
