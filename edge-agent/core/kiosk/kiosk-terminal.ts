import { unreachable } from '../base/fault.ts';
import { LIMITS } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import type { PaymentAttempt } from '../contract/box-office/sales.ts';
import type { IdempotencyKey } from '../contract/identifiers.ts';
import type { GoodsDecision } from '../ports/payment-terminal.ts';
import {
  type Booking,
  type BookingEffect,
  type BookingEnding,
  type BookingInput,
  type BookingStage,
  type BookingStep,
  occupiesTerminal,
} from './booking.ts';
import { adoptBooking, beginBooking, goodsDecision, stepBooking } from './booking-step.ts';
import type { CallAnswer } from './calls.ts';
import { ticketsIn } from './delivery.ts';
import type { KioskEffect, KioskState, KioskStep, Owner, TerminalView } from './kiosk.ts';
import { attemptEnds } from './payment-step.ts';
import type { Sale } from './sale.ts';

/** The card terminal's side of the kiosk: what a sale wants of its booking, and what the box office wants of this machine's terminal. */

/** A payment can be begun at the terminal: it answers, and nothing that it did is open. */
export function terminalIsFree({ terminal, bookings }: KioskState): boolean {
  return terminal.isWell && ![...bookings.values()].some(occupiesTerminal);
}

/** Brings the bookings of a sale's order into line with what the sale wants now. */
export function mindBookings(state: KioskState, sale: Sale, at: Instant): KioskStep {
  let step: KioskStep = { state, effects: [] };
  const { attemptKey, orderId, order, stage } = sale;
  const atTerminal = sale.choice?.method === 'card-terminal';
  if (atTerminal && stage.kind === 'starting' && attemptKey !== undefined && order !== undefined && !state.bookings.has(attemptKey)) {
    const booking = beginBooking(attemptKey, order.id, order.total, state.terminal.newest, at);
    step = join(step, (next) => applyBooking(next, { booking, effects: [] }));
  }
  for (const booking of step.state.bookings.values()) {
    if (booking.orderId !== orderId) continue;
    const input = wish(sale, booking, at);
    if (input !== undefined) step = join(step, (next) => stepBookingOf(next, booking.attemptKey, input));
  }
  return step;
}

function wish(sale: Sale, booking: Booking, at: Instant): BookingInput | undefined {
  const { stage, attempt } = sale;
  const isMine = booking.attemptKey === sale.attemptKey;
  const goesOn = stage.kind === 'starting' || stage.kind === 'paying' || stage.kind === 'unknown' || stage.kind === 'confirming';
  // A sale that has ended paid wants its money; so does one whose end nobody could tell.
  const isKept = stage.kind === 'ended' && (stage.how === 'paid' || stage.how === 'unresolved');
  if (!isKept && (!isMine || !goesOn)) return booking.wanted ? { kind: 'unwanted', at } : undefined;
  const isOpen = attempt?.status === 'submitted' || attempt?.status === 'user-paying';
  const mayGo = isMine && stage.kind === 'paying' && booking.stage.kind === 'opening' && attempt?.key === booking.attemptKey && isOpen;
  return mayGo ? { kind: 'go', at, expiresAt: attemptEnds(sale, attempt) } : undefined;
}

const join = (step: KioskStep, go: (state: KioskState) => KioskStep): KioskStep => {
  const next = go(step.state);
  return { state: next.state, effects: [...step.effects, ...next.effects] };
};

/** What became of a booking, and what the box office said of its attempt on the way. */
export interface BookingKioskStep extends KioskStep {
  readonly news: readonly PaymentAttempt[];
}

export function stepBookingOf(state: KioskState, attemptKey: string, input: BookingInput): BookingKioskStep {
  const booking = state.bookings.get(attemptKey);
  return booking === undefined ? { state, effects: [], news: [] } : applyBooking(state, stepBooking(booking, input, state.limits));
}

function applyBooking(state: KioskState, { booking, effects }: BookingStep): BookingKioskStep {
  const bookings = new Map(state.bookings);
  const { stage, attemptKey } = booking;
  if (stage.kind === 'ended') bookings.delete(attemptKey);
  else bookings.set(attemptKey, booking);
  const owner: Owner = { kind: 'booking', id: attemptKey };
  return {
    state: { ...state, bookings, terminal: terminalAfter(state.terminal, booking) },
    effects: [
      { kind: 'save-booking', booking },
      ...(isLeft(stage)
        ? [{ kind: 'sale-event', saleId: attemptKey.replace(/-p\d+$/, ''), orderId: booking.orderId, step: 'stopped' } as const]
        : []),
      ...effects.flatMap((effect) => ofTheKiosk(effect, booking, owner)),
    ],
    news: effects.flatMap((effect) => (effect.kind === 'tell' ? [effect.attempt] : [])),
  };
}

const isLeft = (stage: BookingStage): boolean => stage.kind === 'ended' && stage.how === 'person';

function ofTheKiosk(effect: BookingEffect, booking: Booking, owner: Owner): KioskEffect[] {
  switch (effect.kind) {
    case 'call':
    case 'wait':
    case 'stop-waiting':
      return [{ ...effect, owner }];
    case 'terminal':
      return [{ ...effect, booking }];
    case 'tell':
      return [];
    default:
      return unreachable(effect);
  }
}

function terminalAfter(terminal: TerminalView, { stage, receipt, attemptKey, orderId }: Booking): TerminalView {
  const newest = stage.kind === 'telling-reversal' ? stage.reversal : receipt;
  return {
    ...terminal,
    text: stage.kind === 'authorising' ? terminal.text : undefined,
    newest: newest ?? terminal.newest,
    leftToPerson: isLeft(stage) ? new Map([...terminal.leftToPerson, [attemptKey, orderId]]) : terminal.leftToPerson,
  };
}

/** What the terminal hears when it asks whether the goods came out. */
export function decideGoods(state: KioskState, attemptKey: string, now: Instant): GoodsDecision {
  const booking = state.bookings.get(attemptKey);
  return booking === undefined ? 'wait' : goodsDecision(booking, isIssued(state, booking), now, state.limits);
}

/** Every ticket is out or in doubt, or the printing has stopped: then the claim is what the guest has, and the seats are sold either way. */
function isIssued(state: KioskState, { orderId }: Booking): boolean {
  if (state.terminal.goods === 'confirmed') return true;
  const isUnpaid = [...state.sales.values()].some((sale) => sale.orderId === orderId);
  const delivery = [...state.deliveries.values()].find((each) => each.orderId === orderId);
  if (delivery === undefined) return !isUnpaid;
  const { kind } = delivery.stage;
  return ticketsIn(delivery, 'wanted', 'claimed', 'in-printer').length === 0 || (kind !== 'claiming' && kind !== 'printing');
}

/** Attempts that the box office wants something of this machine's terminal for, and asks for the next time they are due. */
export function learnDuties(state: KioskState, { outcome, known }: Extract<CallAnswer, { name: 'readTerminalDuties' }>, at: Instant): KioskStep {
  let step: KioskStep = { state, effects: [{ kind: 'wait', owner: TERMINAL, timer: 'duties', after: state.limits.dutiesEvery }] };
  if (outcome.kind !== 'answered') return step;
  const { attempts } = outcome.answer;
  const { leftToPerson } = state.terminal;
  for (const attempt of attempts) {
    if (state.bookings.has(attempt.key)) continue;
    if (leftToPerson.has(attempt.key)) {
      if (attempt.needsPerson !== true) step = { state: step.state, effects: [...step.effects, leftTo(attempt.key)] };
      continue;
    }
    // What this ledger never had was begun after all that it has.
    const before = known.has(attempt.key) ? undefined : state.terminal.newest;
    step = join(step, (next) => applyBooking(next, adoptBooking(attempt, before, at)));
  }
  const listed = new Set(attempts.map(({ key }) => key));
  return attempts.length < LIMITS.payment.terminalDutiesMax ? join(step, (next) => askAboutLeft(next, listed)) : step;
}

/** The box office hears that this machine does nothing more about it, until it says so itself; then its view shows the payment to staff, who can say what they found. */
const leftTo = (attemptKey: IdempotencyKey): KioskEffect => ({
  kind: 'call',
  owner: TERMINAL,
  call: { name: 'reportTerminal', attemptKey, result: { outcome: 'left-to-person' } },
});

/** What was left to a person and is no duty any more has an end there. Some at a time, in turn. */
function askAboutLeft(state: KioskState, listed: ReadonlySet<string>): KioskStep {
  const left = [...state.terminal.leftToPerson];
  const asked = left.filter(([key]) => !listed.has(key)).slice(0, ASKED_AT_ONCE);
  if (asked.length === 0) return { state, effects: [] };
  const keys = new Set(asked.map(([key]) => key));
  const inTurn = new Map([...left.filter(([key]) => !keys.has(key)), ...asked]);
  return {
    state: { ...state, terminal: { ...state.terminal, leftToPerson: inTurn } },
    effects: asked.map(([attemptKey]) => ({ kind: 'call', owner: TERMINAL, call: { name: 'readPayment', attemptKey } })),
  };
}

const ASKED_AT_ONCE = 4;

/** How a payment that was left to a person has ended at the box office: from then on it is kept, counted and forgotten like any other. */
export function learnSettled(state: KioskState, { attemptKey, outcome }: Extract<CallAnswer, { name: 'readPayment' }>): KioskStep {
  const orderId = state.terminal.leftToPerson.get(attemptKey);
  const how = orderId === undefined ? undefined : endingOf(outcome);
  if (orderId === undefined || how === undefined) return { state, effects: [] };
  const leftToPerson = new Map([...state.terminal.leftToPerson].filter(([key]) => key !== attemptKey));
  const lost: readonly KioskEffect[] = how === 'forgotten' ? [{ kind: 'order-unknown', orderId, amount: undefined }] : [];
  return { state: { ...state, terminal: { ...state.terminal, leftToPerson } }, effects: [{ kind: 'booking-settled', attemptKey, how }, ...lost] };
}

function endingOf(outcome: Extract<CallAnswer, { name: 'readPayment' }>['outcome']): BookingEnding | undefined {
  if (outcome.kind === 'refused') return 'forgotten';
  if (outcome.kind === 'away') return undefined;
  switch (outcome.answer.status) {
    case 'succeeded':
      return 'paid';
    case 'refunded':
      return 'reversed';
    case 'failed':
    case 'closed':
      return 'no-money';
    default:
      return undefined;
  }
}

export const TERMINAL: Owner = { kind: 'terminal', id: 'terminal' };

export const askDuties: KioskEffect = { kind: 'call', owner: TERMINAL, call: { name: 'readTerminalDuties' } };

/** It came or went. What could not be asked of it meanwhile is asked at once. */
export function terminalChanged(state: KioskState, isWell: boolean, at: Instant): KioskStep {
  const changed: KioskState = { ...state, terminal: { ...state.terminal, isWell } };
  if (!isWell || state.terminal.isWell) return { state: changed, effects: [] };
  let step: KioskStep = { state: changed, effects: [askDuties] };
  for (const key of changed.bookings.keys()) step = join(step, (next) => stepBookingOf(next, key, { kind: 'terminal-back', at }));
  return step;
}

/** Of bookings that a restart left open. While something is open, or left to a person, the box office is asked also without a terminal, which may never come back. */
export function restoreBookings(state: KioskState, bookings: readonly Booking[], at: Instant): KioskStep {
  const isOpen = bookings.length + state.terminal.leftToPerson.size > 0;
  const known: KioskState = { ...state, bookings: new Map(bookings.map((booking) => [booking.attemptKey, booking])) };
  let step: KioskStep = { state: known, effects: isOpen ? [askDuties] : [] };
  for (const { attemptKey } of bookings) step = join(step, (next) => stepBookingOf(next, attemptKey, { kind: 'restarted', at }));
  return step;
}
