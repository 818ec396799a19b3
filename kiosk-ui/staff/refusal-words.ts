import type { StaffRefusal } from '#core/contract/local/staff.ts';
import type { SignInRefusal } from '#core/contract/local/usher.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { CallAnswer } from '../agent/call.ts';
import { desk, REFUND_REFUSAL, STAFF_REFUSAL } from '../text/desk.ts';
import { formatCountdown } from '../text/format.ts';

/** @param now in milliseconds: a lock counts down */
export function refusalWords(refusal: StaffRefusal | SignInRefusal, now: number): BothLanguages {
  switch (refusal.code) {
    case 'wrong-pin':
      return desk.triesLeft(String(refusal.triesLeft));
    case 'locked':
      return desk.locked(formatCountdown((Date.parse(refusal.until) - now) / 1_000));
    case 'no-staff':
      return desk.noStaff;
    case 'not-refunded':
      return REFUND_REFUSAL[refusal.refusal.code];
    default:
      return STAFF_REFUSAL[refusal.code];
  }
}

/** A call that ended neither as wished nor as the contract foresees. */
export function failureWords(answer: Extract<CallAnswer<'readStaff'>, { readonly kind: 'problem' | 'unreachable' }>): BothLanguages {
  return answer.kind === 'unreachable' ? desk.noAnswer : desk.failed(answer.problem.code);
}
