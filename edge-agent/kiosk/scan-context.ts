import { unreachable } from '#core/base/fault.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import type { KioskScan } from '#core/kiosk/kiosk.ts';
import { classifyScan } from '#core/ticket/classify.ts';

/** What a code is good for at a kiosk: to find an order, or for nothing, with the reason. A payment code is never charged here, and never leaves this function. */
export function kioskScan(bytes: Uint8Array, siteId: SiteId): KioskScan {
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
      return { kind: 'wrong-kind', reason: 'payment-code' };
    case 'member-card':
      return { kind: 'wrong-kind', reason: 'member-card' };
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
