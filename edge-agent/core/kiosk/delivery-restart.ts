import { unreachable } from '../base/fault.ts';
import type { Instant } from '../base/time.ts';
import type { Claim, ClaimRefusal, Order, ReprintRefusal } from '../contract/box-office/sales.ts';
import type { CallOutcome, UnknownOrder } from './calls.ts';
import { type Delivery, type DeliveryContext, type DeliveryEffect, type DeliveryStep, type DeliveryTicket, ticketsIn } from './delivery.ts';
import { claimCall, close, giveBackAll, giveUp, stay, take } from './delivery-moves.ts';

/**
 * After a restart the ledger has already turned what was in the printer into `uncertain` and given back what was only claimed (that is `uncertain`, too, when
 * the machine was off). A claim without an answer is
 * asked for once more, to be given back as well; and a guest who may still be there is shown where things stand.
 */
export function restarted(delivery: Delivery, wasRecent: boolean): DeliveryStep {
  // Nobody at the screen waits for a reprint.
  const recent = wasRecent && delivery.reprint === undefined;
  const alone: Delivery = { ...delivery, attended: false };
  // This one had been given up before: its guest has been told and only the claim is left.
  if (delivery.stage.kind === 'settling') return { delivery: alone, effects: [settlingCall(alone)] };
  if (!recent) return leave(alone);
  if (!delivery.claimOpen) return restoreOrClose(alone, []);
  const settling: Delivery = { ...alone, stage: { kind: 'settling', recent } };
  return { delivery: settling, effects: [claimCall(settling)] };
}

function restoreOrClose(delivery: Delivery, before: readonly DeliveryEffect[]): DeliveryStep {
  const isOpen = ticketsIn(delivery, 'wanted', 'claimed', 'uncertain').length > 0;
  const next = isOpen ? startRestoring(delivery) : giveUp(delivery);
  return { delivery: next.delivery, effects: [...before, ...next.effects] };
}

function startRestoring(delivery: Delivery): DeliveryStep {
  const back = giveBackAll(delivery);
  const restoring: Delivery = { ...back.delivery, stage: { kind: 'restoring', tries: 0 } };
  return { delivery: restoring, effects: [...back.effects, readCall(restoring)] };
}

/**
 * Nobody is there any more to be shown anything. What of it was not proven to be printed is the box office's to show to staff, unless it has lost the order: it is
 * asked until it has said so, however long that takes, because otherwise nobody would ever hear of it.
 */
function leave(delivery: Delivery): DeliveryStep {
  const isOpen = ticketsIn(delivery, 'wanted', 'claimed', 'uncertain').length > 0;
  if (delivery.claimOpen || delivery.reprint !== undefined || !isOpen) return giveUp(delivery);
  const back = giveBackAll(delivery);
  const settling: Delivery = { ...back.delivery, attended: false, stage: { kind: 'settling', recent: false } };
  const effects: readonly DeliveryEffect[] = [{ kind: 'stop-waiting', timer: 'lease' }, readCall(settling), { kind: 'tell', news: 'closed' }];
  return { delivery: settling, effects: [...back.effects, ...effects] };
}

/** Of a claim in doubt the claim is asked for again; without one, whether the order is known. */
export const settlingCall = (delivery: Delivery): DeliveryEffect => (delivery.claimOpen ? claimCall(delivery) : readCall(delivery));

export const readCall = (delivery: Delivery): DeliveryEffect => ({ kind: 'call', call: { name: 'readOrder', orderId: delivery.orderId } });

/** The answer to a claim that nobody wants any more. */
export function settle(
  delivery: Delivery,
  outcome: CallOutcome<Claim, ClaimRefusal | ReprintRefusal | UnknownOrder>,
  at: Instant,
  { limits }: DeliveryContext,
): DeliveryStep {
  if (delivery.stage.kind !== 'settling') return stay(delivery);
  const { recent } = delivery.stage;
  switch (outcome.kind) {
    case 'refused': {
      const rest: Delivery = { ...delivery, claimOpen: false, tickets: doubted(delivery, outcome.refusal) };
      if (outcome.refusal.code !== 'unknown-order') return settled(rest, recent, []);
      return recent ? lost(rest) : settled(rest, recent, [{ kind: 'order-unknown' }]);
    }
    case 'answered': {
      const taken = take(delivery, outcome.answer);
      return settled(taken.delivery, recent, taken.effects);
    }
    case 'away': {
      // The box office gives a lapsed lease to nobody else, so what it may have given us is asked for until it has answered, however long that takes; only
      // the guest is not taken to be there any more.
      if (recent && at - delivery.claimedAt > 2 * limits.claimLease) return giveUp(delivery);
      return { delivery, effects: [{ kind: 'wait', timer: 'retry', after: recent ? limits.leaseLeftToPrint : limits.pollSlowest }] };
    }
    default:
      return unreachable(outcome);
  }
}

/** What we may have printed under the lease before the machine was off: the box office leaves it to a person. */
function doubted({ tickets, machine }: Delivery, refusal: ClaimRefusal | ReprintRefusal | UnknownOrder): readonly DeliveryTicket[] {
  if (refusal.code !== 'not-pending') return tickets;
  const ours = new Set(refusal.tickets.filter((each) => each.printState === 'uncertain' && each.machine === machine).map(({ id }) => id));
  return tickets.map((ticket) => (ticket.state === 'wanted' && ours.has(ticket.id) ? { ...ticket, state: 'uncertain' } : ticket));
}

function settled(delivery: Delivery, recent: boolean, before: readonly DeliveryEffect[]): DeliveryStep {
  if (recent) return restoreOrClose(delivery, before);
  const closed = close(delivery);
  return { delivery: closed.delivery, effects: [...before, ...closed.effects] };
}

export function restore(delivery: Delivery, outcome: CallOutcome<Order, UnknownOrder>, { limits }: DeliveryContext): DeliveryStep {
  if (delivery.stage.kind === 'settling' && !delivery.claimOpen) {
    if (outcome.kind === 'away') return { delivery, effects: [{ kind: 'wait', timer: 'retry', after: limits.pollSlowest }] };
    return settled(delivery, false, outcome.kind === 'refused' ? [{ kind: 'order-unknown' }] : []);
  }
  if (delivery.stage.kind !== 'restoring') return stay(delivery);
  if (outcome.kind === 'answered') {
    const stopped: Delivery = { ...delivery, attended: true, order: outcome.answer, stage: { kind: 'stopped', stop: 'needs-staff' } };
    return { delivery: stopped, effects: [{ kind: 'tell', news: 'restored' }] };
  }
  if (outcome.kind === 'refused') return lost(delivery);
  const tries = delivery.stage.tries + 1;
  if (tries >= limits.claimTries) return leave(delivery);
  return { delivery: { ...delivery, stage: { kind: 'restoring', tries } }, effects: [{ kind: 'wait', timer: 'retry', after: limits.pollEvery }] };
}

/** There is nothing to show the guest; her money is for a person to look for. */
function lost(delivery: Delivery): DeliveryStep {
  const ended = giveUp(delivery);
  return { delivery: ended.delivery, effects: [...ended.effects, { kind: 'order-unknown' }] };
}
