import { randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { LIMITS } from '#core/base/limits.ts';

/**
 * A PIN has a million values, so no hash protects one whose file was stolen for long; it keeps the PINs out of backups and from curious eyes, and the lock
 * (`pin-lock.ts`) protects them at the door.
 */
export interface PinCrypto {
  /** 32 bytes; the same for the same PIN and salt. */
  derive(pin: string, salt: Uint8Array): Promise<Uint8Array>;
  /** Six digits, each value as likely as any other. */
  draw(): string;
}

/** 2^13 blocks of 1 KiB: 8 MB and about 25 ms of one core of a kiosk (RFC 7914, section 2). A hundred staff are looked through within three seconds. */
const COST = { N: 8_192, r: 8, p: 1 } as const;
const HASH_BYTES = 32;

export const pinCrypto: PinCrypto = {
  derive: (pin, salt) =>
    new Promise((resolve, reject) => {
      // On Node's pool of threads: a lane decides while this computes.
      scrypt(pin, salt, HASH_BYTES, COST, (error, hash) => (error === null ? resolve(hash) : reject(error)));
    }),
  draw: () => String(randomInt(10 ** LIMITS.staff.pinDigits)).padStart(LIMITS.staff.pinDigits, '0'),
};

/** Takes the same time whatever differs. */
export function isSameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
