import { assert } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { toIso } from '#core/base/time.ts';
import { judgeReprint, reprintLeaseEnds } from '#core/box-office/judge-reprint.ts';
import { newReference } from '#core/box-office/numbers.ts';
import { ticketView } from '#core/box-office/order-view.ts';
import { claimReprint, isInDoubt, resolvePrint } from '#core/box-office/print-record.ts';
import type { ClaimRecord, TicketRecord } from '#core/box-office/records.ts';
import type { Claim, ReprintRefusal, ReprintRequest, ResolvePrintRefusal, ResolvePrintRequest, Ticket } from '#core/contract/box-office/sales.ts';
import type { TicketId } from '#core/contract/identifiers.ts';
import { knownShow, type Office } from '../office.ts';
import { RequestProblem } from '../request-problem.ts';
import type { Unit } from '../unit-of-work.ts';
import { digestOf, refuseOtherWish } from './digest.ts';

/** What staff do about paper: a ticket once more, and a word about a ticket that may be on paper. Both are kept with the name of who did it. */

/** The same key gets the same reprint again, with its number: the machine may have lost the answer. */
export function reprintTicket(office: Office, ticketId: TicketId, request: ReprintRequest): Promise<Result<Claim, ReprintRefusal>> {
  return office.run(async (unit) => {
    const digest = digestOf({ ticketId, ...request });
    const ticket = await knownTicket(unit, ticketId);
    const known = await unit.tx.claims.findByKey(request.claimKey);
    if (known !== undefined) {
      refuseOtherWish(known, digest, 'claim key');
      return again(ticket, known);
    }
    const { show } = await knownShow(unit, ticket.showId);
    const isUsed = (await unit.tx.admissions.ofTicket(ticketId)).some(({ stands }) => stands);
    const refusal = judgeReprint({ ticket, show, isUsed, now: unit.now });
    if (refusal !== undefined) return err(refusal);
    const { claimKey: key, machine, by, reason } = request;
    const claim: ClaimRecord = {
      key,
      digest,
      leaseId: newReference(office.random, 'L'),
      orderId: ticket.orderId,
      ticketIds: [ticketId],
      machine,
      until: reprintLeaseEnds(unit.now),
    };
    const { leaseId, until } = claim;
    const claimed: TicketRecord = { ...ticket, print: claimReprint(ticket.print, { leaseId, machine, until, by, reason, now: unit.now }) };
    await unit.tx.tickets.put(claimed);
    await unit.tx.claims.put(claim);
    office.log.info({ ticket: ticketId, machine, by, reason, reprint: claimed.print.reprint?.number }, 'A ticket is printed again.');
    return ok(viewClaim(claim, claimed));
  });
}

/** After a newer reprint, or once it was settled, the code is not given out a second time. */
function again(ticket: TicketRecord, claim: ClaimRecord): Result<Claim, ReprintRefusal> {
  const { reprint } = ticket.print;
  if (reprint?.leaseId === claim.leaseId && reprint.state === 'claimed') return ok(viewClaim(claim, ticket));
  return err({ code: 'under-way', machine: reprint?.machine ?? claim.machine });
}

function viewClaim(claim: ClaimRecord, ticket: TicketRecord): Claim {
  const number = ticket.print.reprint?.number;
  assert(number !== undefined, 'a reprint has a number');
  return {
    leaseId: claim.leaseId,
    until: toIso(claim.until),
    reprint: number,
    tickets: [{ ticket: ticketView(ticket), code: ticket.code }],
  };
}

/** Said twice alike it is said once. */
export function resolveTicketPrint(office: Office, ticketId: TicketId, request: ResolvePrintRequest): Promise<Result<Ticket, ResolvePrintRefusal>> {
  return office.run(async (unit) => {
    const ticket = await knownTicket(unit, ticketId);
    const { outcome, by, reason } = request;
    if (!isInDoubt(ticket.print, unit.now)) {
      const last = ticket.print.history?.at(-1);
      const isRepeated = last?.kind === `resolved-${outcome}` && last.by === by && last.reason === reason;
      return isRepeated ? ok(ticketView(ticket)) : err({ code: 'not-uncertain', printState: ticket.print.state });
    }
    const resolved: TicketRecord = { ...ticket, print: resolvePrint(ticket.print, outcome, by, reason, unit.now) };
    await unit.tx.tickets.put(resolved);
    office.log.info({ ticket: ticketId, outcome, by, reason }, 'A person said whether a ticket is on paper.');
    return ok(ticketView(resolved));
  });
}

async function knownTicket(unit: Unit, ticketId: TicketId): Promise<TicketRecord> {
  const ticket = await unit.tx.tickets.find(ticketId);
  if (ticket === undefined) throw new RequestProblem(404, 'not-found', 'There is no such ticket.');
  return ticket;
}
