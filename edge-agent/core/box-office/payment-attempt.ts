import { assert, unreachable } from '../base/fault.ts';
import { LIMITS } from '../base/limits.ts';
import type { Money } from '../base/money.ts';
import type { PaymentFailure, TerminalReceipt } from '../contract/box-office/sales.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { PaymentProvider, ProviderTrace } from './payment-provider.ts';

/**
 * One attempt to pay, as a machine over the answers of a provider, of a card terminal's kiosk, or of the box office's own members. It never calls anybody:
 * `nextCall` (payment-schedule.ts) says what to ask and when, `stepAttempt` what an answer means. Its one promise: no answer is never a failure, and an end
 * without money is believed only when whoever holds the money has said so.
 *
 *   created → submitted ⇄ user-paying → succeeded → refunding → refunded
 *        ↘ unknown (until an answer says otherwise, or the payment was undone) ↗
 *        ↘ failed · closed  (asked again a few times: money that arrives after all is seen and goes back)
 */
export type AttemptPhase = 'created' | 'submitted' | 'user-paying' | 'unknown' | 'succeeded' | 'failed' | 'closed' | 'refunding' | 'refunded';

export interface AttemptState {
  readonly phase: AttemptPhase;
  /** The provider has acknowledged a payment by QR; until then creating it is repeated. */
  readonly codeUrl?: string;
  /** Wanted to end: the guest gave up, or the order was paid otherwise. */
  readonly ending: boolean;
  /** The provider would not close it because it is paid; the next question brings the proof. */
  readonly saidPaid: boolean;
  /** Calls in a row that brought no answer. */
  readonly unanswered: number;
  /** Questions after a payment code was sent. */
  readonly queries: number;
  /** How often undoing a payment code was tried. */
  readonly reverses: number;
  /** Undoing was refused: the next call asks why. */
  readonly askNext: boolean;
  /** How often the provider has said that it is giving the money back. */
  readonly refundAsked: number;
  /** How often it has been asked again after an end without money. */
  readonly lateChecks: number;
  readonly reason?: BothLanguages;
  readonly failure?: PaymentFailure;
  /** After a wrong PIN. */
  readonly triesLeft?: number;
  /** The provider's own number of the money. */
  readonly reference?: string;
  readonly refundReference?: string;
  /** Of the card terminal that took the money. */
  readonly receipt?: TerminalReceipt;
  /** A person has been told. Asking goes on, slowly. */
  readonly needsPerson?: true;
  /** Of the last answer, for the provider's support. */
  readonly trace?: ProviderTrace;
}

export const NEW_ATTEMPT: AttemptState = {
  phase: 'created',
  ending: false,
  saidPaid: false,
  unanswered: 0,
  queries: 0,
  reverses: 0,
  askNext: false,
  refundAsked: 0,
  lateChecks: 0,
};

/** What the rest of the box office has to do in the same transaction. */
export type AttemptEffect =
  /** The money has arrived: the order is confirmed, or the money goes back. */
  | { readonly kind: 'settle' }
  /** Certain that no money moved, or that it has gone back. */
  | { readonly kind: 'ended-without-money' }
  | { readonly kind: 'refunded'; readonly reference: string }
  /** Something that a person must know: the provider refuses what it may not refuse, or the machines have come to their end. */
  | { readonly kind: 'alarm'; readonly code: 'E-PAY-REFUND' | 'E-PAY-AMOUNT' | 'E-PAY-MANUAL' };

type CallName = 'create' | 'payByCode' | 'query' | 'close' | 'reverse' | 'refund' | 'queryRefund';
type AnswerOf<Name extends CallName> = Awaited<ReturnType<PaymentProvider[Name]>>;

export type ProviderInput =
  | { readonly kind: 'create'; readonly answer: AnswerOf<'create'> }
  | { readonly kind: 'pay-code'; readonly answer: AnswerOf<'payByCode'> }
  | { readonly kind: 'query'; readonly answer: AnswerOf<'query'> }
  | { readonly kind: 'close'; readonly answer: AnswerOf<'close'> }
  | { readonly kind: 'reverse'; readonly answer: AnswerOf<'reverse'> }
  | { readonly kind: 'refund'; readonly answer: AnswerOf<'refund'> }
  | { readonly kind: 'query-refund'; readonly answer: AnswerOf<'queryRefund'> };

/** What is told from elsewhere than a provider. */
export type ToldInput =
  | { readonly kind: 'end' }
  /** The money is here and cannot be kept: nothing to give for it, or it is asked back. */
  | { readonly kind: 'give-back' }
  /** A payment code was to be sent, and the program ended before or while it was: nobody knows which. */
  | { readonly kind: 'code-lost' }
  /** The balance of a member has been charged in this transaction, or was not. */
  | { readonly kind: 'member-paid'; readonly amount: Money; readonly reference: string }
  | { readonly kind: 'member-refused'; readonly reason: BothLanguages; readonly failure: PaymentFailure; readonly triesLeft?: number }
  | { readonly kind: 'member-refunded'; readonly reference: string }
  | { readonly kind: 'terminal-paid'; readonly amount: Money; readonly receipt: TerminalReceipt }
  | { readonly kind: 'terminal-failed'; readonly reason?: BothLanguages }
  | { readonly kind: 'terminal-unknown' }
  | { readonly kind: 'terminal-reversed'; readonly reference: string }
  /** The kiosk of a card terminal has not told how the payment went, or does not get on with it: a person has to look at the terminal. */
  | { readonly kind: 'overdue' }
  /** A person has found the payment in the terminal's journal. */
  | { readonly kind: 'found-paid'; readonly amount: Money };

export type AttemptInput = ProviderInput | ToldInput;

export interface AttemptStep {
  readonly state: AttemptState;
  readonly effects: readonly AttemptEffect[];
}

/** Nobody may pay by it any more, as far as is known. */
export function hasEnded(phase: AttemptPhase): boolean {
  return phase === 'succeeded' || phase === 'failed' || phase === 'closed' || phase === 'refunding' || phase === 'refunded';
}

function hasMoney(phase: AttemptPhase): boolean {
  return phase === 'succeeded' || phase === 'refunding' || phase === 'refunded';
}

export function stepAttempt(state: AttemptState, input: AttemptInput, amountMinor: number): AttemptStep {
  if (!('answer' in input)) return afterTold(state, input, amountMinor);
  const { trace } = input.answer;
  return afterAnswer(trace === undefined ? state : { ...state, trace }, input, amountMinor);
}

function afterAnswer(state: AttemptState, input: ProviderInput, amountMinor: number): AttemptStep {
  const asked = counted(state, input.kind);
  if (input.answer.kind === 'no-answer') return withoutAnswer(asked);
  switch (input.kind) {
    case 'create':
      return afterCreate(asked, input.answer);
    case 'pay-code':
      return afterPayCode(asked, input.answer, amountMinor);
    case 'query':
      return afterQuery(asked, input.answer, amountMinor);
    case 'close':
      return afterClose(asked, input.answer);
    case 'reverse':
      return afterReverse(asked, input.answer);
    case 'refund':
    case 'query-refund':
      return afterRefund(asked, input.answer);
    default:
      return unreachable(input);
  }
}

function counted(state: AttemptState, call: ProviderInput['kind']): AttemptState {
  if (call === 'query') return { ...state, queries: state.queries + 1, askNext: false };
  return call === 'reverse' ? { ...state, reverses: state.reverses + 1 } : state;
}

function afterTold(state: AttemptState, input: ToldInput, amountMinor: number): AttemptStep {
  switch (input.kind) {
    case 'end':
      return hasEnded(state.phase) ? stay(state) : stay({ ...state, ending: true, unanswered: 0 });
    case 'give-back':
      assert(state.phase === 'succeeded', `money is given back after it came, not when an attempt is ${state.phase}`);
      return stay({ ...state, phase: 'refunding', unanswered: 0 });
    case 'code-lost':
      return state.phase === 'created' ? stay({ ...state, phase: 'unknown' }) : stay(state);
    case 'member-paid':
      return paid(state, input.amount, amountMinor, { reference: input.reference });
    case 'member-refused': {
      const { reason, failure, triesLeft } = input;
      return stay({ ...state, phase: 'failed', reason, failure, ...(triesLeft === undefined ? {} : { triesLeft }) });
    }
    case 'member-refunded':
      return refunded(state, input.reference);
    case 'terminal-paid':
      return terminalPaid(state, input.amount, input.receipt, amountMinor);
    case 'found-paid':
      return hasMoney(state.phase) ? stay(state) : paid(state, input.amount, amountMinor, {});
    case 'terminal-failed':
      return hasEnded(state.phase) ? stay(state) : ended(state, 'failed', { failure: 'declined', ...reasonOf(input) });
    case 'terminal-unknown':
      return hasEnded(state.phase) ? stay(state) : stay({ ...state, phase: 'unknown' });
    case 'terminal-reversed': {
      if (state.phase === 'refunding') return refunded(state, input.reference);
      return hasEnded(state.phase) ? stay(state) : ended(state, 'closed', {});
    }
    case 'overdue':
      return overdue(state);
    default:
      return unreachable(input);
  }
}

/** The terminal's own proof may come after a person's word; a reversal needs it. */
function terminalPaid(state: AttemptState, amount: Money, receipt: TerminalReceipt, amountMinor: number): AttemptStep {
  const proof = { reference: receipt.trace, receipt };
  if (!hasMoney(state.phase)) return paid(state, amount, amountMinor, proof);
  return stay(state.receipt === undefined ? { ...state, ...proof } : state);
}

function overdue(state: AttemptState): AttemptStep {
  if (state.needsPerson === true) return stay(state);
  if (state.phase === 'refunding') return alarmed({ ...state, needsPerson: true }, 'E-PAY-REFUND');
  return hasEnded(state.phase) ? stay(state) : alarmed({ ...state, phase: 'unknown', needsPerson: true }, 'E-PAY-MANUAL');
}

function stay(state: AttemptState, ...effects: readonly AttemptEffect[]): AttemptStep {
  return { state, effects };
}

function alarmed(state: AttemptState, code: Extract<AttemptEffect, { kind: 'alarm' }>['code']): AttemptStep {
  return stay(state, { kind: 'alarm', code });
}

/** Raises the alarm once, when the tries without an outcome have become too many. */
function withPatience(state: AttemptState): AttemptStep {
  const { manualAfterTries } = LIMITS.payment;
  const isOpen = !hasEnded(state.phase) || state.phase === 'refunding';
  const isTooMuch = state.unanswered >= manualAfterTries || state.reverses >= manualAfterTries;
  if (!isOpen || !isTooMuch || state.needsPerson === true) return stay(state);
  return alarmed({ ...state, needsPerson: true }, 'E-PAY-MANUAL');
}

function withoutAnswer(state: AttemptState): AttemptStep {
  const unanswered = state.unanswered + 1;
  return withPatience(hasEnded(state.phase) ? { ...state, unanswered } : { ...state, phase: 'unknown', unanswered });
}

type Answered<Name extends CallName> = Exclude<AnswerOf<Name>, { readonly kind: 'no-answer' }>;

function afterCreate(state: AttemptState, answer: Answered<'create'>): AttemptStep {
  if (hasEnded(state.phase)) return stay(state);
  switch (answer.kind) {
    case 'created':
      return stay({ ...state, phase: 'submitted', codeUrl: answer.codeUrl, unanswered: 0 });
    case 'refused':
      return ended(state, 'failed', answer);
    default:
      return unreachable(answer);
  }
}

function afterPayCode(state: AttemptState, answer: Answered<'payByCode'>, amountMinor: number): AttemptStep {
  if (hasEnded(state.phase)) return stay(state);
  switch (answer.kind) {
    case 'paid':
      return paid(state, answer.amount, amountMinor, answer);
    case 'user-paying':
      return stay({ ...state, phase: 'user-paying', unanswered: 0 });
    case 'refused':
      return ended(state, 'failed', answer);
    default:
      return unreachable(answer);
  }
}

function afterQuery(state: AttemptState, answer: Answered<'query'>, amountMinor: number): AttemptStep {
  const isLate = state.phase === 'failed' || state.phase === 'closed';
  if (hasEnded(state.phase) && !isLate) return stay(state);
  switch (answer.kind) {
    case 'paid':
      return paid(state, answer.amount, amountMinor, answer);
    case 'failed':
      return isLate ? checkedLate(state) : ended(state, 'failed', answer);
    case 'closed':
      return isLate ? checkedLate(state) : ended(state, 'closed', {});
    case 'waiting':
    case 'user-paying':
      if (isLate) return checkedLate(state);
      return stay({ ...state, phase: answer.kind === 'waiting' ? 'submitted' : 'user-paying', saidPaid: false, unanswered: 0 });
    case 'not-found':
      if (isLate) return checkedLate(state);
      // It was sent, or acknowledged, before: nothing is certain until closing or undoing it is answered.
      return withPatience({ ...state, phase: 'unknown', saidPaid: false, unanswered: state.unanswered + 1 });
    default:
      return unreachable(answer);
  }
}

function afterClose(state: AttemptState, answer: Answered<'close'>): AttemptStep {
  if (hasEnded(state.phase)) return stay(state);
  switch (answer.kind) {
    case 'closed':
    case 'not-found':
      return ended(state, 'closed', {});
    case 'paid':
      return stay({ ...state, saidPaid: true, unanswered: 0 });
    default:
      return unreachable(answer);
  }
}

function afterReverse(state: AttemptState, answer: Answered<'reverse'>): AttemptStep {
  if (hasEnded(state.phase)) return stay(state);
  switch (answer.kind) {
    case 'reversed':
    case 'not-found':
      return ended(state, 'closed', {});
    case 'still-paying':
      return withPatience({ ...state, phase: 'unknown', askNext: true, unanswered: 0 });
    case 'refused': {
      // It may not refuse this: whether the guest has paid is asked again and again, and a person is told.
      const refused: AttemptState = { ...state, phase: 'unknown', askNext: true, unanswered: 0, needsPerson: true };
      return state.needsPerson === true ? stay(refused) : alarmed(refused, 'E-PAY-MANUAL');
    }
    default:
      return unreachable(answer);
  }
}

function afterRefund(state: AttemptState, answer: Answered<'refund' | 'queryRefund'>): AttemptStep {
  if (state.phase !== 'refunding') return stay(state);
  switch (answer.kind) {
    case 'refunded':
      return refunded(state, answer.reference);
    case 'pending':
      return stay({ ...state, unanswered: 0, refundAsked: state.refundAsked + 1 });
    case 'not-found':
      return withPatience({ ...state, unanswered: state.unanswered + 1, refundAsked: 0 });
    case 'refused':
      // The guest's money is not ours to keep: it is asked for again, and a person is told.
      return alarmed({ ...state, unanswered: state.unanswered + 1, refundAsked: 0, needsPerson: true }, 'E-PAY-REFUND');
    default:
      return unreachable(answer);
  }
}

function paid(
  state: AttemptState,
  amount: Money,
  amountMinor: number,
  { reference, receipt }: { readonly reference?: string; readonly receipt?: TerminalReceipt },
): AttemptStep {
  const { needsPerson: _, ...rest } = state;
  const proof = { ...(reference === undefined ? {} : { reference }), ...(receipt === undefined ? {} : { receipt }) };
  const now: AttemptState = { ...rest, phase: 'succeeded', unanswered: 0, ...proof };
  const isRight = amount.minor === amountMinor;
  return stay(now, ...(isRight ? [] : [{ kind: 'alarm', code: 'E-PAY-AMOUNT' } as const]), { kind: 'settle' });
}

function refunded(state: AttemptState, reference: string): AttemptStep {
  const { needsPerson: _, ...rest } = state;
  return stay({ ...rest, phase: 'refunded', refundReference: reference, unanswered: 0 }, { kind: 'refunded', reference });
}

interface Ending {
  readonly reason?: BothLanguages;
  readonly failure?: PaymentFailure;
}

function reasonOf({ reason }: Ending): Ending {
  return reason === undefined ? {} : { reason };
}

function ended(state: AttemptState, phase: 'failed' | 'closed', ending: Ending): AttemptStep {
  const { needsPerson: _, ...rest } = state;
  const failure = ending.failure === undefined ? {} : { failure: ending.failure };
  return stay({ ...rest, phase, unanswered: 0, ...reasonOf(ending), ...failure }, { kind: 'ended-without-money' });
}

function checkedLate(state: AttemptState): AttemptStep {
  return stay({ ...state, unanswered: 0, lateChecks: state.lateChecks + 1 });
}
