import { type Duration, type Instant, milliseconds } from '../base/time.ts';
import type { Claim } from '../contract/box-office/sales.ts';
import { IdempotencyKey } from '../contract/identifiers.ts';
import {
  type ClaimedTicket,
  type Delivery,
  type DeliveryContext,
  type DeliveryEffect,
  type DeliveryStep,
  type DeliveryTicket,
  type PrintStopReason,
  ticketsIn,
} from './delivery.ts';
import { pickPrinter } from './printers.ts';
import type { SaleLimits } from './sale.ts';

/** The moves that several inputs of a delivery have in common. */

export const stay = (delivery: Delivery): DeliveryStep => ({ delivery, effects: [] });

const claimKey = (delivery: Delivery): IdempotencyKey => IdempotencyKey.parse(`${delivery.id}-c${delivery.claims}`);

/** Asks for what is still wanted: under a new key, unless the last claim was never answered. */
export function claim(delivery: Delivery, tries: number, at: Instant, limits: SaleLimits): DeliveryStep {
  if (delivery.claimOpen) {
    const again: Delivery = { ...delivery, stage: { kind: 'claiming', tries } };
    return { delivery: again, effects: [claimCall(again)] };
  }
  const next: Delivery = { ...delivery, claims: delivery.claims + 1, claimOpen: true, claimedAt: at, stage: { kind: 'claiming', tries } };
  // From the question on, not from its answer: the lease can have begun no earlier.
  return { delivery: next, effects: [claimCall(next), { kind: 'wait', timer: 'lease', after: usable(limits.claimLease, limits) }] };
}

/** The part of a lease in which a ticket may still be begun. */
export const usable = (lease: number, limits: SaleLimits): Duration => milliseconds(Math.max(0, lease - limits.leaseLeftToPrint));

export function claimCall(delivery: Delivery): DeliveryEffect {
  const ticketIds = ticketsIn(delivery, 'wanted').map((ticket) => ticket.id);
  const [ticketId] = ticketIds;
  if (delivery.reprint !== undefined && ticketId !== undefined) {
    const wish = { claimKey: claimKey(delivery), machine: delivery.machine, ...delivery.reprint };
    return { kind: 'call', call: { name: 'reprintTicket', ticketId, request: wish } };
  }
  const request = { claimKey: claimKey(delivery), orderId: delivery.orderId, ticketIds, machine: delivery.machine };
  return { kind: 'call', call: { name: 'claimTickets', request } };
}

/** The claim's tickets are ours: each gets its job in the ledger before anything is sent. */
export function take(delivery: Delivery, answer: Claim): DeliveryStep {
  const jobs = new Map(
    answer.tickets.map(({ ticket, code }): [string, ClaimedTicket] => [
      ticket.id,
      { jobId: `${claimKey(delivery)}-${ticket.id}`, ticket, code, reprint: answer.reprint },
    ]),
  );
  const tickets = delivery.tickets.map((ticket): DeliveryTicket => {
    const job = ticket.state === 'wanted' ? jobs.get(ticket.id) : undefined;
    return job === undefined ? ticket : { ...ticket, state: 'claimed', claimed: job };
  });
  const held: Delivery = { ...delivery, claimOpen: false, tickets };
  const effects = ticketsIn(held, 'claimed').flatMap(({ claimed: job }): DeliveryEffect[] =>
    job === undefined ? [] : [{ kind: 'queue-job', jobId: job.jobId, leaseId: answer.leaseId, ticketId: job.ticket.id, reprint: job.reprint }],
  );
  return { delivery: held, effects };
}

/** The next claimed ticket into the printer, or the end of the run. */
export function printNext(delivery: Delivery, at: Instant, { limits, printer: printers }: Pick<DeliveryContext, 'limits' | 'printer'>): DeliveryStep {
  const [next] = ticketsIn(delivery, 'claimed');
  if (next?.claimed !== undefined) {
    const printer = pickPrinter(printers, delivery.avoid);
    const inPrinter: DeliveryTicket = { ...next, state: 'in-printer', printer };
    const printing: Delivery = { ...withTicket(delivery, inPrinter), stage: { kind: 'printing', leaseEnding: false } };
    return { delivery: printing, effects: [{ kind: 'print', printer, claimed: next.claimed }] };
  }
  if (ticketsIn(delivery, 'wanted').length > 0) return claim(delivery, 0, at, limits);
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

/** Everything claimed and untouched goes back to the box office; it may be claimed again. */
export function giveBackAll(delivery: Delivery): DeliveryStep {
  const effects = ticketsIn(delivery, 'claimed').flatMap((ticket): DeliveryEffect[] =>
    ticket.claimed === undefined ? [] : [{ kind: 'give-back', jobId: ticket.claimed.jobId }],
  );
  const tickets = delivery.tickets.map(
    (ticket): DeliveryTicket =>
      ticket.state === 'claimed' ? { ...ticket, state: 'wanted', claimed: undefined, printer: undefined, triedAgain: false } : ticket,
  );
  return { delivery: { ...delivery, tickets }, effects };
}

export function stop(delivery: Delivery, why: PrintStopReason, before: readonly DeliveryEffect[]): DeliveryStep {
  const stopped: Delivery = { ...delivery, stage: { kind: 'stopped', stop: why } };
  if (delivery.attended) return { delivery: stopped, effects: before };
  const left = giveUp(stopped);
  return { delivery: left.delivery, effects: [...before, ...left.effects] };
}

/** Nobody waits for the rest: it can be collected at any machine with the same code. A claim in doubt is asked for once more, to be given back. */
export function giveUp(delivery: Delivery): DeliveryStep {
  const told: DeliveryEffect = { kind: 'tell', news: 'closed' };
  if (!delivery.claimOpen) {
    const closed = close(delivery);
    return { delivery: closed.delivery, effects: [...closed.effects, told] };
  }
  const settling: Delivery = { ...delivery, attended: false, stage: { kind: 'settling', recent: false } };
  return { delivery: settling, effects: [{ kind: 'stop-waiting', timer: 'lease' }, claimCall(settling), told] };
}

export function close(delivery: Delivery): DeliveryStep {
  const back = giveBackAll(delivery);
  return {
    delivery: { ...back.delivery, stage: { kind: 'closed' } },
    effects: [...back.effects, { kind: 'stop-waiting', timer: 'lease' }, { kind: 'stop-waiting', timer: 'retry' }],
  };
}

export function withTicket(delivery: Delivery, changed: DeliveryTicket): Delivery {
  return { ...delivery, tickets: delivery.tickets.map((ticket) => (ticket.id === changed.id ? changed : ticket)) };
}
