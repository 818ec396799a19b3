import { LIMITS } from '../base/limits.ts';
import type { Currency } from '../base/money.ts';
import { type Duration, type Instant, milliseconds, plus } from '../base/time.ts';
import type { MemberCardCode, PaymentFailure } from '../contract/box-office/sales.ts';
import type { BothLanguages } from '../contract/values.ts';

/**
 * A member's stored money. The balance is the sum of entries that are only ever added; it never falls below nothing. The card's code finds the account, its
 * PIN opens it, and a try is written down before the PIN is looked at, so that neither a crash nor two kiosks at once give one for nothing.
 */
export type MemberId = string;

export interface MemberRecord {
  readonly id: MemberId;
  readonly card: MemberCardCode;
  readonly currency: Currency;
  /** scrypt, base64url. */
  readonly pinSalt: string;
  readonly pinHash: string;
  /** Wrong PINs since the last right one, the try that is under way included. */
  readonly wrong: number;
  readonly lockedUntil?: Instant;
}

export type MemberEntryKind = 'opening' | 'top-up' | 'payment' | 'refund';

export interface MemberEntry {
  readonly memberId: MemberId;
  readonly kind: MemberEntryKind;
  /** Signed minor units of the account's currency. */
  readonly minor: number;
  /** Used once among all entries: an attempt's key for what it charged, `…-R` for what came back. */
  readonly reference: string;
  readonly at: Instant;
}

export interface MemberRefusal {
  readonly reason: BothLanguages;
  readonly failure: PaymentFailure;
  readonly triesLeft?: number;
}

const UNKNOWN: MemberRefusal = { failure: 'card-unknown', reason: { zh: '没有这张会员卡', en: 'There is no such member card' } };
const TOO_LITTLE: MemberRefusal = {
  failure: 'balance-too-low',
  reason: { zh: '会员余额不足，未扣款', en: 'The balance is too low; nothing was charged' },
};
const LOCKED: MemberRefusal = {
  failure: 'card-locked',
  reason: { zh: '密码错误次数过多，会员卡已锁定', en: 'Too many wrong PINs: the card is locked for now' },
};
const WRONG: Omit<MemberRefusal, 'triesLeft'> = { failure: 'wrong-pin', reason: { zh: '密码错误，未扣款', en: 'Wrong PIN; nothing was charged' } };

export type Try = { readonly kind: 'may-try'; readonly member: MemberRecord } | { readonly kind: 'refused'; readonly refusal: MemberRefusal };

/** Counts a try. With the last one the card is locked already: only a right PIN takes that back. */
export function beginTry(member: MemberRecord | undefined, now: Instant): Try {
  if (member === undefined) return { kind: 'refused', refusal: UNKNOWN };
  if (member.lockedUntil !== undefined && now < member.lockedUntil) return { kind: 'refused', refusal: LOCKED };
  const wrong = member.wrong + 1;
  const { lockedUntil: _, ...open } = member;
  return { kind: 'may-try', member: { ...open, wrong, ...(wrong < LIMITS.member.triesMax ? {} : { lockedUntil: plus(now, lockFor(wrong)) }) } };
}

/** Twice as long with every lock in a row. */
function lockFor(wrong: number): Duration {
  const { triesMax, lockedFor, lockedForMost } = LIMITS.member;
  return milliseconds(Math.min(lockedForMost, lockedFor * 2 ** Math.min(30, wrong - triesMax)));
}

/** Of a try that was counted by {@link beginTry}. */
export function afterWrongPin(member: MemberRecord): MemberRefusal {
  const triesLeft = Math.max(0, LIMITS.member.triesMax - member.wrong);
  return triesLeft === 0 ? LOCKED : { ...WRONG, triesLeft };
}

export function afterRightPin(member: MemberRecord): MemberRecord {
  const { lockedUntil: _, ...open } = member;
  return { ...open, wrong: 0 };
}

export type Charge = { readonly kind: 'charged'; readonly entry: MemberEntry } | { readonly kind: 'refused'; readonly refusal: MemberRefusal };

/** @param amount what the order costs; another currency than the account's cannot be paid from it */
export function charge(
  member: MemberRecord,
  balance: number,
  amount: { readonly minor: number; readonly currency: Currency },
  reference: string,
  at: Instant,
): Charge {
  if (amount.currency !== member.currency || amount.minor > balance) return { kind: 'refused', refusal: TOO_LITTLE };
  return { kind: 'charged', entry: { memberId: member.id, kind: 'payment', minor: -amount.minor, reference, at } };
}
