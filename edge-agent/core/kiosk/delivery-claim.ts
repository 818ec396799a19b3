import { unreachable } from '../base/fault.ts';
import type { Instant } from '../base/time.ts';
import type { Claim, ClaimRefusal, ReprintRefusal } from '../contract/box-office/sales.ts';
import type { CallOutcome, UnknownOrder } from './calls.ts';
import {
  type Delivery,
  type DeliveryContext,
  type DeliveryEffect,
  type DeliveryStep,
  type DeliveryTicket,
  type ReprintResult,
  ticketsIn,
} from './delivery.ts';
import { claim, giveBackAll, giveUp, printNext, stay, stop, take, usable } from './delivery-moves.ts';
import type { SaleLimits } from './sale.ts';

/** The box office's answer to a claim. */
export function learnClaim(
  delivery: Delivery,
  outcome: CallOutcome<Claim, ClaimRefusal | UnknownOrder>,
  at: Instant,
  context: DeliveryContext,
): DeliveryStep {
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
      return claimRefused(delivery, stage.tries, outcome.refusal, at, context);
    case 'answered':
      return claimed(delivery, outcome.answer, at, context);
    default:
      return unreachable(outcome);
  }
}

/** The box office's answer to the wish for a reprint. A refusal is the end of it: the same wish would be refused again. */
export function learnReprint(
  delivery: Delivery,
  outcome: CallOutcome<Claim, ReprintRefusal | UnknownOrder>,
  at: Instant,
  context: DeliveryContext,
): DeliveryStep {
  if (delivery.stage.kind !== 'claiming') return stay(delivery);
  switch (outcome.kind) {
    case 'refused': {
      const { refusal } = outcome;
      return endReprint({ ...delivery, claimOpen: false }, refusal.code === 'unknown-order' ? { kind: 'away' } : { kind: 'refused', refusal });
    }
    case 'answered':
      return claimed(delivery, outcome.answer, at, context);
    case 'away': {
      const tries = delivery.stage.tries + 1;
      if (tries >= context.limits.claimTries) return endReprint(delivery, { kind: 'away' });
      return {
        delivery: { ...delivery, stage: { kind: 'claiming', tries } },
        effects: [{ kind: 'wait', timer: 'retry', after: context.limits.pollEvery }],
      };
    }
    default:
      return unreachable(outcome);
  }
}

function endReprint(delivery: Delivery, result: ReprintResult): DeliveryStep {
  const ended = giveUp(delivery);
  return { delivery: ended.delivery, effects: [...ended.effects, { kind: 'reprint-ended', result }] };
}

function claimed(delivery: Delivery, answer: Claim, at: Instant, context: DeliveryContext): DeliveryStep {
  const { limits } = context;
  const taken = take(delivery, answer);
  // A claim that gives nothing would be asked for again without end.
  if (taken.effects.length === 0) return stop(taken.delivery, 'needs-staff', []);
  if (delivery.reprint === undefined && ownLeaseLeft(delivery, at, limits) <= limits.leaseLeftToPrint) return claimAnew(taken, at, limits);
  const next = printNext(taken.delivery, at, context);
  const lease: DeliveryEffect = { kind: 'wait', timer: 'lease', after: usable(leaseLeft(delivery, answer, at, limits), limits) };
  return { delivery: next.delivery, effects: [...taken.effects, lease, ...next.effects] };
}

/** What the box office says, but never more than is left by our own clock since we asked: a wrong clock on either side cannot stretch a lease. */
function leaseLeft(delivery: Delivery, answer: Claim, at: Instant, limits: SaleLimits): number {
  const told = Date.parse(answer.until) - at;
  const left = ownLeaseLeft(delivery, at, limits);
  return told > 0 ? Math.min(told, left) : left;
}

const ownLeaseLeft = (delivery: Delivery, at: Instant, limits: SaleLimits): number =>
  Math.max(0, limits.claimLease - Math.max(0, at - delivery.claimedAt));

/** The answer came when its lease had lapsed: a person may say meanwhile what became of the tickets. Nothing is printed under it; all of it is asked for again. */
function claimAnew({ delivery, effects }: DeliveryStep, at: Instant, limits: SaleLimits): DeliveryStep {
  const back = giveBackAll(delivery);
  const tries = delivery.stage.kind === 'claiming' ? delivery.stage.tries + 1 : limits.claimTries;
  const next = tries < limits.claimTries ? claim(back.delivery, tries, at, limits) : stop(back.delivery, 'needs-staff', []);
  return { delivery: next.delivery, effects: [...effects, ...back.effects, ...next.effects] };
}

function claimRefused(asked: Delivery, tries: number, refusal: ClaimRefusal | UnknownOrder, at: Instant, context: DeliveryContext): DeliveryStep {
  const delivery: Delivery = { ...asked, claimOpen: false };
  if (refusal.code === 'unknown-order') return stop(delivery, 'needs-staff', [{ kind: 'order-unknown' }]);
  if (refusal.code === 'not-confirmed') return stop(delivery, 'needs-staff', []);
  const isOurs = refusal.tickets.some((ticket) => ticket.printState === 'claimed' && ticket.machine === delivery.machine);
  if (isOurs) return tries + 1 < context.limits.claimTries ? askLater(delivery, tries + 1, context) : stop(delivery, 'needs-staff', []);
  const gone = new Set(refusal.tickets.filter((ticket) => ticket.printState !== 'pending').map((ticket) => ticket.id));
  const tickets = delivery.tickets.map((ticket): DeliveryTicket => (gone.has(ticket.id) ? { ...ticket, state: 'elsewhere' } : ticket));
  const rest: Delivery = { ...delivery, tickets };
  if (gone.size === 0 || ticketsIn(rest, 'wanted').length === 0) return stop(rest, 'elsewhere', []);
  return claim(rest, tries + 1, at, context.limits);
}

/** Our own `not-printed` of a moment ago has not arrived there yet. A refused key stays refused, so the next question has a new one. */
function askLater(delivery: Delivery, tries: number, { limits }: DeliveryContext): DeliveryStep {
  return { delivery: { ...delivery, stage: { kind: 'claiming', tries } }, effects: [{ kind: 'wait', timer: 'retry', after: limits.pollEvery }] };
}
