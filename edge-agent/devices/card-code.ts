import { createHash } from 'node:crypto';
import { unreachable } from '#core/base/fault.ts';
import { isPaymentCard } from '#core/base/payment-card.ts';
import { MemberCardCode } from '#core/contract/box-office/sales.ts';
import type { CardRead } from '#core/ports/card-reader.ts';

/**
 * What a card before a reader is to the lobby: the number of a member's card, or nothing. The number opens nothing: the box office asks the PIN for whatever
 * is paid with it, and a gate refuses it. A keypad's keys are no card.
 */
export type CardCode =
  | { readonly kind: 'member-card'; readonly card: MemberCardCode }
  | { readonly kind: 'no-card'; readonly problem: 'payment-card' | 'unreadable' | 'not-a-member-card' };

export function codeOfCard(read: CardRead): CardCode | undefined {
  switch (read.kind) {
    case 'stripe':
      return codeOfTracks(read.tracks);
    case 'payment-card-refused':
      return { kind: 'no-card', problem: 'payment-card' };
    case 'unreadable':
      return { kind: 'no-card', problem: 'unreadable' };
    case 'contactless':
      // A phone shows another number each time: nobody can be registered under it, and somebody else's card could be met by chance.
      if (read.proof.kind === 'none' && isRandomNumber(read.uid)) return { kind: 'no-card', problem: 'not-a-member-card' };
      return { kind: 'member-card', card: numberOfChip('uid', read.uid) };
    case 'wiegand':
      return { kind: 'member-card', card: numberOfChip(`wiegand-${read.bits}`, read.data) };
    case 'keypad':
      return undefined;
    default:
      return unreachable(read);
  }
}

/** A member's card has `MC` and sixteen digits on track 1, or the sixteen digits alone on track 2. */
function codeOfTracks(tracks: readonly string[]): CardCode {
  const said = tracks.map((track) => track.replace(/^[%;+]/, '').replace(/\?.?$/, '')).filter((track) => track !== '');
  if (said.length === 0) return { kind: 'no-card', problem: 'unreadable' };
  const named = said.find((track) => MemberCardCode.safeParse(track).success);
  if (isPaymentCard(said)) return { kind: 'no-card', problem: 'payment-card' };
  const card = MemberCardCode.safeParse(named ?? `MC${said.find((track) => /^\d{16}$/.test(track)) ?? ''}`);
  return card.success ? { kind: 'member-card', card: card.data } : { kind: 'no-card', problem: 'not-a-member-card' };
}

/** ISO/IEC 14443-3 §6.4.4: a four-byte number that begins with 08 is made up at every contact. */
const isRandomNumber = (uid: Uint8Array): boolean => uid.length === 4 && uid[0] === 0x08;

const DIGITS = 10n ** 16n;

/**
 * The number under which a chip is registered at the box office: sixteen digits of a hash, so that what is sent, logged and journalled of a card cannot be
 * written onto another one. Two of a million chips share a number with a chance of 1 : 20,000 (n² / 2 · 10⁻¹⁶).
 */
export function numberOfChip(form: string, number: Uint8Array): MemberCardCode {
  const hash = createHash('sha256').update(`foyer member card ${form} `).update(number).digest();
  return MemberCardCode.parse(`MC${(hash.readBigUInt64BE(0) % DIGITS).toString().padStart(16, '0')}`);
}
