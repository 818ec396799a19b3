import { beginTry, type MemberRecord, type Try } from '#core/box-office/member-account.ts';
import type { MemberCardCode } from '#core/contract/box-office/sales.ts';
import { isSameHash } from '../../staff/pin.ts';
import type { Office } from '../office.ts';
import type { Unit } from '../unit-of-work.ts';

/** The PIN of a member's card: a try is counted in a transaction of its own before the PIN is looked at. */

export async function countTry(unit: Unit, card: MemberCardCode): Promise<Try> {
  const begun = beginTry(await unit.tx.members.findByCard(card), unit.now);
  if (begun.kind === 'may-try') await unit.tx.members.put(begun.member);
  return begun;
}

/** Takes some 25 ms on a thread of Node's pool. */
export async function isPinOf({ pins }: Office, member: MemberRecord, pin: string): Promise<boolean> {
  const hash = await pins.derive(pin, Buffer.from(member.pinSalt, 'base64url'));
  return isSameHash(hash, Buffer.from(member.pinHash, 'base64url'));
}

const NO_SALT = Buffer.alloc(16);

/** A card that nobody has, or that is locked, takes as long to refuse as a wrong PIN. */
export async function wasteTime({ pins }: Office, pin: string): Promise<void> {
  await pins.derive(pin, NO_SALT);
}

const SALT_BYTES = 16;

export async function hashPin({ pins, random }: Office, pin: string): Promise<Pick<MemberRecord, 'pinSalt' | 'pinHash'>> {
  const salt = random.bytes(SALT_BYTES);
  const hash = await pins.derive(pin, salt);
  return { pinSalt: Buffer.from(salt).toString('base64url'), pinHash: Buffer.from(hash).toString('base64url') };
}
