import { backoffDelay } from '../base/backoff.ts';
import { unreachable } from '../base/fault.ts';
import { LIMITS } from '../base/limits.ts';
import { type Duration, type Instant, milliseconds, plus, seconds } from '../base/time.ts';
import { type AttemptState, hasEnded } from './payment-attempt.ts';
import type { AttemptRecord } from './records.ts';

/** When a provider is asked what, as data for each provider and one function over it. */

/**
 * `overdue`: nobody is asked; a person is told that a card terminal has not reported.
 * `pay-code`: made once, with the code that is in memory alone; without it the attempt is taken up as unknown.
 */
export type ProviderCall = 'create' | 'pay-code' | 'query' | 'close' | 'reverse' | 'refund' | 'query-refund' | 'overdue';

/** The scheme of a payment code, of those for which there are rules. */
export type CodeScheme = 'wechat' | 'alipay';

export interface CodeRules {
  /** From the payment to the first question about it. */
  readonly firstQuery: Duration;
  /** Between two questions: somewhere from the one to the other, so that the kiosks of a lobby do not ask in step. */
  readonly queryEvery: { readonly least: Duration; readonly most: Duration };
  /** From the payment to giving up on the guest. */
  readonly giveUp: Duration;
  /** From the payment to the earliest undoing. */
  readonly reverseNotBefore: Duration;
}

export const CODE_RULES: Readonly<Record<CodeScheme, CodeRules>> = {
  /**
   * pay.weixin.qq.com/doc/v2/merchant/4011937125 (付款码支付): after a system error wait 5 s and query; give up after 45 s, when WeChat itself lets go;
   * reverse not earlier than 15 s after the payment, and again when it brings no answer. Its advice of 10 s between questions is for a till with a clerk;
   * 3 to 5 s is what integrators use, and a guest stands and waits.
   */
  wechat: { firstQuery: seconds(5), queryEvery: { least: seconds(3), most: seconds(5) }, giveUp: seconds(45), reverseNotBefore: seconds(15) },
  /** opendocs.alipay.com/open/194/106039 (当面付): after 10003 and 20000 query every 3 to 5 s, and cancel when a minute has brought nothing. */
  alipay: { firstQuery: seconds(5), queryEvery: { least: seconds(3), most: seconds(5) }, giveUp: seconds(60), reverseNotBefore: seconds(0) },
};

export interface NextCall {
  readonly call: ProviderCall;
  /** From now; 0 is at once. */
  readonly after: Duration;
}

export type Scheduled = Pick<AttemptRecord, 'method' | 'scheme' | 'createdAt' | 'expiresAt' | 'state'>;

const AT_ONCE = milliseconds(0);

/** What to ask next, and how long from now; undefined when there is nothing left to ask, or a kiosk has to tell. */
export function nextCall(attempt: Scheduled, now: Instant, uniform: number): NextCall | undefined {
  const { state } = attempt;
  switch (state.phase) {
    case 'succeeded':
    case 'refunded':
      return undefined;
    case 'refunding':
      return nextOfRefund(attempt, uniform);
    case 'failed':
    case 'closed': {
      if (!isAtProvider(attempt)) return undefined;
      const late = LIMITS.payment.lateChecks[state.lateChecks];
      return late === undefined ? undefined : { call: 'query', after: state.unanswered === 0 ? late : again(state, uniform) };
    }
    case 'created':
    case 'submitted':
    case 'user-paying':
    case 'unknown':
      return nextWhileOpen(attempt, now, uniform);
    default:
      return unreachable(state.phase);
  }
}

function isAtProvider({ method }: Scheduled): boolean {
  return method === 'qr' || method === 'payment-code';
}

function again(state: AttemptState, uniform: number): Duration {
  if (state.unanswered === 0) return LIMITS.payment.pollEvery;
  if (state.needsPerson === true) return LIMITS.payment.manualEvery;
  return backoffDelay(LIMITS.payment.retry, state.unanswered - 1, uniform);
}

function nextOfRefund(attempt: Scheduled, uniform: number): NextCall | undefined {
  const { state } = attempt;
  // A terminal's money goes back at the terminal, a member's in the transaction that decided it.
  if (!isAtProvider(attempt)) return undefined;
  if (state.refundAsked === 0) return { call: 'refund', after: state.unanswered === 0 ? AT_ONCE : again(state, uniform) };
  if (state.unanswered > 0) return { call: 'query-refund', after: again(state, uniform) };
  return { call: 'query-refund', after: backoffDelay(LIMITS.payment.refundCheck, state.refundAsked - 1, uniform) };
}

function nextWhileOpen(attempt: Scheduled, now: Instant, uniform: number): NextCall | undefined {
  switch (attempt.method) {
    case 'qr':
      return nextOfQr(attempt, now, uniform);
    case 'payment-code':
      return nextOfCode(attempt, now, uniform);
    case 'card-terminal': {
      if (attempt.state.needsPerson === true) return undefined;
      const left = plus(attempt.expiresAt, LIMITS.payment.terminalPatience) - now;
      return { call: 'overdue', after: milliseconds(Math.max(0, left)) };
    }
    case 'member':
      return undefined;
    default:
      return unreachable(attempt.method);
  }
}

function nextOfQr({ state, expiresAt }: Scheduled, now: Instant, uniform: number): NextCall {
  const wait = again(state, uniform);
  const soon = state.unanswered === 0 ? AT_ONCE : wait;
  if (state.saidPaid) return { call: 'query', after: soon };
  const left = expiresAt - now;
  if (state.ending || left <= 0) return { call: 'close', after: soon };
  const isFirst = state.phase === 'created' && state.unanswered === 0;
  return { call: state.codeUrl === undefined ? 'create' : 'query', after: isFirst ? AT_ONCE : milliseconds(Math.min(wait, left)) };
}

/** The guest is asked about as long as that is of use; then the payment is undone, which is repeated until it is answered. */
function nextOfCode({ state, scheme, createdAt }: Scheduled, now: Instant, uniform: number): NextCall {
  if (state.phase === 'created' && !state.ending) return { call: 'pay-code', after: AT_ONCE };
  const rules = CODE_RULES[scheme ?? 'wechat'];
  const wait = rules.queryEvery.least + uniform * (rules.queryEvery.most - rules.queryEvery.least);
  if (state.askNext) return { call: 'query', after: milliseconds(state.needsPerson === true ? LIMITS.payment.manualEvery : wait) };
  if (state.reverses > 0) return { call: 'reverse', after: state.unanswered === 0 ? AT_ONCE : again(state, uniform) };
  // A clock that was set back must not make the guest wait for ever, so the questions are counted as well.
  const age = Math.max(0, now - createdAt);
  // What was sent and never acknowledged may still be on its way. Undone now it would be unknown there, its seats would go, and then it would arrive: until the
  // code on the phone is worth nothing any more, it is asked about.
  const isThere = state.phase === 'submitted' || state.phase === 'user-paying';
  const undoAt = state.ending && isThere ? rules.reverseNotBefore : rules.giveUp;
  if (age >= undoAt || state.queries >= rules.giveUp / rules.queryEvery.least) return { call: 'reverse', after: AT_ONCE };
  const query = state.queries === 0 ? Math.max(0, rules.firstQuery - age) : wait;
  return query < undoAt - age ? { call: 'query', after: milliseconds(query) } : { call: 'reverse', after: milliseconds(undoAt - age) };
}

/** Whether something is left to ask or to wait for: what has to be taken up again after a restart. */
export function needsProvider(attempt: Scheduled): boolean {
  return nextCall(attempt, attempt.createdAt, 0) !== undefined;
}

/** The card terminal has taken its money back while tickets were out, and nobody has said yet what the guest did about it. */
export const isTakenBack = ({ takenBackAt, settled }: AttemptRecord): boolean =>
  takenBackAt !== undefined && settled?.found !== 'guest-paid' && settled?.found !== 'let-go';

/** What has to be found again: something is left to ask or to wait for, or the money is gone and a person has to know. */
export const isUnfinished = (attempt: AttemptRecord): boolean => needsProvider(attempt) || isTakenBack(attempt);

/** What the kiosk that holds a card terminal has to find out or to undo there. */
export function needsTerminal({ method, state }: Scheduled): boolean {
  return method === 'card-terminal' && (!hasEnded(state.phase) || state.phase === 'refunding');
}
