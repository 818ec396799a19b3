import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCardNumber, isPaymentCard, isPaymentTrack } from '#core/base/payment-card.ts';

/** Test numbers of card schemes, and the form of real tracks (ISO/IEC 7813, examples of reader manuals). */
const PAYMENT_TRACKS = [
  '%B4761739001010010^VISA ACQUIRER TEST CARD^2212201019800?',
  '%B5452300551227189^HOGAN/PAUL      ^08043210000000725000000?',
  ';4761739001010010=22122010198?',
  ';6210948000000029=33122204171?',
  '4111111111111111',
  '%B3713 449635 98431^TEST/CARD^1512101?',
  '+0141111111111111111=724724000000000000000300080000200099010=200^?',
  '%*4761********0010^VISA ACQUIRER TEST CARD^2212***************?*',
  ';4761********0010=2212***********?*',
];

const OTHER_TRACKS = ['', '%MC8210046937512084?', ';8210046937512084?', ';12345678901?', '%HELLO/WORLD?', ';0123456789=1?'];

const withCheckDigit = (digits: string): string => [...'0123456789'].map((last) => digits + last).find(isCardNumber) ?? '';
const cardNumber = fc.stringMatching(/^[1-9]\d{11,17}$/).map(withCheckDigit);

describe('a payment card', () => {
  it.each(PAYMENT_TRACKS)('is known by its track %s', (track) => expect(isPaymentTrack(track)).toBe(true));
  it.each(OTHER_TRACKS)('is not seen in %j', (track) => expect(isPaymentTrack(track)).toBe(false));

  it('is known by its check digit on any track, with or without a name, a space, or what follows', () => {
    fc.assert(
      fc.property(
        cardNumber,
        fc.constantFrom('', '%', '%B', ';', '+01'),
        fc.constantFrom('', '?', '=2212201?', '^A/B^2212?'),
        (number, before, after) => {
          expect(isPaymentTrack(before + number + after)).toBe(true);
        },
      ),
    );
  });

  it('is known by its form when the check digit is wrong', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{12,19}$/), fc.constantFrom('=2212201?', '^A/B^2212?'), (number, after) => {
        expect(isPaymentTrack(`%B${number}${after}`)).toBe(true);
      }),
    );
  });

  it('has one check digit of ten', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{11,18}$/), (digits) => {
        expect([...'0123456789'].filter((last) => isCardNumber(digits + last))).toHaveLength(1);
      }),
    );
  });

  it('is a card with one such track, whatever its others say', () => {
    expect(isPaymentCard(['%HELLO/WORLD?', '', ';4761739001010010=22122010198?'])).toBe(true);
    expect(isPaymentCard(['%MC4761739001010010?', ';4761739001010010=22122010198?', ''])).toBe(true);
    expect(isPaymentCard(['%MC4761739001010018?', ';4761739001010010?', ''])).toBe(true);
    expect(isPaymentCard(['', '', ''])).toBe(false);
  });

  it("is not a house's own card that has its number on both tracks, however its digits fall", () => {
    fc.assert(
      fc.property(cardNumber, (number) => {
        expect(isPaymentCard([`%MC${number}?`, `;${number}?`, ''])).toBe(false);
        expect(isPaymentCard([`%B${number}?`, `;${number}?`, ''])).toBe(true);
      }),
    );
  });
});
