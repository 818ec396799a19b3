import type { Instant } from './time.ts';

const CROCKFORD = Uint8Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (digit) => digit.charCodeAt(0));

/** The letter for the lowest five bits. */
const letter = (bits: number): number => CROCKFORD[bits & 31] ?? 0;
const byte = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

/**
 * A ULID (26 characters of Crockford's base 32: 48 bits of time, 80 of chance), which sorts by the time it was made. Without a loop or a list: each fact that is
 * written down has a name, and this is a tenth of what the same takes with them.
 */
export function ulid(at: Instant, randomBytes: Uint8Array): string {
  // Shifts are made of 32 bits: the time's upper four letters, and its lower six.
  const high = Math.floor(at / 2 ** 30);
  const low = at % 2 ** 30;
  const a = byte(randomBytes, 0);
  const b = byte(randomBytes, 1);
  const c = byte(randomBytes, 2);
  const d = byte(randomBytes, 3);
  const e = byte(randomBytes, 4);
  const f = byte(randomBytes, 5);
  const g = byte(randomBytes, 6);
  const h = byte(randomBytes, 7);
  const i = byte(randomBytes, 8);
  const j = byte(randomBytes, 9);
  // biome-ignore format: the time, and then five bytes in each eight letters.
  return String.fromCharCode(
    letter(high >> 15), letter(high >> 10), letter(high >> 5), letter(high),
    letter(low >> 25), letter(low >> 20), letter(low >> 15), letter(low >> 10), letter(low >> 5), letter(low),
    letter(a >> 3), letter((a << 2) | (b >> 6)), letter(b >> 1), letter((b << 4) | (c >> 4)),
    letter((c << 1) | (d >> 7)), letter(d >> 2), letter((d << 3) | (e >> 5)), letter(e),
    letter(f >> 3), letter((f << 2) | (g >> 6)), letter(g >> 1), letter((g << 4) | (h >> 4)),
    letter((h << 1) | (i >> 7)), letter(i >> 2), letter((i << 3) | (j >> 5)), letter(j),
  );
}
