import { unreachable } from '../base/fault.ts';
import type { Money } from '../base/money.ts';
import { between, type Instant, milliseconds } from '../base/time.ts';
import type { PaymentAttempt, TerminalReceipt, TerminalRefusal } from '../contract/box-office/sales.ts';
import type { IdempotencyKey, OrderId } from '../contract/identifiers.ts';
import type { GoodsDecision, ReversalOutcome, TerminalFinding, TerminalOutcome } from '../ports/payment-terminal.ts';
import type { Booking, BookingInput, BookingStep, BookingVerdict, TerminalAnswer } from './booking.ts';
import { act, again, end, enter, REFUSAL_WORDS, reverse, STOPPED, stay, tell, tellNothing, tellPaid, tellReversed } from './booking-moves.ts';
import type { CallAnswer, CallOutcome } from './calls.ts';
import type { SaleLimits } from './sale.ts';

/**
 * The booking's machine. Two rules stand above all: what the terminal has not proven is asked again and never guessed, and money that nobody wants goes back
 * by the terminal that took it.
 */
export function beginBooking(key: IdempotencyKey, orderId: OrderId, amount: Money, before: TerminalReceipt | undefined, at: Instant): Booking {
  return {
    attemptKey: key,
    orderId,
    amount,
    openedAt: at,
    startedAt: undefined,
    before,
    wanted: true,
    receipt: undefined,
    toldPaid: false,
    stage: { kind: 'opening' },
  };
}

/**
 * For an attempt that the box office knows of and this machine does not (its ledger was lost): asked about, or booked back as it says.
 * @param before what the terminal had booked for certain before this attempt was begun: it is not taken for this attempt's
 */
export function adoptBooking(attempt: PaymentAttempt, before: TerminalReceipt | undefined, at: Instant): BookingStep {
  const { key, orderId, amount, receipt } = attempt;
  const lost: Booking = { ...beginBooking(key, orderId, amount, before, at), startedAt: at, receipt, toldPaid: receipt !== undefined };
  return attempt.status === 'refunding' && receipt !== undefined ? reverse(lost, receipt) : enter(lost, { kind: 'asking', tries: 0 });
}

export function stepBooking(booking: Booking, input: BookingInput, limits: SaleLimits): BookingStep {
  const { stage } = booking;
  switch (input.kind) {
    case 'go':
      return stage.kind === 'opening' ? authorise(booking, input.at, input.expiresAt) : stay(booking);
    case 'unwanted':
      return unwanted(booking);
    case 'approved':
      return approved(booking, input.receipt, input.at);
    case 'terminal':
      return terminalAnswered(booking, input.answer, input.at, limits);
    case 'answered':
      return answered(booking, input.answer, input.at, limits);
    case 'elapsed':
      if (input.timer === 'again') return { booking, effects: act(booking) };
      return stage.kind === 'authorising' ? { booking, effects: [ABORT] } : stay(booking);
    case 'terminal-back':
      return stage.kind === 'asking' || stage.kind === 'reversing' ? enter(booking, { ...stage, tries: 0 }) : stay(booking);
    case 'restarted':
      return restarted(booking);
    default:
      return unreachable(input);
  }
}

const ABORT = { kind: 'terminal', request: { name: 'abort' } } as const;

function authorise(booking: Booking, at: Instant, expiresAt: Instant): BookingStep {
  const begun = enter({ ...booking, startedAt: at }, { kind: 'authorising' });
  const after = milliseconds(Math.max(0, between(at, expiresAt)));
  return { booking: begun.booking, effects: [...begun.effects, { kind: 'wait', timer: 'expiry', after }] };
}

/** The guest cancelled or left. Before the approval the terminal is asked to stop; after it the box office's word counts. */
function unwanted(booking: Booking): BookingStep {
  const alone: Booking = { ...booking, wanted: false };
  if (booking.stage.kind === 'opening') return tellNothing(alone, STOPPED);
  return booking.stage.kind === 'authorising' && booking.wanted ? { booking: alone, effects: [ABORT] } : stay(alone);
}

function approved(booking: Booking, receipt: TerminalReceipt, at: Instant): BookingStep {
  if (booking.stage.kind !== 'authorising') return stay(booking);
  const verdict: BookingVerdict = booking.wanted ? 'open' : 'give-back';
  return enter({ ...booking, receipt, toldPaid: booking.wanted }, { kind: 'approved', since: at, verdict, tries: 0 });
}

/**
 * What the terminal is told when it asks whether the goods came out. A box office that stays silent does not turn the sale back: it may have issued the tickets
 * already, and the journal holds what the guest can claim; so after a while the money is kept, and told until it is heard.
 * @param issued the tickets are out, as far as this machine waits for them
 */
export function goodsDecision({ stage }: Booking, issued: boolean, now: Instant, limits: SaleLimits): GoodsDecision {
  if (stage.kind !== 'approved') return 'wait';
  switch (stage.verdict) {
    case 'give-back':
      return 'not-issued';
    case 'keep':
      return issued || now - stage.since >= limits.goodsWait ? 'goods-issued' : 'wait';
    case 'open':
      return now - stage.since >= limits.goodsWait ? 'goods-issued' : 'wait';
    default:
      return unreachable(stage.verdict);
  }
}

function terminalAnswered(booking: Booking, answer: TerminalAnswer, at: Instant, limits: SaleLimits): BookingStep {
  switch (answer.to) {
    case 'authorise':
      return authorised(booking, answer.outcome);
    case 'inquire':
      return booking.stage.kind === 'asking' ? found(booking, answer.finding, at, limits) : stay(booking);
    case 'reverse':
      return booking.stage.kind === 'reversing' ? reversed(booking, answer.outcome, at, limits) : stay(booking);
    default:
      return unreachable(answer);
  }
}

function authorised(booking: Booking, outcome: TerminalOutcome): BookingStep {
  const { stage } = booking;
  if (stage.kind !== 'authorising' && stage.kind !== 'approved') return stay(booking);
  switch (outcome.kind) {
    case 'approved':
      if (stage.kind === 'approved' && stage.verdict === 'keep') return end({ ...booking, receipt: outcome.receipt }, 'paid');
      return settle(booking, outcome.receipt, stage.kind === 'approved' && stage.verdict === 'give-back');
    case 'reversed':
      return tellReversed(booking, outcome.receipt);
    case 'declined':
      return tellNothing(booking, REFUSAL_WORDS[outcome.reason]);
    case 'aborted':
      return tellNothing(booking, STOPPED);
    case 'unknown':
      return askTerminal(booking);
    default:
      return unreachable(outcome);
  }
}

/** The money is booked for certain. Once the box office may have heard of it, what becomes of it is the box office's to say. */
function settle(booking: Booking, receipt: TerminalReceipt, giveBack: boolean): BookingStep {
  return giveBack || (!booking.wanted && !booking.toldPaid) ? reverse(booking, receipt) : tellPaid(booking, receipt);
}

/** The box office hears that nobody knows, so that its view is no better than ours; its answer is not waited for. */
function askTerminal(booking: Booking): BookingStep {
  const asking = enter(booking, { kind: 'asking', tries: 0 });
  const told = { kind: 'call', call: { name: 'reportTerminal', attemptKey: booking.attemptKey, result: { outcome: 'unknown' } } } as const;
  return { booking: asking.booking, effects: [...asking.effects, told] };
}

function found(booking: Booking, finding: TerminalFinding, at: Instant, limits: SaleLimits): BookingStep {
  switch (finding.kind) {
    case 'approved':
      // Also when nobody wants it: on an older disk the terminal's newest may be a later payment's, and the box office knows whose it is before anything goes back.
      return tellPaid(booking, finding.receipt);
    case 'reversed':
      return tellReversed(booking, finding.receipt);
    case 'not-booked':
      // An approval that we saw and that is not there any more was booked back by the terminal, for want of an answer.
      return booking.receipt === undefined ? tellNothing(booking, STOPPED) : tellReversed(booking, booking.receipt);
    case 'unknown':
      return again(booking, at, limits);
    default:
      return unreachable(finding);
  }
}

function reversed(booking: Booking, outcome: ReversalOutcome, at: Instant, limits: SaleLimits): BookingStep {
  switch (outcome.kind) {
    case 'reversed':
      return tellReversed(booking, outcome.receipt);
    case 'refused':
      // The money stays at the terminal: the box office has to know of it, and a person has to give it back.
      if (booking.toldPaid || booking.receipt === undefined) return end(booking, 'person');
      return tellPaid(booking, booking.receipt);
    case 'unknown':
      return again(booking, at, limits);
    default:
      return unreachable(outcome);
  }
}

function answered(booking: Booking, answer: CallAnswer, at: Instant, limits: SaleLimits): BookingStep {
  switch (answer.name) {
    case 'reportTerminal':
      return withNews(answer.outcome, heard(booking, answer.outcome, at, limits));
    case 'reportTerminalReversal':
      return withNews(answer.outcome, heardReversal(booking, answer.outcome, at, limits));
    default:
      return stay(booking);
  }
}

function withNews(outcome: CallOutcome<PaymentAttempt, TerminalRefusal>, step: BookingStep): BookingStep {
  return outcome.kind === 'answered' ? { booking: step.booking, effects: [...step.effects, { kind: 'tell', attempt: outcome.answer }] } : step;
}

/** What the box office holds of the attempt, whether it agreed or objected. */
const statusIn = (outcome: CallOutcome<PaymentAttempt, TerminalRefusal>): PaymentAttempt['status'] | undefined => {
  if (outcome.kind === 'answered') return outcome.answer.status;
  return outcome.kind === 'refused' && outcome.refusal.code === 'contradicts' ? outcome.refusal.status : undefined;
};

const isStillOpen = (outcome: CallOutcome<PaymentAttempt, TerminalRefusal>): boolean =>
  outcome.kind === 'refused' && outcome.refusal.code === 'contradicts' && outcome.refusal.isOpen === true;

/** The answer to a report of the money, or of its absence. */
function heard(booking: Booking, outcome: CallOutcome<PaymentAttempt, TerminalRefusal>, at: Instant, limits: SaleLimits): BookingStep {
  const { stage } = booking;
  if (stage.kind !== 'approved' && stage.kind !== 'telling') return stay(booking);
  if (outcome.kind === 'away') return again(booking, at, limits);
  if (stage.kind === 'telling' && stage.result.outcome !== 'paid') return end(booking, outcome.kind === 'answered' ? 'no-money' : 'person');
  const kept = statusIn(outcome) === 'succeeded';
  if (stage.kind === 'approved') return stay({ ...booking, stage: { ...stage, verdict: kept ? 'keep' : 'give-back', tries: 0 } });
  // Another attempt has the money, and of this one's nobody knows: the terminal tells of its newest booking alone, so asking it again would bring nothing else.
  if (kept) return end(booking, isStillOpen(outcome) ? 'person' : 'paid');
  // Given up, refunded, or never the box office's: the money is nobody's but the guest's.
  return booking.receipt === undefined ? end(booking, 'person') : reverse(booking, booking.receipt);
}

function heardReversal(booking: Booking, outcome: CallOutcome<PaymentAttempt, TerminalRefusal>, at: Instant, limits: SaleLimits): BookingStep {
  if (booking.stage.kind !== 'telling-reversal') return stay(booking);
  if (outcome.kind === 'away') return again(booking, at, limits);
  if (outcome.kind === 'answered') return end(booking, 'reversed');
  // It never heard of the money that went back: then there was none.
  const status = statusIn(outcome);
  const isOpen = status === 'submitted' || status === 'user-paying' || status === 'unknown';
  return isOpen ? tell(booking, { outcome: 'failed', reason: STOPPED }) : end(booking, status === 'succeeded' ? 'person' : 'reversed');
}

function restarted(booking: Booking): BookingStep {
  switch (booking.stage.kind) {
    case 'opening':
      // The terminal was never asked.
      return tellNothing({ ...booking, wanted: false }, STOPPED);
    case 'authorising':
    case 'approved':
      return askTerminal(booking);
    case 'asking':
    case 'telling':
    case 'reversing':
    case 'telling-reversal':
      return { booking, effects: act(booking) };
    case 'ended':
      return stay(booking);
    default:
      return unreachable(booking.stage);
  }
}
