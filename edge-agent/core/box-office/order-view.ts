import { toIso } from '../base/time.ts';
import type { Hold, Order, PaymentAttempt, Ticket } from '../contract/box-office/sales.ts';
import { maskedNumber } from './masked-number.ts';
import type { AttemptPhase } from './payment-attempt.ts';
import type { AttemptRecord, HoldRecord, OrderRecord, TicketRecord } from './records.ts';

/** Records as they are sent. */

export function holdView(hold: HoldRecord): Hold {
  return { id: hold.id, token: hold.token, showId: hold.showId, seats: [...hold.seats], until: toIso(hold.until) };
}

/** A payment that the provider may not know of yet is as good as submitted for everybody outside. */
function statusView(phase: AttemptPhase): PaymentAttempt['status'] {
  return phase === 'created' ? 'submitted' : phase;
}

export function attemptView(attempt: AttemptRecord): PaymentAttempt {
  const { codeUrl, reason, failure, triesLeft, receipt, needsPerson, reference } = attempt.state;
  return {
    key: attempt.key,
    orderId: attempt.orderId,
    method: attempt.method,
    ...(attempt.provider === undefined ? {} : { provider: attempt.provider }),
    status: statusView(attempt.state.phase),
    amount: attempt.amount,
    ...(codeUrl === undefined ? {} : { codeUrl }),
    expiresAt: toIso(attempt.expiresAt),
    ...(reason === undefined ? {} : { reason }),
    ...(failure === undefined ? {} : { failure }),
    ...(triesLeft === undefined ? {} : { triesLeft }),
    ...(receipt === undefined ? {} : { receipt }),
    // A terminal's number stands in its receipt, and a member's payment has none but ours.
    ...(reference === undefined || attempt.provider === undefined ? {} : { providerNumber: maskedNumber(reference) }),
    ...(attempt.maskedMember === undefined ? {} : { member: attempt.maskedMember }),
    ...(needsPerson === undefined ? {} : { needsPerson }),
  };
}

export function ticketView(ticket: TicketRecord): Ticket {
  const { print } = ticket;
  return {
    id: ticket.id,
    seatId: ticket.seatId,
    ticketType: ticket.ticketType,
    status: ticket.status,
    printState: print.state,
    ...(print.machine === undefined ? {} : { printedBy: print.machine }),
    ...(print.printedAt === undefined ? {} : { printedAt: toIso(print.printedAt) }),
    face: ticket.face,
  };
}

/** @param attempts the newest last; the one that paid is shown, else the newest */
export function orderView(order: OrderRecord, tickets: readonly TicketRecord[], attempts: readonly AttemptRecord[]): Order {
  const shown = attempts.find((attempt) => attempt.key === order.paidBy) ?? attempts.at(-1);
  return {
    id: order.id,
    status: order.status,
    showId: order.showId,
    lines: order.lines.map(({ seatId, row, number, ticketType, price, fee }) => ({ seatId, row, number, ticketType, price, fee })),
    total: order.total,
    createdAt: toIso(order.createdAt),
    holdUntil: toIso(order.holdUntil),
    pickUpCode: order.pickUpCode,
    tickets: tickets.map((ticket) => ticketView(ticket)),
    ...(shown === undefined ? {} : { payment: attemptView(shown) }),
    ...(order.refundReference === undefined ? {} : { refundReference: order.refundReference }),
  };
}
