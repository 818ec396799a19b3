import type { BusinessDay } from '../base/business-day.ts';
import { assert } from '../base/fault.ts';
import { type OrderId, OrderId as OrderIdSchema, PickUpCode, type SiteId, TicketId } from '../contract/identifiers.ts';
import type { Random } from '../ports/clock.ts';

/**
 * Numbers that guests see. None of them counts up: who knows one must learn nothing about the next, because a pick-up code, a ticket number and an order
 * number each open an order at a kiosk. The caller makes sure that a number is new.
 */

/** Every digit equally likely: bytes from 250 on are thrown away instead of being folded. */
function digits(random: Random, count: number): string {
  let text = '';
  for (let rounds = 0; text.length < count; rounds++) {
    assert(rounds < 64, 'a source of chance gives other bytes than 250 to 255 now and then');
    for (const byte of random.bytes(count)) if (byte < 250 && text.length < count) text += byte % 10;
  }
  return text;
}

/** 6 + 6 digits. The first is not 0, so that nobody drops it when reading it out. */
export function newPickUpCode(random: Random): PickUpCode {
  const code = digits(random, 12);
  return PickUpCode.parse(code.startsWith('0') ? `9${code.slice(1)}` : code);
}

/** The site's code and eight digits. */
export function newTicketId(random: Random, siteId: SiteId): TicketId {
  return TicketId.parse(siteId + digits(random, 8));
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The business day and 40 bits of chance: `261031-7F3KQ2XD`. */
export function newOrderId(random: Random, day: BusinessDay): OrderId {
  const tail = Array.from(random.bytes(8), (byte) => CROCKFORD[byte % 32]).join('');
  return OrderIdSchema.parse(`${day.slice(2).replaceAll('-', '')}-${tail}`);
}

/** A name for a hold or a lease: 80 bits of chance. */
export function newReference(random: Random, prefix: string): string {
  return prefix + Array.from(random.bytes(16), (byte) => CROCKFORD[byte % 32]).join('');
}
