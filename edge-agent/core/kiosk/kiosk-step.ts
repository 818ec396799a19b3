import { unreachable } from '../base/fault.ts';
import type { Instant } from '../base/time.ts';
import type { BookingInput } from './booking.ts';
import type { CallAnswer } from './calls.ts';
import { canResume, type Delivery } from './delivery.ts';
import { beginReprint, stepDelivery } from './delivery-step.ts';
import type { Asked, CommandReply, KioskCommand, KioskEffect, KioskInput, KioskScan, KioskState, KioskStep } from './kiosk.ts';
import { applyDelivery, applySale, contextOf, pendingTickets, reply, startDelivery, stepDeliveryOf, stepSaleOf } from './kiosk-parts.ts';
import { askDuties, learnDuties, learnSettled, restoreBookings, stepBookingOf, terminalChanged, terminalIsFree } from './kiosk-terminal.ts';
import { mayPay, wantedScan } from './payment-choice.ts';
import { offersHere, type PaymentOffer } from './payment-offers.ts';
import type { SaleInput } from './sale.ts';
import { beginSale, mayCancel, stepSale } from './sale-step.ts';
import { mayHaveReceipt, mayHaveSlip } from './side-papers.ts';

/** One input of the kiosk. A command that means nothing at this moment changes nothing and is told the truth. */
export function stepKiosk(state: KioskState, input: KioskInput): KioskStep {
  switch (input.kind) {
    case 'command':
      return command(state, input.command, input.request, input.at);
    case 'scanned':
      return scanned(state, input.scan, input.visitId, input.at);
    case 'answered':
      return answered(state, input);
    case 'elapsed':
      return elapsed(state, input);
    case 'job-ended':
      return stepDeliveryOf(state, input.deliveryId, input);
    case 'paper-ended':
      return paperEnded(state, input);
    case 'printer':
      return printerChanged({ ...state, printer: input.printer }, input.at);
    case 'scanner':
      return { state: { ...state, scanner: input.isWell }, effects: [] };
    case 'terminal-state':
      return terminalChanged(state, input.isWell, input.at);
    case 'terminal-text':
      return { state: withText(state, input), effects: [] };
    case 'terminal-approved':
      return stepBookingAnd(state, input.attemptKey, { kind: 'approved', at: input.at, receipt: input.receipt });
    case 'terminal-answered':
      return stepBookingAnd(state, input.attemptKey, { kind: 'terminal', at: input.at, answer: input.answer });
    case 'restarted':
      return restarted(state, input);
    default:
      return unreachable(input);
  }
}

/** What became of it is kept, also when its guest has left. */
function paperEnded(state: KioskState, input: Extract<KioskInput, { kind: 'paper-ended' }>): KioskStep {
  const { at, deliveryId, paperId, paper, outcome } = input;
  const told = stepDeliveryOf(state, deliveryId, { kind: 'paper-ended', at, paper, isPrinted: outcome.kind === 'printed' });
  const kept: readonly KioskEffect[] = paperId === undefined ? [] : [{ kind: 'keep-paper', paperId, outcome }];
  return { state: told.state, effects: [...kept, ...told.effects] };
}

const say = (state: KioskState, request: string, answer: CommandReply): KioskStep => ({
  state,
  effects: [{ kind: 'reply', request, reply: answer }],
});

const alsoSay = (step: KioskStep, request: string): KioskStep => ({
  state: step.state,
  effects: [...step.effects, { kind: 'reply', request, reply: { kind: 'session' } }],
});

function command(state: KioskState, what: KioskCommand, request: string, at: Instant): KioskStep {
  const notNow = say(state, request, { kind: 'not-now' });
  switch (what.kind) {
    case 'confirm-seats': {
      if (!isFree(state) || state.asked.length > 0) return notNow;
      if (isAtItsLimit(state)) return say(state, request, { kind: 'unavailable', lost: 'box-office' });
      const asked: Asked = { for: 'seats', saleId: what.saleId, request };
      return applySale({ ...state, asked: [...state.asked, asked] }, beginSale(what.saleId, state.machine, what.basket, what.scene, at), at);
    }
    case 'pay': {
      const sale = shownSale(state);
      if (sale === undefined || !mayPay(sale)) return notNow;
      return alsoSay(stepSaleOf(state, sale.id, { kind: 'pay', at, offers: offersOf(state) }), request);
    }
    case 'choose-payment':
    case 'back':
    case 'member-card':
    case 'member-pin':
    case 'member-confirm':
      return payingCommand(state, what, request, at);
    case 'cancel': {
      const sale = shownSale(state);
      if (sale === undefined || !mayCancel(sale)) return notNow;
      const asked: Asked = { for: 'cancel', saleId: sale.id, request };
      return stepSaleOf({ ...state, asked: [...state.asked, asked] }, sale.id, { kind: 'cancel', at });
    }
    case 'look-up':
      return mayLookUp(state) ? lookUp(state, what.code, what.visitId, request) : notNow;
    case 'print': {
      const { screen } = state;
      if (screen.kind !== 'collect') return notNow;
      const wanted = pendingTickets(screen.order).filter((id) => what.ticketIds === undefined || what.ticketIds.includes(id));
      if (wanted.length === 0) return notNow;
      if (isAtItsLimit(state)) return say(state, request, { kind: 'unavailable', lost: 'box-office' });
      return alsoSay(startDelivery(state, screen.visitId, screen.journey, screen.order, wanted, at), request);
    }
    case 'resume': {
      const delivery = shownDelivery(state);
      if (delivery === undefined || !canResume(delivery, state.printer)) return notNow;
      return alsoSay(stepDeliveryOf(state, delivery.id, { kind: 'resume', at }), request);
    }
    case 'claim-slip': {
      const delivery = shownDelivery(state);
      if (delivery === undefined || !mayHaveSlip(delivery, state.printer)) return notNow;
      return alsoSay(stepDeliveryOf(state, delivery.id, { kind: 'slip-wanted', at }), request);
    }
    case 'receipt': {
      const delivery = shownDelivery(state);
      if (delivery === undefined || !mayHaveReceipt(delivery) || !state.printer.isWell) return notNow;
      return alsoSay(stepDeliveryOf(state, delivery.id, { kind: 'receipt-wanted', at }), request);
    }
    case 'reprint':
      // Two papers of different guests must not come out of one printer at a time.
      if (!isFree(state) || mayPrintByItself(state)) return notNow;
      return alsoSay(applyDelivery(state, beginReprint(what.deliveryId, state.machine, what.wish, at, state.limits)), request);
    case 'leave':
      return alsoSay(leave(state, at), request);
    default:
      return unreachable(what);
  }
}

const shownDelivery = ({ screen, deliveries }: KioskState): Delivery | undefined =>
  screen.kind === 'delivery' ? deliveries.get(screen.deliveryId) : undefined;

type PayingCommand = Extract<KioskCommand, { kind: 'choose-payment' | 'back' | 'member-card' | 'member-pin' | 'member-confirm' }>;

/** What the guest says between "pay" and the payment; at any other moment it means nothing. */
function payingCommand(state: KioskState, what: PayingCommand, request: string, at: Instant): KioskStep {
  const sale = shownSale(state);
  const input: SaleInput =
    what.kind === 'choose-payment'
      ? { kind: 'choose', at, choice: what.choice }
      : what.kind === 'back'
        ? { kind: 'back', at, offers: offersOf(state) }
        : { ...what, at };
  if (sale === undefined || stepSale(sale, input, state.limits).sale === sale) return say(state, request, { kind: 'not-now' });
  return alsoSay(stepSaleOf(state, sale.id, input), request);
}

/** What this machine can do at this moment of what the site takes; undefined while that was never read. */
function offersOf(state: KioskState): readonly PaymentOffer[] | undefined {
  if (state.offers === undefined) return undefined;
  return offersHere(state.offers, { scanner: state.scanner, terminal: terminalIsFree(state) });
}

const withText = (state: KioskState, { attemptKey, text, prompt }: Extract<KioskInput, { kind: 'terminal-text' }>): KioskState =>
  state.bookings.get(attemptKey)?.stage.kind === 'authorising' ? { ...state, terminal: { ...state.terminal, text, prompt } } : state;

/** What the box office says of an attempt while a booking is settled is news for the sale that waits for it, too. */
function stepBookingAnd(state: KioskState, attemptKey: string, input: BookingInput): KioskStep {
  const { news, ...stepped } = stepBookingOf(state, attemptKey, input);
  let step: KioskStep = stepped;
  for (const attempt of news) {
    const sale = [...step.state.sales.values()].find((each) => each.attemptKey === attempt.key);
    if (sale === undefined) continue;
    const answer: CallAnswer = { name: 'readPayment', attemptKey: attempt.key, outcome: { kind: 'answered', answer: attempt } };
    step = then(step, (next) => stepSaleOf(next, sale.id, { kind: 'answered', at: input.at, answer }));
  }
  return step;
}

/** Nobody's purchase or collection is on the screen. */
const isFree = (state: KioskState): boolean => state.screen.kind === 'idle' || state.screen.kind === 'hold-expired';

/** So much waits for the box office that something is wrong there. */
const isAtItsLimit = ({ sales, deliveries, limits }: KioskState): boolean => Math.max(sales.size, deliveries.size) >= limits.openSalesMax;

/** A claim that is only asked for to be given back moves no paper any more. */
const mayPrintByItself = ({ deliveries }: KioskState): boolean =>
  [...deliveries.values()].some(({ stage }) => stage.kind !== 'settling' || stage.recent);

const mayLookUp = (state: KioskState): boolean => (isFree(state) || state.screen.kind === 'collect') && state.asked.length === 0;

function shownSale(state: KioskState) {
  return state.screen.kind === 'sale' ? state.sales.get(state.screen.saleId) : undefined;
}

function lookUp(state: KioskState, code: string, visitId: string, request: string | undefined): KioskStep {
  return {
    state: { ...state, asked: [...state.asked, { for: 'order', visitId, request }] },
    effects: [{ kind: 'call', owner: { kind: 'visit', id: visitId }, call: { name: 'lookUp', code } }],
  };
}

function scanned(state: KioskState, scan: KioskScan, visitId: string, at: Instant): KioskStep {
  if (scan.kind === 'no-card') return { state, effects: [{ kind: 'notice', problem: { kind: 'card', problem: scan.problem } }] };
  const sale = shownSale(state);
  const wanted = sale === undefined ? undefined : wantedScan(sale);
  if (sale !== undefined && wanted !== undefined) {
    if (scan.kind === 'payment-code' && wanted === scan.kind) return stepSaleOf(state, sale.id, { kind: scan.kind, at, code: scan.code });
    if (scan.kind === 'member-card' && wanted === scan.kind) return stepSaleOf(state, sale.id, { kind: scan.kind, at, card: scan.card });
    return { state, effects: [{ kind: 'notice', problem: { kind: 'wrong-for-payment', wanted } }] };
  }
  if (!isFree(state) && state.screen.kind !== 'collect') return { state, effects: [{ kind: 'notice', problem: { kind: 'not-now' } }] };
  switch (scan.kind) {
    case 'wrong-kind':
      return { state, effects: [{ kind: 'notice', problem: { kind: 'wrong-kind', reason: scan.reason } }] };
    case 'payment-code':
      return { state, effects: [{ kind: 'notice', problem: { kind: 'wrong-kind', reason: 'payment-code' } }] };
    case 'member-card':
      return { state, effects: [{ kind: 'notice', problem: { kind: 'wrong-kind', reason: 'member-card' } }] };
    case 'lookup':
      // While one question is open, a scanner that repeats itself asks nothing new.
      return mayLookUp(state) ? lookUp(state, scan.code, visitId, undefined) : { state, effects: [] };
    default:
      return unreachable(scan);
  }
}

function answered(state: KioskState, input: Extract<KioskInput, { kind: 'answered' }>): KioskStep {
  const { owner, answer, at } = input;
  switch (owner.kind) {
    case 'sale':
      return saleAnswered(state, owner.id, answer, at);
    case 'delivery':
      return stepDeliveryOf(state, owner.id, { kind: 'answered', at, answer });
    case 'visit':
      return found(state, owner.id, answer);
    case 'booking':
      return stepBookingAnd(state, owner.id, { kind: 'answered', at, answer });
    case 'terminal':
      if (answer.name === 'readTerminalDuties') return learnDuties(state, answer, at);
      return answer.name === 'readPayment' ? learnSettled(state, answer) : { state, effects: [] };
    default:
      return unreachable(owner);
  }
}

function saleAnswered(state: KioskState, saleId: string, answer: CallAnswer, at: Instant): KioskStep {
  if (answer.name !== 'readPaymentMethods') return stepSaleOf(state, saleId, { kind: 'answered', at, answer });
  const known: KioskState = answer.outcome.kind === 'answered' ? { ...state, offers: answer.outcome.answer.methods } : state;
  const offers = answer.outcome.kind === 'answered' ? offersOf(known) : undefined;
  return stepSaleOf(known, saleId, { kind: 'offers', at, offers });
}

function found(state: KioskState, visitId: string, answer: CallAnswer): KioskStep {
  const isMine = (each: Asked) => each.for === 'order' && each.visitId === visitId;
  const asked = state.asked.find(isMine);
  // The guest left before the answer came.
  if (asked === undefined || answer.name !== 'lookUp') return { state, effects: [] };
  const { outcome } = answer;
  switch (outcome.kind) {
    case 'answered':
      return reply({ ...state, screen: { kind: 'collect', visitId, journey: 'collect', order: outcome.answer } }, isMine, { kind: 'session' });
    case 'refused':
      return withNotice(reply(state, isMine, { kind: 'refused', refusal: outcome.refusal }), asked, { kind: 'lookup', refusal: outcome.refusal });
    case 'away':
      return withNotice(reply(state, isMine, { kind: 'unavailable', lost: 'box-office' }), asked, { kind: 'unavailable' });
    default:
      return unreachable(outcome);
  }
}

function withNotice(step: KioskStep, asked: Asked, problem: Extract<KioskEffect, { kind: 'notice' }>['problem']): KioskStep {
  return asked.request === undefined ? { state: step.state, effects: [...step.effects, { kind: 'notice', problem }] } : step;
}

function elapsed(state: KioskState, input: Extract<KioskInput, { kind: 'elapsed' }>): KioskStep {
  const { owner, timer, at } = input;
  switch (timer) {
    case 'poll':
    case 'deadline':
    case 'claim':
      return stepSaleOf(state, owner.id, { kind: 'elapsed', at, timer });
    case 'retry':
    case 'lease':
      return stepDeliveryOf(state, owner.id, { kind: 'elapsed', at, timer });
    case 'again':
    case 'expiry':
      return stepBookingAnd(state, owner.id, { kind: 'elapsed', at, timer });
    case 'duties':
      return { state, effects: [askDuties] };
    default:
      return unreachable(timer);
  }
}

function printerChanged(state: KioskState, at: Instant): KioskStep {
  let step: KioskStep = { state, effects: [] };
  for (const id of state.deliveries.keys()) step = then(step, (next) => stepDeliveryOf(next, id, { kind: 'printer-changed', at }));
  return step;
}

const then = (step: KioskStep, go: (state: KioskState) => KioskStep): KioskStep => {
  const next = go(step.state);
  return { state: next.state, effects: [...step.effects, ...next.effects] };
};

/** The screen is the next guest's. A sale or a delivery that still has something to do goes on without this one. */
function leave(state: KioskState, at: Instant): KioskStep {
  const { screen } = state;
  // A guest who leaves while her question is under way is told nothing more.
  let step: KioskStep = { state: { ...state, asked: [] }, effects: [] };
  for (const asked of state.asked) step = then(step, (next) => forget(next, asked, at));
  switch (screen.kind) {
    case 'idle':
      return step;
    case 'hold-expired':
    case 'collect':
      return then(step, (next) => ({ state: { ...next, screen: { kind: 'idle' } }, effects: [] }));
    case 'sale':
      return then(step, (next) => stepSaleOf({ ...next, screen: { kind: 'idle' } }, screen.saleId, { kind: 'guest-left', at }));
    case 'delivery':
      return then(step, (next) => stepDeliveryOf(next, screen.deliveryId, { kind: 'guest-left', at }));
    default:
      return unreachable(screen);
  }
}

function forget(state: KioskState, asked: Asked, at: Instant): KioskStep {
  const told: KioskStep =
    asked.request === undefined
      ? { state, effects: [] }
      : { state, effects: [{ kind: 'reply', request: asked.request, reply: { kind: 'not-now' } }] };
  return asked.for === 'seats' ? then(told, (next) => stepSaleOf(next, asked.saleId, { kind: 'guest-left', at })) : told;
}

function restarted(state: KioskState, input: Extract<KioskInput, { kind: 'restarted' }>): KioskStep {
  const { at, recent } = input;
  const known: KioskState = { ...state, terminal: { ...state.terminal, ...input.terminal } };
  let step = restoreBookings(known, input.bookings, at);
  for (const sale of input.sales) {
    step = then(step, (next) => {
      const isRecent = recent.has(sale.id) && next.screen.kind === 'idle';
      const resumed = stepSale(sale, { kind: 'restarted', at, recent: isRecent }, next.limits);
      const screen = resumed.sale.attended ? ({ kind: 'sale', saleId: sale.id, restored: true } as const) : next.screen;
      return applySale({ ...next, screen }, resumed, at);
    });
  }
  for (const delivery of input.deliveries) {
    step = then(step, (next) => {
      return applyDelivery(next, stepDelivery(delivery, { kind: 'restarted', at, recent: recent.has(delivery.id) }, contextOf(next)));
    });
  }
  return step;
}
