import type { Order } from '#core/contract/box-office/sales.ts';
import type { StaffOrder } from '#core/contract/local/staff.ts';

/** An order without its pick-up code and without anything of whoever paid. */
export function staffOrderView({ id, status, total, tickets }: Order): StaffOrder {
  const [first] = tickets;
  return {
    orderId: id,
    status,
    total,
    ...(first === undefined ? {} : { film: first.face.filmTitle, startsAt: first.face.startsAt }),
    tickets: tickets.map(({ id: ticketId, face, status: standing, printState, printedBy, printedAt }) => ({
      id: ticketId,
      row: face.row,
      number: face.number,
      status: standing,
      printState,
      ...(printedBy === undefined ? {} : { printedBy }),
      ...(printedAt === undefined ? {} : { printedAt }),
    })),
  };
}
