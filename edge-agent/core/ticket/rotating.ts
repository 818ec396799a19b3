import { write32 } from '../base/big-endian.ts';
import { LIMITS } from '../base/limits.ts';
import { type Instant, instant } from '../base/time.ts';
import type { TicketId } from '../contract/identifiers.ts';

/**
 * The changing code of a phone: a value that proves who knows the ticket's key at this time step, as RFC 6238 does it, over HMAC-SHA-256. A picture of it is
 * worthless two steps later. The ticket's own signature is not replaced by it: whoever learns the venue's secret can freshen a code, never make a ticket.
 */

/** HMAC-SHA-256 (RFC 2104, FIPS 198-1): 32 bytes. The core has no cryptography of its own. */
export type HmacSha256 = (key: Uint8Array, data: Uint8Array) => Uint8Array;

/**
 * HMAC may be truncated to no less than half its length for a signature (RFC 2104, section 5); a value that lives half a minute at a door where one guess
 * takes seconds needs less: 64 bits.
 */
export const CHECK_BYTES = 8;

const KEY_CONTEXT = Uint8Array.from('foyer/rotating/v1\n', (character) => character.charCodeAt(0));

/** The time step (counted since 1970) that an instant lies in. */
export function stepAt(at: Instant): number {
  return Math.floor(at / LIMITS.rotating.step);
}

/** The first instant of a step. It ends where the next begins. */
export function stepStart(step: number): Instant {
  return instant(step * LIMITS.rotating.step);
}

/** The key of one ticket, which its holder's phone may have: it says nothing about the key of another. */
export function ticketKey(venueSecret: Uint8Array, ticketId: TicketId, hmac: HmacSha256): Uint8Array {
  const data = new Uint8Array(KEY_CONTEXT.length + 8);
  data.set(KEY_CONTEXT);
  new DataView(data.buffer).setBigUint64(KEY_CONTEXT.length, BigInt(ticketId));
  return hmac(venueSecret, data);
}

/** The first {@link CHECK_BYTES} of the HMAC of the step, written as eight bytes like the moving factor of RFC 4226, section 5.2. */
export function checkValue(key: Uint8Array, step: number, hmac: HmacSha256): Uint8Array {
  const data = new Uint8Array(8);
  write32(data, 0, Math.floor(step / 0x1_0000_0000));
  write32(data, 4, step % 0x1_0000_0000);
  return hmac(key, data).subarray(0, CHECK_BYTES);
}
