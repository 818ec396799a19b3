import { unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { plus, toIso } from '#core/base/time.ts';
import { judgeCollection, readTypedCode, type TypedCode } from '#core/box-office/lookup.ts';
import { newReference } from '#core/box-office/numbers.ts';
import { ticketView } from '#core/box-office/order-view.ts';
import { afterReport, claimPrint, mayClaim } from '#core/box-office/print-record.ts';
import type { ClaimRecord, OrderRecord, TicketRecord } from '#core/box-office/records.ts';
import type { Claim, ClaimRefusal, ClaimRequest, FindOrderRefusal, LookupRefusal, Order } from '#core/contract/box-office/sales.ts';
import { knownOrder, knownShow, type Office, viewOrder } from '../office.ts';
import { RequestProblem } from '../request-problem.ts';
import type { Unit } from '../unit-of-work.ts';
import { digestOf, refuseOtherWish } from './digest.ts';

/** Finds the order that a guest came to collect. A code is compared and forgotten: it is neither logged nor answered back. */
export function lookUp(office: Office, typedCode: string): Promise<Result<Order, LookupRefusal>> {
  return office.run(async (unit) => {
    const found = await orderByCode(unit, office, typedCode);
    if (!found.ok) return found;
    const order = found.value;
    const { show } = await knownShow(unit, order.showId);
    const refusal = judgeCollection(order, await unit.tx.tickets.ofOrder(order.id), show, unit.now);
    return refusal === undefined ? ok(await viewOrder(unit, order)) : err(refusal);
  });
}

/** For staff, who ask about orders that nobody can collect (any more), too. A code is forgotten here as well. */
export function findOrder(office: Office, typedCode: string): Promise<Result<Order, FindOrderRefusal>> {
  return office.run(async (unit) => {
    const found = await orderByCode(unit, office, typedCode);
    return found.ok ? ok(await viewOrder(unit, found.value)) : found;
  });
}

async function orderByCode(unit: Unit, office: Office, typedCode: string): Promise<Result<OrderRecord, FindOrderRefusal>> {
  const typed = readTypedCode(typedCode, office.programme.site.id);
  if (typed.kind === 'other-site') return err({ code: 'other-site' });
  const order = await orderOf(unit, typed);
  return order === undefined ? err({ code: 'not-found' }) : ok(order);
}

async function orderOf(unit: Unit, typed: Exclude<TypedCode, { kind: 'other-site' }>): Promise<OrderRecord | undefined> {
  switch (typed.kind) {
    case 'pick-up':
      return unit.tx.orders.findByPickUpCode(typed.code);
    case 'order':
      return unit.tx.orders.find(typed.id);
    case 'ticket': {
      const ticket = await unit.tx.tickets.find(typed.id);
      return ticket === undefined ? undefined : unit.tx.orders.find(ticket.orderId);
    }
    case 'nothing':
      return undefined;
    default:
      return unreachable(typed);
  }
}

/**
 * Gives pending tickets to one machine for printing, all or none, under a lease. The same key gets what is left of the same lease: the machine may have lost the answer.
 * Not after it was off: its disk may be an older copy that does not know what it printed under the lease, and a person has to look.
 */
export function claimTickets(office: Office, { boot, ...request }: ClaimRequest): Promise<Result<Claim, ClaimRefusal>> {
  return office.run(async (unit) => {
    const digest = digestOf(request);
    const order = await knownOrder(unit, request.orderId);
    const wanted = await ticketsOf(unit, order, request);
    const known = await unit.tx.claims.findByKey(request.claimKey);
    if (known !== undefined) {
      refuseOtherWish(known, digest, 'claim key');
      // A person, or the machine itself by a newer claim, may have settled some of the lease since: their codes are not given out twice.
      const still = wanted.filter(({ print }) => print.state === 'claimed' && print.leaseId === known.leaseId);
      if (still.length > 0 && known.boot === boot) return ok(claimView(known, still));
      return err(notPending(await doubt(unit, known, wanted)));
    }
    if (order.status !== 'confirmed') return err({ code: 'not-confirmed', status: order.status });
    if (!wanted.every((ticket) => mayClaim(ticket.print, { ...request, boot }, unit.now))) return err(notPending(wanted));
    const claim: ClaimRecord = {
      key: request.claimKey,
      digest,
      leaseId: newReference(office.random, 'L'),
      orderId: order.id,
      ticketIds: wanted.map((ticket) => ticket.id),
      machine: request.machine,
      ...(boot === undefined ? {} : { boot }),
      until: plus(unit.now, LIMITS.sale.claimLease),
    };
    const claimed = wanted.map((ticket) => ({ ...ticket, print: claimPrint(claim.leaseId, claim, claim.until, ticket.print) }));
    for (const ticket of claimed) await unit.tx.tickets.put(ticket);
    await unit.tx.claims.put(claim);
    return ok(claimView(claim, claimed));
  });
}

/** What the machine still has under this lease is uncertain from now on; answers the tickets as they are then. */
async function doubt(unit: Unit, { leaseId, machine }: ClaimRecord, wanted: readonly TicketRecord[]): Promise<readonly TicketRecord[]> {
  const after = wanted.map((ticket) => {
    const isOpen = ticket.print.state === 'claimed' && ticket.print.leaseId === leaseId;
    return isOpen ? { ...ticket, print: afterReport(ticket.print, { outcome: 'uncertain', leaseId, machine, at: unit.now }) } : ticket;
  });
  for (const [index, ticket] of after.entries()) if (ticket !== wanted[index]) await unit.tx.tickets.put(ticket);
  return after;
}

function notPending(wanted: readonly TicketRecord[]): ClaimRefusal {
  const tickets = wanted.map(({ id, print: { state, machine } }) => ({ id, printState: state, ...(machine === undefined ? {} : { machine }) }));
  return { code: 'not-pending', tickets };
}

async function ticketsOf(unit: Unit, order: OrderRecord, request: ClaimRequest): Promise<readonly TicketRecord[]> {
  const tickets = await unit.tx.tickets.ofOrder(order.id);
  const wanted = new Set(request.ticketIds);
  const found = tickets.filter((ticket) => wanted.has(ticket.id));
  if (order.status === 'confirmed' && found.length !== wanted.size) {
    throw new RequestProblem(400, 'not-of-this-order', 'A ticket that was asked for is not of this order.');
  }
  return found;
}

function claimView(claim: ClaimRecord, tickets: readonly TicketRecord[]): Claim {
  return {
    leaseId: claim.leaseId,
    until: toIso(claim.until),
    tickets: tickets.map((ticket) => ({ ticket: ticketView(ticket), code: ticket.code })),
  };
}
