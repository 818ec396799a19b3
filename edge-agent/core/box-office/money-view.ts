import { unreachable } from '../base/fault.ts';
import { LIMITS } from '../base/limits.ts';
import type { Money } from '../base/money.ts';
import { type Instant, minus, toIso } from '../base/time.ts';
import type { MoneyAction, MoneyItem, MoneyItemKind, MoneyStep, MoneyView } from '../contract/box-office/money-view.ts';
import type { PaymentFinding } from '../contract/box-office/settle-payment.ts';
import { MachineId, type OrderId } from '../contract/identifiers.ts';
import { judgeRefund } from './judge-refund.ts';
import { hasEnded } from './payment-attempt.ts';
import { isTakenBack, type ProviderCall } from './payment-schedule.ts';
import { isInDoubt } from './print-record.ts';
import type { AttemptRecord, OrderRecord, TicketRecord } from './records.ts';

/** The site's open money and paper, told from its records. */

/** An order with something open, and everything that says what may be done about it. */
export interface OpenOrder {
  readonly order: OrderRecord;
  readonly tickets: readonly TicketRecord[];
  readonly show: { readonly startsAt: string };
  readonly isUsed: boolean;
  /** Its attempts that are neither at rest nor merely under way. */
  readonly attempts: readonly OpenAttempt[];
}

export interface OpenAttempt {
  readonly attempt: AttemptRecord;
  /** What the box office will ask next and when; undefined when it asks nobody. */
  readonly due: { readonly call: ProviderCall; readonly at: Instant } | undefined;
}

/** A machine has told of it; it was sold before this box office was restored from an older copy. */
export interface UnknownOrder {
  readonly orderId: OrderId;
  /** As the machine knew it. */
  readonly amount: Money | undefined;
  readonly machine: MachineId;
  readonly toldAt: Instant;
}

export function moneyView(orders: readonly OpenOrder[], unknown: readonly UnknownOrder[], now: Instant): MoneyView {
  const known = orders.flatMap((open) => [...open.attempts.flatMap((each) => attemptItem(open, each, now)), ...ticketItems(open, now)]);
  const items = [...unknown.map(unknownItem), ...known];
  const sorted = items.toSorted((a, b) => WEIGHT[a.kind] - WEIGHT[b.kind] || compare(a.since, b.since) || compare(a.reference, b.reference));
  return { at: toIso(now), items: sorted.slice(0, LIMITS.boxOffice.moneyItemsMax), more: sorted.length > LIMITS.boxOffice.moneyItemsMax };
}

/** Whether a payment belongs into the view: a guest who is paying right now is nobody's worry. */
export function isOpenMoney(attempt: AttemptRecord): boolean {
  const { phase, needsPerson } = attempt.state;
  return isTakenBack(attempt) || phase === 'unknown' || phase === 'refunding' || (needsPerson === true && !hasEnded(phase));
}

/** What waits for a person comes first. */
const WEIGHT: Readonly<Record<MoneyItemKind, number>> = {
  'print-uncertain': 0,
  'taken-back': 1,
  'order-unknown': 2,
  'payment-needs-person': 3,
  'refund-needs-person': 4,
  'paid-not-printed': 5,
  'payment-unknown': 6,
  'terminal-reversal': 7,
  'refund-in-flight': 8,
  'print-claimed': 9,
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const unknownItem = ({ orderId, amount, machine, toldAt }: UnknownOrder): MoneyItem => ({
  kind: 'order-unknown',
  orderId,
  ...(amount === undefined ? {} : { amount }),
  machine,
  since: toIso(toldAt),
  reference: orderId,
  next: { step: 'person-decides' },
  actions: [],
});

function attemptItem({ order, show }: OpenOrder, { attempt, due }: OpenAttempt, now: Instant): MoneyItem[] {
  if (!isOpenMoney(attempt)) return [];
  // From then on it is a difference in the day's figures.
  const isHistory = isTakenBack(attempt) && Date.parse(show.startsAt) < minus(now, LIMITS.boxOffice.unprintedShownAfterShow);
  if (isHistory) return [];
  const isReturn = attempt.state.phase === 'refunding';
  const since = isReturn && order.paidBy === attempt.key ? (order.refund?.at ?? attempt.paidAt) : attempt.paidAt;
  return [
    {
      kind: attemptKind(attempt),
      orderId: order.id,
      machine: attempt.machine ?? order.machine,
      amount: attempt.amount,
      since: toIso(attempt.takenBackAt ?? since ?? attempt.createdAt),
      reference: attempt.merchantOrder,
      next: attemptNext(attempt, due),
      payment: { key: attempt.key, findings: [...findingsOf(attempt)] },
      actions: [],
    },
  ];
}

/** What a person may say of a payment. A provider is asked by itself for ever, so its word is waited for; a card terminal that is left to a person is asked no more. */
export function findingsOf(attempt: AttemptRecord): readonly PaymentFinding[] {
  const { method, state } = attempt;
  const { phase, needsPerson } = state;
  if (method !== 'card-terminal') return [];
  if (isTakenBack(attempt)) return ['guest-paid', 'let-go'];
  if (needsPerson !== true) return [];
  if (phase === 'refunding') return ['given-back'];
  return hasEnded(phase) ? [] : ['booked', 'not-booked', 'given-back'];
}

function attemptKind(attempt: AttemptRecord): MoneyItemKind {
  if (isTakenBack(attempt)) return 'taken-back';
  const { method, state } = attempt;
  const { phase, needsPerson } = state;
  if (phase !== 'refunding') return needsPerson === true ? 'payment-needs-person' : 'payment-unknown';
  if (needsPerson === true) return 'refund-needs-person';
  return method === 'card-terminal' ? 'terminal-reversal' : 'refund-in-flight';
}

function attemptNext(attempt: AttemptRecord, due: OpenAttempt['due']): MoneyItem['next'] {
  if (isTakenBack(attempt)) return { step: 'person-decides' };
  const { method, state } = attempt;
  // A terminal is the kiosk's to ask: it reads its duties every minute, and nobody here knows of the next.
  if (method === 'card-terminal') {
    if (state.phase === 'refunding') return { step: state.needsPerson === true ? 'person-decides' : 'terminal-books-back' };
    // Overdue, or the terminal tells of another payment: a kiosk that is back asks, but nobody should wait for it.
    return { step: state.needsPerson === true ? 'person-decides' : 'terminal-is-asked' };
  }
  if (due === undefined) return { step: 'person-decides' };
  return { step: stepOf(due.call), at: toIso(due.at) };
}

function stepOf(call: ProviderCall): MoneyStep {
  switch (call) {
    case 'create':
    case 'pay-code':
    case 'query':
      return 'provider-is-asked';
    case 'close':
      return 'payment-is-closed';
    case 'reverse':
      return 'payment-is-undone';
    case 'refund':
    case 'query-refund':
      return 'refund-is-asked';
    case 'overdue':
      return 'terminal-is-asked';
    default:
      return unreachable(call);
  }
}

function ticketItems(open: OpenOrder, now: Instant): MoneyItem[] {
  const { order, tickets } = open;
  if (order.status !== 'confirmed') return [];
  // An order that was just paid is being printed, and a machine needs a moment to claim; a doubt is one at once, and so is what a person has looked at.
  const isFresh = (order.soldAt ?? order.createdAt) > minus(now, LIMITS.boxOffice.unprintedAfter);
  return tickets
    .filter(
      ({ status, print }) =>
        status === 'valid' && print.state !== 'printed' && (!isFresh || print.state === 'uncertain' || print.history !== undefined),
    )
    .map((ticket): MoneyItem => {
      const { kind, next, actions } = paperOf(ticket, open, now);
      return {
        kind,
        orderId: order.id,
        ticketId: ticket.id,
        seat: `${ticket.face.row}-${ticket.face.number}`.slice(0, 16),
        machine: ticket.print.machine === undefined ? order.machine : MachineId.parse(ticket.print.machine),
        amount: { minor: ticket.face.price.minor + ticket.face.fee.minor, currency: ticket.face.price.currency },
        since: toIso(order.soldAt ?? order.createdAt),
        reference: ticket.id,
        next,
        actions,
      };
    });
}

function paperOf({ print }: TicketRecord, open: OpenOrder, now: Instant): Pick<MoneyItem, 'kind' | 'next' | 'actions'> {
  switch (print.state) {
    case 'uncertain':
      return { kind: 'print-uncertain', next: { step: 'person-decides' }, actions: ['resolve-print'] };
    case 'claimed': {
      const isDoubtful = isInDoubt(print, now);
      const next = { step: isDoubtful ? 'machine-reports' : 'machine-prints', ...until(print.leaseUntil, isDoubtful) } as const;
      return { kind: 'print-claimed', next, actions: isDoubtful ? ['resolve-print'] : [] };
    }
    case 'pending':
      return { kind: 'paid-not-printed', next: { step: 'guest-collects' }, actions: ['resume', ...refundOf(open, now)] };
    case 'printed':
      return { kind: 'paid-not-printed', next: { step: 'guest-collects' }, actions: [] };
    default:
      return unreachable(print.state);
  }
}

const until = (lease: Instant | undefined, isOver: boolean) => (lease === undefined || isOver ? {} : { at: toIso(lease) });

/** Said as the refund itself would be judged, so that nothing is offered that would be refused. */
function refundOf({ order, tickets, show, isUsed }: OpenOrder, now: Instant): MoneyAction[] {
  const refusal = judgeRefund({ order, tickets, show, isUsed, reason: 'other', by: '', now });
  if (refusal === undefined) return ['refund'];
  return refusal.code === 'needs-approval' ? ['refund-approved'] : [];
}
