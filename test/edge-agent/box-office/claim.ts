import type { Order } from '#core/contract/box-office/sales.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import { good, KIOSK, newKey, type OpenBoxOffice } from './open-box-office.ts';

export interface ClaimedTicket {
  readonly id: string;
  readonly orderId: string;
  readonly leaseId: string;
  readonly code: string;
}

/** Every ticket of an order, claimed for one machine. */
export async function claim(office: OpenBoxOffice, order: Order, machine: MachineId = KIOSK) {
  const body = { claimKey: newKey('claim'), orderId: order.id, ticketIds: order.tickets.map(({ id }) => id), machine };
  const { leaseId, until, tickets } = good(await office.clientOf(machine).claimTickets({ body }));
  const claimed = tickets.map(({ ticket, code }): ClaimedTicket => ({ id: ticket.id, orderId: order.id, leaseId, code }));
  const [first, ...rest] = claimed;
  if (first === undefined) throw new Error('an order has a ticket');
  return { orderId: order.id, leaseId, until, tickets: [first, ...(rest as [ClaimedTicket])] as const };
}
