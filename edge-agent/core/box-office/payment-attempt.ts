import { backoffDelay } from '../base/backoff.ts';
import { assert, unreachable } from '../base/fault.ts';
import { LIMITS } from '../base/limits.ts';
import { type Duration, type Instant, milliseconds } from '../base/time.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { PaymentProvider, ProviderPayment } from './payment-provider.ts';

/**
 * One attempt to pay, as a machine over the provider's answers. It never calls anybody: `nextCall` says what to ask and when, `stepAttempt` what an answer
 * means. Its one promise: no answer is never a failure, and an end without money is believed only when the provider has said so.
 *
 *   created → submitted ⇄ user-paying → succeeded → refunding → refunded
 *        ↘ unknown (until an answer says otherwise) ↗
 *        ↘ failed · closed  (asked again a few times: money that arrives after all is seen and goes back)
 */
export type AttemptPhase = 'created' | 'submitted' | 'user-paying' | 'unknown' | 'succeeded' | 'failed' | 'closed' | 'refunding' | 'refunded';

export interface AttemptState {
  readonly phase: AttemptPhase;
  /** The provider has acknowledged the payment; until then creating it is repeated. */
  readonly codeUrl?: string;
  /** Wanted to end: the guest gave up, or the order was paid otherwise. */
  readonly ending: boolean;
  /** The provider would not close it because it is paid; the next question brings the proof. */
  readonly saidPaid: boolean;
  /** Calls in a row that brought no answer. */
  readonly unanswered: number;
  /** How often it has been asked again after an end without money. */
  readonly lateChecks: number;
  readonly reason?: BothLanguages;
  readonly refundReference?: string;
}

export const NEW_ATTEMPT: AttemptState = { phase: 'created', ending: false, saidPaid: false, unanswered: 0, lateChecks: 0 };

export type ProviderCall = 'create' | 'query' | 'close' | 'refund';

/** What the rest of the box office has to do in the same transaction. */
export type AttemptEffect =
  /** The money has arrived: the order is confirmed, or the money goes back. */
  | { readonly kind: 'settle' }
  /** Certain that no money moved. */
  | { readonly kind: 'ended-without-money' }
  | { readonly kind: 'refunded'; readonly reference: string }
  /** Something that a person must know: the provider refuses what it may not refuse. */
  | { readonly kind: 'alarm'; readonly code: 'E-PAY-REFUND' | 'E-PAY-AMOUNT' };

export type AttemptInput =
  | { readonly kind: 'create'; readonly answer: Awaited<ReturnType<PaymentProvider['create']>> }
  | { readonly kind: 'query'; readonly answer: Awaited<ReturnType<PaymentProvider['query']>> }
  | { readonly kind: 'close'; readonly answer: Awaited<ReturnType<PaymentProvider['close']>> }
  | { readonly kind: 'refund'; readonly answer: Awaited<ReturnType<PaymentProvider['refund']>> }
  | { readonly kind: 'end' }
  /** The money is here and cannot be kept: nothing to give for it, or it is asked back. */
  | { readonly kind: 'give-back' };

export interface AttemptStep {
  readonly state: AttemptState;
  readonly effects: readonly AttemptEffect[];
}

/** Nobody may pay by it any more, as far as is known. */
export function hasEnded(phase: AttemptPhase): boolean {
  return phase === 'succeeded' || phase === 'failed' || phase === 'closed' || phase === 'refunding' || phase === 'refunded';
}

/** What to ask the provider next, and how long from now; undefined when there is nothing left to ask. */
export function nextCall(
  state: AttemptState,
  expiresAt: Instant,
  now: Instant,
  uniform: number,
): { readonly call: ProviderCall; readonly after: Duration } | undefined {
  const waits = LIMITS.payment;
  const again = state.unanswered === 0 ? waits.pollEvery : backoffDelay(waits.retry, state.unanswered - 1, uniform);
  switch (state.phase) {
    case 'succeeded':
    case 'refunded':
      return undefined;
    case 'refunding':
      return { call: 'refund', after: state.unanswered === 0 ? milliseconds(0) : again };
    case 'failed':
    case 'closed': {
      const late = waits.lateChecks[state.lateChecks];
      return late === undefined ? undefined : { call: 'query', after: state.unanswered === 0 ? late : again };
    }
    case 'created':
    case 'submitted':
    case 'user-paying':
    case 'unknown': {
      if (state.saidPaid) return { call: 'query', after: state.unanswered === 0 ? milliseconds(0) : again };
      const left = expiresAt - now;
      if (state.ending || left <= 0) return { call: 'close', after: state.unanswered === 0 ? milliseconds(0) : again };
      const first = state.phase === 'created' && state.unanswered === 0;
      return { call: state.codeUrl === undefined ? 'create' : 'query', after: first ? milliseconds(0) : milliseconds(Math.min(again, left)) };
    }
    default:
      return unreachable(state.phase);
  }
}

export function stepAttempt(state: AttemptState, input: AttemptInput, amountMinor: number): AttemptStep {
  if (input.kind !== 'end' && input.kind !== 'give-back' && input.answer.kind === 'no-answer') return withoutAnswer(state);
  switch (input.kind) {
    case 'create':
      return afterCreate(state, input.answer);
    case 'query':
      return afterQuery(state, input.answer, amountMinor);
    case 'close':
      return afterClose(state, input.answer);
    case 'refund':
      return afterRefund(state, input.answer);
    case 'end':
      return hasEnded(state.phase) ? stay(state) : stay({ ...state, ending: true, unanswered: 0 });
    case 'give-back':
      assert(state.phase === 'succeeded', `money is given back after it came, not when an attempt is ${state.phase}`);
      return stay({ ...state, phase: 'refunding', unanswered: 0 });
    default:
      return unreachable(input);
  }
}

function stay(state: AttemptState, ...effects: readonly AttemptEffect[]): AttemptStep {
  return { state, effects };
}

function withoutAnswer(state: AttemptState): AttemptStep {
  const unanswered = state.unanswered + 1;
  if (!hasEnded(state.phase)) return stay({ ...state, phase: 'unknown', unanswered });
  return stay({ ...state, unanswered });
}

function afterCreate(state: AttemptState, answer: Awaited<ReturnType<PaymentProvider['create']>>): AttemptStep {
  switch (answer.kind) {
    case 'created':
      return hasEnded(state.phase) ? stay(state) : stay({ ...state, phase: 'submitted', codeUrl: answer.codeUrl, unanswered: 0 });
    case 'refused':
      return hasEnded(state.phase) ? stay(state) : ended(state, 'failed', answer.reason);
    case 'no-answer':
      return withoutAnswer(state);
    default:
      return unreachable(answer);
  }
}

function afterQuery(state: AttemptState, answer: ProviderPayment | { readonly kind: 'no-answer' }, amountMinor: number): AttemptStep {
  const isLate = state.phase === 'failed' || state.phase === 'closed';
  if (hasEnded(state.phase) && !isLate) return stay(state);
  switch (answer.kind) {
    case 'paid':
      return stay(
        { ...state, phase: 'succeeded', unanswered: 0 },
        ...(answer.amount.minor === amountMinor ? [] : [{ kind: 'alarm', code: 'E-PAY-AMOUNT' } as const]),
        { kind: 'settle' },
      );
    case 'failed':
      return isLate ? checkedLate(state) : ended(state, 'failed', answer.reason);
    case 'closed':
      return isLate ? checkedLate(state) : ended(state, 'closed');
    case 'waiting':
    case 'user-paying':
      if (isLate) return checkedLate(state);
      return stay({ ...state, phase: answer.kind === 'waiting' ? 'submitted' : 'user-paying', saidPaid: false, unanswered: 0 });
    case 'not-found':
      if (isLate) return checkedLate(state);
      // It was acknowledged before, so this contradicts itself: nothing is certain until closing it is answered.
      return stay({ ...state, phase: 'unknown', saidPaid: false, unanswered: state.unanswered + 1 });
    case 'no-answer':
      return withoutAnswer(state);
    default:
      return unreachable(answer);
  }
}

function afterClose(state: AttemptState, answer: Awaited<ReturnType<PaymentProvider['close']>>): AttemptStep {
  if (hasEnded(state.phase)) return stay(state);
  switch (answer.kind) {
    case 'closed':
    case 'not-found':
      return ended(state, 'closed');
    case 'paid':
      return stay({ ...state, saidPaid: true, unanswered: 0 });
    case 'no-answer':
      return withoutAnswer(state);
    default:
      return unreachable(answer);
  }
}

function afterRefund(state: AttemptState, answer: Awaited<ReturnType<PaymentProvider['refund']>>): AttemptStep {
  if (state.phase !== 'refunding') return stay(state);
  switch (answer.kind) {
    case 'refunded':
      return stay(
        { ...state, phase: 'refunded', refundReference: answer.reference, unanswered: 0 },
        { kind: 'refunded', reference: answer.reference },
      );
    case 'refused':
      // The guest's money is not ours to keep: it is asked for again, and a person is told.
      return stay({ ...state, unanswered: state.unanswered + 1 }, { kind: 'alarm', code: 'E-PAY-REFUND' });
    case 'no-answer':
      return withoutAnswer(state);
    default:
      return unreachable(answer);
  }
}

function ended(state: AttemptState, phase: 'failed' | 'closed', reason?: BothLanguages): AttemptStep {
  return stay({ ...state, phase, unanswered: 0, ...(reason === undefined ? {} : { reason }) }, { kind: 'ended-without-money' });
}

function checkedLate(state: AttemptState): AttemptStep {
  return stay({ ...state, unanswered: 0, lateChecks: state.lateChecks + 1 });
}

/** Whether there is still something to ask: what has to be taken up again after a restart. */
export function needsProvider(state: AttemptState): boolean {
  return nextCall(state, 0 as Instant, 0 as Instant, 0) !== undefined;
}
