import { assert } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { afterRightPin, afterWrongPin, type MemberRefusal as Refusal } from '#core/box-office/member-account.ts';
import type { MemberBalance, MemberRefusal, MemberRequest } from '#core/contract/box-office/sales.ts';
import type { Office } from '../office.ts';
import { countTry, isPinOf, wasteTime } from './member-pin.ts';

/** What a guest is shown before paying. A wrong PIN counts as it does in a payment: there is one lock, whichever door was tried. */
export async function readMember(office: Office, { card, pin }: MemberRequest): Promise<Result<MemberBalance, MemberRefusal>> {
  const begun = await office.run((unit) => countTry(unit, card));
  if (begun.kind === 'refused') {
    await wasteTime(office, pin);
    return err(refusalOf(begun.refusal));
  }
  if (!(await isPinOf(office, begun.member, pin))) return err(refusalOf(afterWrongPin(begun.member)));
  return office.run(async ({ tx }) => {
    const member = await tx.members.find(begun.member.id);
    assert(member !== undefined, 'a member whose PIN was right is still there');
    await tx.members.put(afterRightPin(member));
    return ok({ balance: { minor: await tx.members.balance(member.id), currency: member.currency } });
  });
}

function refusalOf({ failure, triesLeft }: Refusal): MemberRefusal {
  if (failure === 'wrong-pin') return { code: 'wrong-pin', triesLeft: triesLeft ?? 0 };
  return { code: failure === 'card-locked' ? 'card-locked' : 'card-unknown' };
}
