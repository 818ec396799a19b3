import { unreachable } from '#core/base/fault.ts';
import type { SignInRefusal, UsherRefusal } from '#core/contract/local/usher.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { CallAnswer } from '../../agent/call.ts';
import { formatCountdown } from '../../text/format.ts';
import { USHER_REFUSAL, usher } from '../../text/usher.ts';

/** @param now of the agent, in milliseconds: a lock counts down */
export function refusalWords(refusal: UsherRefusal | SignInRefusal, now: number): BothLanguages {
  switch (refusal.code) {
    case 'wrong-pin':
      return usher.triesLeft(String(refusal.triesLeft));
    case 'locked':
      return usher.locked(formatCountdown((Date.parse(refusal.until) - now) / 1_000));
    case 'no-staff':
      return usher.noStaff;
    case 'not-signed-in':
    case 'no-right':
    case 'too-late':
    case 'unknown':
    case 'same-scan':
    case 'not-written':
    case 'unavailable':
      return USHER_REFUSAL[refusal.code];
    default:
      return unreachable(refusal);
  }
}

type Unanswered = Exclude<CallAnswer<'readUsher'>, { readonly kind: 'done' | 'refused' }>;

/** A call that ended neither as wished nor as the contract foresees. */
export function failureWords(answer: Unanswered): BothLanguages {
  if (answer.kind === 'unreachable') return usher.noAnswer;
  if (answer.status === 429) return usher.tooFast;
  return answer.status === 400 ? usher.badCode : usher.failed(answer.problem.code);
}
