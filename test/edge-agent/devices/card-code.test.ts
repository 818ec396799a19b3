import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOfCard, numberOfChip } from '#agent/devices/card-code.ts';
import type { Monotonic } from '#core/base/time.ts';
import type { CardRead } from '#core/ports/card-reader.ts';

const at = 0 as Monotonic;
const stripe = (...tracks: string[]): CardRead => ({ kind: 'stripe', tracks, at });
const chip = (uid: number[], proof: Extract<CardRead, { kind: 'contactless' }>['proof'] = { kind: 'none' }): CardRead => ({
  kind: 'contactless',
  uid: Uint8Array.from(uid),
  technology: 'iso14443a',
  proof,
  at,
});

describe('what a card is to the lobby', () => {
  it.each([
    [stripe('%MC8210046937512084?'), 'MC8210046937512084'],
    [stripe('', ';8210046937512084?'), 'MC8210046937512084'],
    [stripe('MC8210046937512084', '8210046937512084', ''), 'MC8210046937512084'],
    // A member's number with the check digit of a payment card is told by the letters of track 1.
    [stripe('%MC4111111111111111?', ';4111111111111111?'), 'MC4111111111111111'],
  ])('a member’s number on the stripe %#', (read, card) => {
    expect(codeOfCard(read)).toEqual({ kind: 'member-card', card });
  });

  it.each([
    [stripe('%B4761739001010010^VISA ACQUIRER TEST CARD^2212201019800?', ';4761739001010010=22122010198?'), 'payment-card'],
    [stripe('%MC8210046937512084?', ';4761739001010010=22122010198?'), 'payment-card'],
    [stripe('', ';4111111111111111?'), 'payment-card'],
    [{ kind: 'payment-card-refused', at } as const, 'payment-card'],
    [{ kind: 'unreadable', at } as const, 'unreadable'],
    [stripe('', '', ''), 'unreadable'],
    [stripe('%SHOPPING CLUB 17?'), 'not-a-member-card'],
    [stripe('', ';12345678?'), 'not-a-member-card'],
    [chip([0x08, 1, 2, 3]), 'not-a-member-card'],
  ])('no member’s card, and why %#', (read, problem) => {
    expect(codeOfCard(read)).toEqual({ kind: 'no-card', problem });
  });

  it('a chip has the number that it is registered under, another for another chip or another form', () => {
    expect(codeOfCard(chip([0x04, 0xa1, 0xb2, 0xc3]))).toEqual({ kind: 'member-card', card: 'MC7689002845910443' });
    expect(numberOfChip('uid', Uint8Array.of(4, 1, 2, 3))).not.toBe(numberOfChip('uid', Uint8Array.of(4, 1, 2, 4)));
    expect(numberOfChip('uid', Uint8Array.of(4, 1, 2))).not.toBe(numberOfChip('wiegand-24', Uint8Array.of(4, 1, 2)));
  });

  it('a number that the chip has proven may begin as a made-up one does', () => {
    expect(codeOfCard(chip([0x08, 1, 2, 3], { kind: 'challenge', keyId: 'members-1' }))).toMatchObject({ kind: 'member-card' });
  });

  it('nothing of a chip’s own number is in the number that the lobby knows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 10 }), (uid) => {
        const code = numberOfChip('uid', uid);
        const hex = Buffer.from(uid).toString('hex');
        expect(code).toMatch(/^MC\d{16}$/);
        expect(code).not.toContain(hex);
      }),
    );
  });
});
