import { err, ok } from '#core/base/result.ts';
import type { MemberBalance, MemberRefusal, PaymentAttempt } from '#core/contract/box-office/sales.ts';

/** Members of the fake box office: one with 200.00, PIN 2468, three tries. */
export const MEMBER = 'MC0000000000004711';
export const MEMBER_PIN = '2468';

type MemberFailure = Pick<PaymentAttempt, 'failure' | 'triesLeft'>;

export function createFakeMembers() {
  const account = { balance: 20_000, triesLeft: 3, pin: MEMBER_PIN };
  const refused = (refusal: MemberRefusal) => err({ kind: 'refused' as const, refusal });
  return {
    account,
    read: (card: string, pin: string) => {
      if (card !== MEMBER) return refused({ code: 'card-unknown' });
      if (account.triesLeft === 0) return refused({ code: 'card-locked' });
      if (pin !== account.pin) {
        account.triesLeft--;
        return refused({ code: 'wrong-pin', triesLeft: account.triesLeft });
      }
      account.triesLeft = 3;
      const balance: MemberBalance = { balance: { minor: account.balance, currency: 'CNY' } };
      return ok(balance);
    },
    /** @returns why nothing was taken; undefined when it was */
    take: (card: string, pin: string, minor: number): MemberFailure | undefined => {
      if (card !== MEMBER) return { failure: 'card-unknown' };
      if (account.triesLeft === 0) return { failure: 'card-locked' };
      if (pin !== account.pin) {
        account.triesLeft--;
        return { failure: 'wrong-pin', triesLeft: account.triesLeft };
      }
      account.triesLeft = 3;
      if (account.balance < minor) return { failure: 'balance-too-low' };
      account.balance -= minor;
      return undefined;
    },
  };
}
