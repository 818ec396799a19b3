/**
 * Telling payment cards from others, so that they can be refused before anybody keeps a digit of one (PCI DSS 3.3: nothing of a track is stored). When in
 * doubt a card is a payment card: a member whose card is refused types its number.
 */

const FIRST_DIGITS = 12;
const LAST_DIGITS = 19;

/**
 * One decoded track of a magnetic stripe. A payment card's begins, after sentinel and format code, with its number (ISO/IEC 7813 §6: `%B<PAN>^…`, `;<PAN>=…`;
 * ISO 4909 for track 3: two digits of format code first), which a reader with encryption masks with asterisks.
 */
export function isPaymentTrack(track: string): boolean {
  const body = track.replace(/^[%;+]/, '').replaceAll(' ', '');
  const match = /^[A-Z]?([\d*]{12,21})(.?)/.exec(body);
  const number = match?.[1];
  if (number === undefined) return false;
  if (number.includes('*') || match?.[2] === '^' || match?.[2] === '=') return true;
  return isCardNumber(number) || isCardNumber(number.slice(2));
}

/**
 * Whether the card with these tracks is a payment card: one track of one is enough. A bare number that happens to have a right check digit is a house's own when
 * another track carries it behind two letters, as no payment card's does (format code B alone, ISO/IEC 7813 §6).
 */
export function isPaymentCard(tracks: readonly string[]): boolean {
  const bodies = tracks.map((track) => track.replace(/^[%;+]/, '').replace(/\?.?$/, ''));
  return bodies.some(
    (body) => isPaymentTrack(body) && !(/^\d+$/.test(body) && bodies.some((other) => /^[A-Z]{2}/.test(other) && other.slice(2) === body)),
  );
}

/** Twelve to nineteen digits whose check digit is right (ISO/IEC 7812-1 annex B). */
export function isCardNumber(digits: string): boolean {
  if (digits.length < FIRST_DIGITS || digits.length > LAST_DIGITS || !/^\d+$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighed = index % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}
