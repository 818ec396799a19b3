import type { Instant } from './time.ts';

const CROCKFORD = Uint8Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (digit) => digit.charCodeAt(0));

/**
 * A ULID (26 characters of Crockford's base 32: 48 bits of time, 80 of chance), which sorts by the time it was made. Written as one string at once: a string
 * that grows by a letter is a chain of letters, and each fact that is written down has a name.
 */
export function ulid(at: Instant, randomBytes: Uint8Array): string {
  const digits = new Array<number>(26).fill(CROCKFORD[0] ?? 0);
  let time = at as number;
  for (let i = 9; i >= 0; i--) {
    digits[i] = CROCKFORD[time % 32] ?? 0;
    time = Math.floor(time / 32);
  }
  let next = 10;
  let bits = 0;
  let held = 0;
  for (let i = 0; i < 10; i++) {
    held = (held << 8) | (randomBytes[i] ?? 0);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      digits[next++] = CROCKFORD[(held >> bits) & 31] ?? 0;
    }
    held &= (1 << bits) - 1;
  }
  return String.fromCharCode(...digits);
}
