import { unreachable } from '#core/base/fault.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import type { KioskScan } from '#core/kiosk/kiosk.ts';
import type { WantedScan } from '#core/kiosk/payment-offers.ts';
import { classifyScan } from '#core/ticket/classify.ts';

const PAYMENT_CODE_DIGITS_MAX = 30;

/**
 * What a code is good for at a kiosk: to find an order, to pay with, or for nothing, with the reason. The digits of a payment code leave this function only
 * while the screen asks for them: on every other screen they are never charged and nobody learns them.
 */
export function kioskScan(bytes: Uint8Array, siteId: SiteId, wanted: WantedScan | undefined): KioskScan {
  const payload = classifyScan(bytes, siteId);
  switch (payload.kind) {
    case 'pick-up-code':
      return { kind: 'lookup', code: payload.code };
    case 'ticket-number':
      return { kind: 'lookup', code: payload.id };
    case 'ticket':
    case 'rotating-ticket':
      return { kind: 'lookup', code: payload.ticket.payload.ticketId };
    case 'payment-code':
      // No scheme's code has more than 30 digits; a longer one is refused here rather than by the box office.
      if (wanted === 'payment-code' && bytes.length <= PAYMENT_CODE_DIGITS_MAX) return { kind: 'payment-code', code: String.fromCharCode(...bytes) };
      return { kind: 'wrong-kind', reason: 'payment-code' };
    case 'member-card':
      return { kind: 'member-card', card: payload.code };
    case 'damaged-ticket':
    case 'unreadable':
      return { kind: 'wrong-kind', reason: 'unreadable' };
    case 'ticket-info-code':
      return { kind: 'wrong-kind', reason: payload.cinema === 'this' ? 'not-a-ticket' : 'other-site' };
    case 'phone':
    case 'foreign-code':
    case 'unknown':
      return { kind: 'wrong-kind', reason: 'not-a-ticket' };
    default:
      return unreachable(payload);
  }
}
