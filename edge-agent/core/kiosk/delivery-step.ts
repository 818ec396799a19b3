import { unreachable } from '../base/fault.ts';
import { type Duration, type Instant, milliseconds } from '../base/time.ts';
import type { Claim, ClaimRefusal, Order } from '../contract/box-office/sales.ts';
import { IdempotencyKey, type MachineId, type TicketId } from '../contract/identifiers.ts';
import type { PrintOutcome } from '../ports/ticket-printer.ts';
import type { CallAnswer, CallOutcome } from './calls.ts';
import {
  canResume,
  type Delivery,
  type DeliveryEffect,
  type DeliveryInput,
  type DeliveryStep,
  type DeliveryTicket,
  type PrinterView,
  type PrintStopReason,
  ticketsIn,
} from './delivery.ts';
import { printStop } from './print-stop.ts';
import type { SaleLimits } from './sale.ts';

/** What a delivery sees of the world when it decides. */
export interface DeliveryContext {
  readonly printer: PrinterView;
  readonly limits: SaleLimits;
}

/** Claims `ticketIds` of a confirmed order and prints them. */
export function beginDelivery(
  id: string,
  machine: MachineId,
  journey: Delivery['journey'],
  order: Order,
  ticketIds: readonly TicketId[],
  at: Instant,
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
    stage: { kind: 'stopped', stop: 'needs-staff' },
    attended: true,
  };
  return claim(delivery, 0);
}

export function stepDelivery(delivery: Delivery, input: DeliveryInput, context: DeliveryContext): DeliveryStep {
  switch (input.kind) {
    case 'answered':
      return answered(delivery, input.answer, input.at, context);
    case 'job-ended':
      return jobEnded(delivery, input.jobId, input.outcome, context);
    case 'elapsed':
      return input.timer === 'lease' ? leaseEnds(delivery) : retry(delivery);
    case 'resume':
      return canResume(delivery, context.printer) ? goOn(delivery) : stay(delivery);
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

const stay = (delivery: Delivery): DeliveryStep => ({ delivery, effects: [] });

const claimKey = (delivery: Delivery): IdempotencyKey => IdempotencyKey.parse(`${delivery.id}-c${delivery.claims}`);

/** Asks for what is still wanted, under a new key. */
function claim(delivery: Delivery, tries: number): DeliveryStep {
  const next: Delivery = { ...delivery, claims: delivery.claims + 1, stage: { kind: 'claiming', tries } };
  return { delivery: next, effects: [claimCall(next)] };
}

function claimCall(delivery: Delivery): DeliveryEffect {
  const ticketIds = ticketsIn(delivery, 'wanted').map((ticket) => ticket.id);
  const request = { claimKey: claimKey(delivery), orderId: delivery.orderId, ticketIds, machine: delivery.machine };
  return { kind: 'call', call: { name: 'claimTickets', request } };
}

function retry(delivery: Delivery): DeliveryStep {
  switch (delivery.stage.kind) {
    case 'claiming':
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

function learnClaim(delivery: Delivery, outcome: CallOutcome<Claim, ClaimRefusal>, at: Instant, context: DeliveryContext): DeliveryStep {
  const { stage } = delivery;
  if (stage.kind !== 'claiming') return stay(delivery);
  switch (outcome.kind) {
    case 'away': {
      const tries = stage.tries + 1;
      if (tries >= context.limits.claimTries) return stop(delivery, 'needs-staff', []);
      return {
        delivery: { ...delivery, stage: { kind: 'claiming', tries } },
        effects: [{ kind: 'wait', timer: 'retry', after: context.limits.pollEvery }],
      };
    }
    case 'refused':
      return claimRefused(delivery, stage.tries, outcome.refusal, context);
    case 'answered':
      return claimed(delivery, outcome.answer, at, context);
    default:
      return unreachable(outcome);
  }
}

/** The claim's tickets are ours: each gets its job in the ledger before anything is sent. */
function take(delivery: Delivery, answer: Claim): DeliveryStep {
  const jobs = new Map(answer.tickets.map(({ ticket, code }) => [ticket.id, { jobId: `${claimKey(delivery)}-${ticket.id}`, ticket, code }]));
  const tickets = delivery.tickets.map((ticket): DeliveryTicket => {
    const job = ticket.state === 'wanted' ? jobs.get(ticket.id) : undefined;
    return job === undefined ? ticket : { ...ticket, state: 'claimed', claimed: job };
  });
  const held: Delivery = { ...delivery, tickets };
  const effects = ticketsIn(held, 'claimed').flatMap(({ claimed: job }): DeliveryEffect[] =>
    job === undefined ? [] : [{ kind: 'queue-job', jobId: job.jobId, leaseId: answer.leaseId, ticketId: job.ticket.id }],
  );
  return { delivery: held, effects };
}

function claimed(delivery: Delivery, answer: Claim, at: Instant, context: DeliveryContext): DeliveryStep {
  const taken = take(delivery, answer);
  // A claim that gives nothing would be asked for again without end.
  if (taken.effects.length === 0) return stop(taken.delivery, 'needs-staff', []);
  const next = printNext(taken.delivery);
  const lease: DeliveryEffect = { kind: 'wait', timer: 'lease', after: leaseLeft(answer, at, context.limits) };
  return { delivery: next.delivery, effects: [...taken.effects, lease, ...next.effects] };
}

/** Never longer than a lease is by our own rule, so that a wrong clock on either side cannot stretch it. */
function leaseLeft(answer: Claim, at: Instant, limits: SaleLimits): Duration {
  const told = Date.parse(answer.until) - at;
  const left = told > 0 && told < limits.claimLease ? told : limits.claimLease;
  return milliseconds(Math.max(0, left - limits.leaseLeftToPrint));
}

function claimRefused(delivery: Delivery, tries: number, refusal: ClaimRefusal, context: DeliveryContext): DeliveryStep {
  if (refusal.code === 'not-confirmed') return stop(delivery, 'needs-staff', []);
  const ours = refusal.tickets.some((ticket) => ticket.printState === 'claimed' && ticket.machine === delivery.machine);
  if (ours && tries + 1 < context.limits.claimTries) {
    // Our own `not-printed` of a moment ago has not arrived there yet. A refused key stays refused, so the next question has a new one.
    const next: Delivery = { ...delivery, claims: delivery.claims + 1, stage: { kind: 'claiming', tries: tries + 1 } };
    return { delivery: next, effects: [{ kind: 'wait', timer: 'retry', after: context.limits.pollEvery }] };
  }
  const gone = new Set(refusal.tickets.filter((ticket) => ticket.printState !== 'pending').map((ticket) => ticket.id));
  const tickets = delivery.tickets.map((ticket): DeliveryTicket => (gone.has(ticket.id) && !ours ? { ...ticket, state: 'elsewhere' } : ticket));
  const rest: Delivery = { ...delivery, tickets };
  if (ours) return stop(rest, 'needs-staff', []);
  return gone.size === 0 || ticketsIn(rest, 'wanted').length === 0 ? stop(rest, 'elsewhere', []) : claim(rest, tries + 1);
}

/** The next claimed ticket into the printer, or the end of the run. */
function printNext(delivery: Delivery): DeliveryStep {
  const [next] = ticketsIn(delivery, 'claimed');
  if (next?.claimed !== undefined) {
    const { jobId, ticket, code } = next.claimed;
    const printing: Delivery = { ...withTicket(delivery, { ...next, state: 'in-printer' }), stage: { kind: 'printing', leaseEnding: false } };
    return { delivery: printing, effects: [{ kind: 'print', jobId, ticket, code }] };
  }
  if (ticketsIn(delivery, 'wanted').length > 0) return claim(delivery, 0);
  if (ticketsIn(delivery, 'uncertain').length > 0) return stop(delivery, 'needs-staff', []);
  if (ticketsIn(delivery, 'elsewhere').length > 0) return stop(delivery, 'elsewhere', []);
  return finish(delivery);
}

function finish(delivery: Delivery): DeliveryStep {
  const done: Delivery = { ...delivery, stage: delivery.attended ? { kind: 'done' } : { kind: 'closed' } };
  const effects: DeliveryEffect[] = [
    { kind: 'stop-waiting', timer: 'lease' },
    { kind: 'tell', news: 'done' },
  ];
  if (!delivery.attended) effects.push({ kind: 'tell', news: 'closed' });
  return { delivery: done, effects };
}

function jobEnded(delivery: Delivery, jobId: string, outcome: PrintOutcome, context: DeliveryContext): DeliveryStep {
  const ticket = delivery.tickets.find((each) => each.claimed?.jobId === jobId && each.state === 'in-printer');
  if (ticket === undefined) return stay(delivery);
  const kept: DeliveryEffect = { kind: 'keep-outcome', jobId, outcome };
  const leaseEnding = delivery.stage.kind === 'printing' && delivery.stage.leaseEnding;
  const after = afterJob(delivery, ticket, outcome, leaseEnding, context);
  return { delivery: after.delivery, effects: [kept, ...after.effects] };
}

function afterJob(delivery: Delivery, ticket: DeliveryTicket, outcome: PrintOutcome, leaseEnding: boolean, context: DeliveryContext): DeliveryStep {
  switch (outcome.kind) {
    case 'printed': {
      const next = withTicket(delivery, { ...ticket, state: 'printed', claimed: undefined });
      return leaseEnding ? claimAnew(next) : printNext(next);
    }
    case 'uncertain': {
      const next = withTicket(delivery, { ...ticket, state: 'uncertain', claimed: undefined });
      return stop(next, printStop(context.printer, outcome.fault), leaseEnding ? giveBackAll(next).effects : []);
    }
    case 'not-printed': {
      const next = withTicket(delivery, { ...ticket, state: 'claimed', triedAgain: true });
      if (!ticket.triedAgain && context.printer.isWell && !leaseEnding) return printNext(next);
      if (!leaseEnding) return stop(next, printStop(context.printer, outcome.fault), []);
      const back = giveBackAll(next);
      return stop(back.delivery, printStop(context.printer, outcome.fault), back.effects);
    }
    default:
      return unreachable(outcome);
  }
}

function claimAnew(delivery: Delivery): DeliveryStep {
  const back = giveBackAll(delivery);
  const next = printNext(back.delivery);
  return { delivery: next.delivery, effects: [...back.effects, ...next.effects] };
}

/** Everything claimed and untouched goes back to the box office; it may be claimed again. */
function giveBackAll(delivery: Delivery): DeliveryStep {
  const effects = ticketsIn(delivery, 'claimed').flatMap((ticket): DeliveryEffect[] =>
    ticket.claimed === undefined ? [] : [{ kind: 'give-back', jobId: ticket.claimed.jobId }],
  );
  const tickets = delivery.tickets.map(
    (ticket): DeliveryTicket => (ticket.state === 'claimed' ? { ...ticket, state: 'wanted', claimed: undefined, triedAgain: false } : ticket),
  );
  return { delivery: { ...delivery, tickets }, effects };
}

function stop(delivery: Delivery, why: PrintStopReason, before: readonly DeliveryEffect[]): DeliveryStep {
  const stopped: Delivery = { ...delivery, stage: { kind: 'stopped', stop: why } };
  if (delivery.attended) return { delivery: stopped, effects: before };
  const closed = close(stopped);
  return { delivery: closed.delivery, effects: [...before, ...closed.effects] };
}

/** Nobody waits for the rest: it can be collected at any machine with the same code. */
function close(delivery: Delivery): DeliveryStep {
  const back = giveBackAll(delivery);
  return {
    delivery: { ...back.delivery, stage: { kind: 'closed' } },
    effects: [...back.effects, { kind: 'stop-waiting', timer: 'lease' }, { kind: 'stop-waiting', timer: 'retry' }, { kind: 'tell', news: 'closed' }],
  };
}

function leaseEnds(delivery: Delivery): DeliveryStep {
  switch (delivery.stage.kind) {
    case 'printing':
      return stay({ ...delivery, stage: { kind: 'printing', leaseEnding: true } });
    case 'stopped':
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

function goOn(delivery: Delivery): DeliveryStep {
  return printNext({ ...delivery, tickets: delivery.tickets.map((ticket) => ({ ...ticket, triedAgain: false })) });
}

function guestLeft(delivery: Delivery): DeliveryStep {
  switch (delivery.stage.kind) {
    case 'stopped':
    case 'done':
      return close(delivery);
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

/** After a restart the ledger has already turned what was in the printer into `uncertain`; a claim without an answer is asked for, to be given back. */
function restarted(delivery: Delivery, recent: boolean): DeliveryStep {
  const alone: Delivery = { ...delivery, attended: false };
  if (delivery.stage.kind !== 'claiming' && delivery.stage.kind !== 'settling') return afterSettling(alone, recent, []);
  const settling: Delivery = { ...alone, stage: { kind: 'settling', recent } };
  return { delivery: settling, effects: [claimCall(settling)] };
}

function afterSettling(delivery: Delivery, recent: boolean, before: readonly DeliveryEffect[]): DeliveryStep {
  const isOpen = ticketsIn(delivery, 'wanted', 'claimed', 'uncertain').length > 0;
  const next = recent && isOpen ? startRestoring(delivery) : close(delivery);
  return { delivery: next.delivery, effects: [...before, ...next.effects] };
}

function startRestoring(delivery: Delivery): DeliveryStep {
  const back = giveBackAll(delivery);
  const restoring: Delivery = { ...back.delivery, stage: { kind: 'restoring', tries: 0 } };
  return { delivery: restoring, effects: [...back.effects, readCall(restoring)] };
}

const readCall = (delivery: Delivery): DeliveryEffect => ({ kind: 'call', call: { name: 'readOrder', orderId: delivery.orderId } });

function settle(delivery: Delivery, outcome: CallOutcome<Claim, ClaimRefusal>, at: Instant, context: DeliveryContext): DeliveryStep {
  if (delivery.stage.kind !== 'settling') return stay(delivery);
  switch (outcome.kind) {
    case 'refused':
      return afterSettling(delivery, delivery.stage.recent, []);
    case 'answered': {
      const taken = take(delivery, outcome.answer);
      return afterSettling(taken.delivery, delivery.stage.recent, taken.effects);
    }
    case 'away': {
      // A lease that could not be asked for within its own life has ended by itself.
      if (at - delivery.openedAt > 2 * context.limits.claimLease) return close(delivery);
      return { delivery, effects: [{ kind: 'wait', timer: 'retry', after: context.limits.leaseLeftToPrint }] };
    }
    default:
      return unreachable(outcome);
  }
}

function restore(delivery: Delivery, outcome: CallOutcome<Order>, context: DeliveryContext): DeliveryStep {
  if (delivery.stage.kind !== 'restoring') return stay(delivery);
  if (outcome.kind === 'answered') {
    const stopped: Delivery = { ...delivery, attended: true, order: outcome.answer, stage: { kind: 'stopped', stop: 'needs-staff' } };
    return { delivery: stopped, effects: [{ kind: 'tell', news: 'restored' }] };
  }
  const tries = delivery.stage.tries + 1;
  if (tries >= context.limits.claimTries) return close(delivery);
  return {
    delivery: { ...delivery, stage: { kind: 'restoring', tries } },
    effects: [{ kind: 'wait', timer: 'retry', after: context.limits.pollEvery }],
  };
}

function withTicket(delivery: Delivery, changed: DeliveryTicket): Delivery {
  return { ...delivery, tickets: delivery.tickets.map((ticket) => (ticket.id === changed.id ? changed : ticket)) };
}
