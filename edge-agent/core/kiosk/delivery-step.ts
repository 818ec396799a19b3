import { unreachable } from '../base/fault.ts';
import type { Instant } from '../base/time.ts';
import type { Order } from '../contract/box-office/sales.ts';
import type { MachineId, TicketId } from '../contract/identifiers.ts';
import type { PrintOutcome } from '../ports/ticket-printer.ts';
import type { CallAnswer } from './calls.ts';
import { canResume, type Delivery, type DeliveryContext, type DeliveryInput, type DeliveryStep, type DeliveryTicket } from './delivery.ts';
import { learnClaim } from './delivery-claim.ts';
import { claim, claimCall, giveBackAll, giveUp, printNext, stay, stop, withTicket } from './delivery-moves.ts';
import { readCall, restarted, restore, settle } from './delivery-restart.ts';
import { printStop } from './print-stop.ts';
import type { SaleLimits } from './sale.ts';

/** Claims `ticketIds` of a confirmed order and prints them. */
export function beginDelivery(
  id: string,
  machine: MachineId,
  journey: Delivery['journey'],
  order: Order,
  ticketIds: readonly TicketId[],
  at: Instant,
  limits: SaleLimits,
): DeliveryStep {
  const delivery: Delivery = {
    id,
    machine,
    journey,
    openedAt: at,
    orderId: order.id,
    order,
    tickets: ticketIds.map((ticketId) => ({ id: ticketId, state: 'wanted', claimed: undefined, triedAgain: false })),
    claims: 0,
    claimOpen: false,
    claimedAt: at,
    stage: { kind: 'stopped', stop: 'needs-staff' },
    attended: true,
  };
  return claim(delivery, 0, at, limits);
}

export function stepDelivery(delivery: Delivery, input: DeliveryInput, context: DeliveryContext): DeliveryStep {
  switch (input.kind) {
    case 'answered':
      return answered(delivery, input.answer, input.at, context);
    case 'job-ended':
      return jobEnded(delivery, input, context);
    case 'elapsed':
      return input.timer === 'lease' ? leaseEnds(delivery) : retry(delivery, input.at, context.limits);
    case 'resume':
      return canResume(delivery, context.printer) ? goOn(delivery, input.at, context.limits) : stay(delivery);
    case 'guest-left':
      return guestLeft({ ...delivery, attended: false });
    case 'printer-changed':
      return refineStop(delivery, context);
    case 'restarted':
      return restarted(delivery, input.recent);
    default:
      return unreachable(input);
  }
}

function answered(delivery: Delivery, answer: CallAnswer, at: Instant, context: DeliveryContext): DeliveryStep {
  if (answer.name === 'readOrder') return restore(delivery, answer.outcome, context);
  if (answer.name !== 'claimTickets') return stay(delivery);
  return delivery.stage.kind === 'settling' ? settle(delivery, answer.outcome, at, context) : learnClaim(delivery, answer.outcome, at, context);
}

function retry(delivery: Delivery, at: Instant, limits: SaleLimits): DeliveryStep {
  switch (delivery.stage.kind) {
    case 'claiming':
      return claim(delivery, delivery.stage.tries, at, limits);
    case 'settling':
      return { delivery, effects: [claimCall(delivery)] };
    case 'restoring':
      return { delivery, effects: [readCall(delivery)] };
    case 'printing':
    case 'stopped':
    case 'done':
    case 'closed':
      return stay(delivery);
    default:
      return unreachable(delivery.stage);
  }
}

function jobEnded(delivery: Delivery, { jobId, outcome, at }: Extract<DeliveryInput, { kind: 'job-ended' }>, context: DeliveryContext): DeliveryStep {
  const ticket = delivery.tickets.find((each) => each.claimed?.jobId === jobId && each.state === 'in-printer');
  if (ticket === undefined) return stay(delivery);
  const leaseEnding = delivery.stage.kind === 'printing' && delivery.stage.leaseEnding;
  const ended = withTicket(delivery, ticketAfter(ticket, outcome));
  // What is left of an ending lease goes back before anything else is decided.
  const back = leaseEnding ? giveBackAll(ended) : stay(ended);
  const mayTryAgain = !leaseEnding && !ticket.triedAgain && context.printer.isWell;
  const goesOn = outcome.kind === 'printed' || (outcome.kind === 'not-printed' && mayTryAgain);
  const next = goesOn ? printNext(back.delivery, at, context.limits) : stop(back.delivery, printStop(context.printer, outcome.fault), []);
  return { delivery: next.delivery, effects: [{ kind: 'keep-outcome', jobId, outcome }, ...back.effects, ...next.effects] };
}

function ticketAfter(ticket: DeliveryTicket, outcome: PrintOutcome): DeliveryTicket {
  switch (outcome.kind) {
    case 'printed':
    case 'uncertain':
      return { ...ticket, state: outcome.kind, claimed: undefined };
    case 'not-printed':
      return { ...ticket, state: 'claimed', triedAgain: true };
    default:
      return unreachable(outcome);
  }
}

function leaseEnds(delivery: Delivery): DeliveryStep {
  switch (delivery.stage.kind) {
    case 'printing':
      return stay({ ...delivery, stage: { kind: 'printing', leaseEnding: true } });
    case 'stopped':
      // A claim in doubt has ended by itself; the next one gets a key of its own.
      return giveBackAll({ ...delivery, claimOpen: false });
    case 'claiming':
    case 'done':
    case 'settling':
    case 'restoring':
    case 'closed':
      return stay(delivery);
    default:
      return unreachable(delivery.stage);
  }
}

function goOn(delivery: Delivery, at: Instant, limits: SaleLimits): DeliveryStep {
  return printNext({ ...delivery, tickets: delivery.tickets.map((ticket) => ({ ...ticket, triedAgain: false })) }, at, limits);
}

function guestLeft(delivery: Delivery): DeliveryStep {
  switch (delivery.stage.kind) {
    case 'stopped':
    case 'done':
      return giveUp(delivery);
    // What is under way comes to its end first; paper that comes out is still the guest's.
    case 'claiming':
    case 'printing':
    case 'settling':
    case 'restoring':
    case 'closed':
      return stay(delivery);
    default:
      return unreachable(delivery.stage);
  }
}

/** The printer often says why only after the job has failed. */
function refineStop(delivery: Delivery, context: DeliveryContext): DeliveryStep {
  if (delivery.stage.kind !== 'stopped' || delivery.stage.stop !== 'printer-error' || context.printer.isWell) return stay(delivery);
  return stay({ ...delivery, stage: { kind: 'stopped', stop: printStop(context.printer, undefined) } });
}
