import { unreachable } from '../base/fault.ts';
import type { Instant } from '../base/time.ts';
import type { Order } from '../contract/box-office/sales.ts';
import type { MachineId, OrderId, TicketId } from '../contract/identifiers.ts';
import type { PrintOutcome } from '../ports/ticket-printer.ts';
import type { CallAnswer } from './calls.ts';
import {
  canResume,
  type Delivery,
  type DeliveryContext,
  type DeliveryEffect,
  type DeliveryInput,
  type DeliveryStep,
  type DeliveryTicket,
  type ReprintResult,
  type ReprintWish,
  ticketsIn,
} from './delivery.ts';
import { learnClaim, learnReprint } from './delivery-claim.ts';
import { claim, giveBackAll, giveUp, printNext, stay, stop, withTicket } from './delivery-moves.ts';
import { readCall, restarted, restore, settle, settlingCall } from './delivery-restart.ts';
import { printStop } from './print-stop.ts';
import { otherPrinter } from './printers.ts';
import type { SaleLimits } from './sale.ts';
import { printReceipt, printSlip, withReceipt, withSlip } from './side-papers.ts';

const newDelivery = (
  id: string,
  machine: MachineId,
  orderId: OrderId,
  ticketIds: readonly TicketId[],
  at: Instant,
): Omit<Delivery, 'journey' | 'order'> => ({
  id,
  machine,
  openedAt: at,
  orderId,
  tickets: ticketIds.map((ticketId) => ({ id: ticketId, state: 'wanted', claimed: undefined, printer: undefined, triedAgain: false })),
  claims: 0,
  claimOpen: false,
  claimedAt: at,
  stage: { kind: 'stopped', stop: 'needs-staff' },
  attended: true,
  reprint: undefined,
  avoid: [],
  faultCode: undefined,
  papers: { slip: 'none', receipt: 'none' },
});

/** Claims `ticketIds` of a confirmed order and prints them. */
export function beginDelivery(
  id: string,
  machine: MachineId,
  journey: 'buy' | 'collect',
  order: Order,
  ticketIds: readonly TicketId[],
  at: Instant,
  limits: SaleLimits,
): DeliveryStep {
  return claim({ ...newDelivery(id, machine, order.id, ticketIds, at), journey, order }, 0, at, limits);
}

/** One ticket that was printed before, marked and counted. Nobody waits for it at the screen. */
export function beginReprint(
  id: string,
  machine: MachineId,
  wanted: ReprintWish & { readonly orderId: OrderId; readonly ticketId: TicketId },
  at: Instant,
  limits: SaleLimits,
): DeliveryStep {
  const { orderId, ticketId, by, reason } = wanted;
  const begun = newDelivery(id, machine, orderId, [ticketId], at);
  return claim({ ...begun, journey: 'reprint', order: undefined, attended: false, reprint: { by, reason } }, 0, at, limits);
}

export function stepDelivery(delivery: Delivery, input: DeliveryInput, context: DeliveryContext): DeliveryStep {
  return withReceipt(delivery, withSlip(delivery, stepOnce(delivery, input, context), input.at, context), input.at, context);
}

function stepOnce(delivery: Delivery, input: DeliveryInput, context: DeliveryContext): DeliveryStep {
  switch (input.kind) {
    case 'answered':
      return answered(delivery, input.answer, input.at, context);
    case 'job-ended':
      return jobEnded(delivery, input, context);
    case 'elapsed':
      return input.timer === 'lease' ? leaseEnds(delivery) : retry(delivery, input.at, context.limits);
    case 'resume':
      return canResume(delivery, context.printer) ? goOn(delivery, input.at, context) : stay(delivery);
    case 'guest-left':
      return guestLeft({ ...delivery, attended: false });
    case 'printer-changed':
      return refineStop(delivery, context);
    case 'slip-wanted':
      return printSlip(delivery, input.at, context.printer);
    case 'receipt-wanted':
      return printReceipt(delivery, input.at, context);
    case 'paper-ended':
      return stay({ ...delivery, papers: { ...delivery.papers, [input.paper]: input.isPrinted ? 'printed' : 'failed' } });
    case 'restarted':
      return restarted(delivery, input.recent);
    default:
      return unreachable(input);
  }
}

function answered(delivery: Delivery, answer: CallAnswer, at: Instant, context: DeliveryContext): DeliveryStep {
  if (answer.name === 'readOrder') return restore(delivery, answer.outcome, context);
  if (answer.name === 'reprintTicket') {
    return delivery.stage.kind === 'settling' ? settle(delivery, answer.outcome, at, context) : learnReprint(delivery, answer.outcome, at, context);
  }
  if (answer.name !== 'claimTickets') return stay(delivery);
  return delivery.stage.kind === 'settling' ? settle(delivery, answer.outcome, at, context) : learnClaim(delivery, answer.outcome, at, context);
}

function retry(delivery: Delivery, at: Instant, limits: SaleLimits): DeliveryStep {
  switch (delivery.stage.kind) {
    case 'claiming':
      return claim(delivery, delivery.stage.tries, at, limits);
    case 'settling':
      return { delivery, effects: [settlingCall(delivery)] };
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
  const ended = afterPaper(withTicket(delivery, ticketAfter(ticket, outcome)), ticket, outcome);
  // What is left of an ending lease goes back before anything else is decided.
  const back = leaseEnding ? giveBackAll(ended) : stay(ended);
  const goesOn = mayGoOn(ended, ticket, outcome, leaseEnding, context);
  const why = printStop(context.printer, outcome.fault);
  const next = goesOn ? printNext(back.delivery, at, context) : stop(back.delivery, why, []);
  const told: DeliveryEffect[] = delivery.reprint !== undefined && !goesOn ? [{ kind: 'reprint-ended', result: reprintResult(ticket, outcome) }] : [];
  const reprinted: DeliveryEffect[] =
    delivery.reprint !== undefined && outcome.kind === 'printed' ? [{ kind: 'reprint-ended', result: reprintResult(ticket, outcome) }] : told;
  return { delivery: next.delivery, effects: [{ kind: 'keep-outcome', jobId, outcome }, ...back.effects, ...next.effects, ...reprinted] };
}

/** A printer that failed is left alone for the rest of this run. */
function afterPaper(delivery: Delivery, { printer }: DeliveryTicket, outcome: PrintOutcome): Delivery {
  const { fault } = outcome;
  if (fault === undefined) return delivery;
  const avoid = printer === undefined || delivery.avoid.includes(printer) ? delivery.avoid : [...delivery.avoid, printer];
  return { ...delivery, avoid, faultCode: fault.code };
}

/**
 * Another ticket, without anybody's word: after a proven one; on another printer, where one is well, whatever became of this ticket; and once more on the same
 * printer when nothing was sent to it.
 */
function mayGoOn(delivery: Delivery, ticket: DeliveryTicket, outcome: PrintOutcome, leaseEnding: boolean, { printer }: DeliveryContext): boolean {
  const hasOther = otherPrinter(printer, delivery.avoid) !== undefined;
  const isMore = ticketsIn(delivery, 'wanted', 'claimed').length > 0;
  switch (outcome.kind) {
    case 'printed':
      // A guest who takes nothing is not there any more.
      return outcome.fault === undefined;
    case 'uncertain':
      return hasOther && isMore;
    case 'not-printed':
      return !leaseEnding && (hasOther || (!ticket.triedAgain && printer.isWell));
    default:
      return unreachable(outcome);
  }
}

function reprintResult({ claimed }: DeliveryTicket, outcome: PrintOutcome): ReprintResult {
  const number = claimed?.reprint ?? 0;
  switch (outcome.kind) {
    case 'printed':
      return { kind: 'printed', number };
    case 'uncertain':
      return { kind: 'uncertain', number, fault: outcome.fault };
    case 'not-printed':
      return { kind: 'not-printed', fault: outcome.fault };
    default:
      return unreachable(outcome);
  }
}

function ticketAfter(ticket: DeliveryTicket, outcome: PrintOutcome): DeliveryTicket {
  switch (outcome.kind) {
    case 'printed':
    case 'uncertain':
      return { ...ticket, state: outcome.kind, claimed: undefined, printer: undefined };
    case 'not-printed':
      return { ...ticket, state: 'claimed', printer: undefined, triedAgain: true };
    default:
      return unreachable(outcome);
  }
}

function leaseEnds(delivery: Delivery): DeliveryStep {
  switch (delivery.stage.kind) {
    case 'printing':
      return stay({ ...delivery, stage: { kind: 'printing', leaseEnding: true } });
    case 'stopped':
      // A claim in doubt stays one: its tickets are ours at the box office until it hears of them, lapsed or not.
      return giveBackAll(delivery);
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

function goOn(delivery: Delivery, at: Instant, context: DeliveryContext): DeliveryStep {
  const afresh: Delivery = { ...delivery, avoid: [], tickets: delivery.tickets.map((ticket) => ({ ...ticket, triedAgain: false })) };
  return printNext(afresh, at, context);
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
