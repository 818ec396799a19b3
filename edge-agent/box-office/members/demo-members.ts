import { MemberCardCode } from '#core/contract/box-office/sales.ts';
import type { Office } from '../office.ts';
import { hashPin } from './member-pin.ts';

/** Members for trying things out, where the payment provider is simulated as well. They are told at the start; a real cinema has none of them. */
export interface DemoMember {
  readonly card: MemberCardCode;
  readonly pin: string;
  /** At the beginning, in minor units. */
  readonly minor: number;
  readonly about: string;
}

export const DEMO_MEMBERS: readonly DemoMember[] = [
  { card: MemberCardCode.parse('MC8210046937512084'), pin: '2468', minor: 50_000, about: 'enough for an evening with friends' },
  { card: MemberCardCode.parse('MC6093715248806531'), pin: '1357', minor: 3_000, about: 'too little for most tickets' },
  // The chip that the device bench holds to a card reader.
  { card: MemberCardCode.parse('MC3735256167137560'), pin: '2468', minor: 20_000, about: 'the card of the device bench' },
];

/** Once for each store: what they have spent stays spent. */
export async function seedDemoMembers(office: Office): Promise<void> {
  const isNew = await office.run(async ({ tx }) => (await tx.members.count()) === 0);
  if (!isNew) return;
  const hashed = await Promise.all(
    DEMO_MEMBERS.map(async (member, index) => ({ ...member, id: `demo-${index + 1}`, ...(await hashPin(office, member.pin)) })),
  );
  await office.run(async ({ tx, now }) => {
    if ((await tx.members.count()) > 0) return;
    const { currency } = office.programme.site;
    for (const { id, card, minor, pinSalt, pinHash } of hashed) {
      await tx.members.put({ id, card, currency, pinSalt, pinHash, wrong: 0 });
      await tx.members.append({ memberId: id, kind: 'opening', minor, reference: `opening-${id}`, at: now });
    }
  });
}
