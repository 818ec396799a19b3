import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { money } from '#core/base/money.ts';
import { type Instant, instant } from '#core/base/time.ts';
import { type AttemptEffect, type AttemptInput, type AttemptState, hasEnded, NEW_ATTEMPT, stepAttempt } from '#core/box-office/payment-attempt.ts';
import { CODE_RULES, type CodeScheme, nextCall as nextOf, type ProviderCall, type Scheduled } from '#core/box-office/payment-schedule.ts';

const AMOUNT = 9_600;
const EXPIRES = instant(600_000);
const reason = { zh: '拒绝', en: 'Refused' };
const noAnswer = { kind: 'no-answer', fault: { code: 'E-PAY-TIMEOUT', owner: 'peer', message: '' } } as const;

type Method = 'qr' | CodeScheme;
const attemptOf = (method: Method, state: AttemptState, expiresAt: Instant): Scheduled =>
  method === 'qr'
    ? { method: 'qr', createdAt: instant(0), expiresAt, state }
    : { method: 'payment-code', scheme: method, createdAt: instant(0), expiresAt, state };
const nextCall = (state: AttemptState, expiresAt: Instant, now: Instant, uniform: number, method: Method = 'qr') =>
  nextOf(attemptOf(method, state, expiresAt), now, uniform);

const PAID = { kind: 'paid', amount: money(AMOUNT, 'CNY'), reference: 'P' } as const;

/** Every answer that a provider can give to each call. */
const ANSWERS: Readonly<Record<ProviderCall, readonly AttemptInput[]>> = {
  create: [{ kind: 'created', codeUrl: 'https://pay.example/x' } as const, { kind: 'refused', reason } as const, noAnswer].map((answer) => ({
    kind: 'create',
    answer,
  })),
  'pay-code': [
    ...[PAID, { kind: 'user-paying' } as const, { kind: 'refused', reason } as const, noAnswer].map(
      (answer): AttemptInput => ({ kind: 'pay-code', answer }),
    ),
    { kind: 'code-lost' },
  ],
  query: [
    { kind: 'waiting' } as const,
    { kind: 'user-paying' } as const,
    PAID,
    { kind: 'failed', reason } as const,
    { kind: 'closed' } as const,
    { kind: 'not-found' } as const,
    noAnswer,
  ].map((answer) => ({ kind: 'query', answer })),
  close: [{ kind: 'closed' } as const, { kind: 'paid' } as const, { kind: 'not-found' } as const, noAnswer].map((answer) => ({
    kind: 'close',
    answer,
  })),
  reverse: [
    { kind: 'reversed' } as const,
    { kind: 'still-paying' } as const,
    { kind: 'not-found' } as const,
    { kind: 'refused', reason } as const,
    noAnswer,
  ].map((answer) => ({ kind: 'reverse', answer })),
  refund: [{ kind: 'refunded', reference: 'R' } as const, { kind: 'pending' } as const, { kind: 'refused', reason } as const, noAnswer].map(
    (answer) => ({ kind: 'refund', answer }),
  ),
  'query-refund': [
    { kind: 'refunded', reference: 'R' } as const,
    { kind: 'pending' } as const,
    { kind: 'not-found' } as const,
    { kind: 'refused', reason } as const,
    noAnswer,
  ].map((answer) => ({ kind: 'query-refund', answer })),
  overdue: [{ kind: 'overdue' }],
};

const METHODS: readonly Method[] = ['qr', 'wechat', 'alipay'];

interface Step {
  readonly method: Method;
  readonly call: ProviderCall | undefined;
  readonly at: number;
  readonly before: AttemptState;
  readonly input: AttemptInput;
  readonly after: AttemptState;
  readonly effects: readonly AttemptEffect[];
}

/** Runs an attempt as the driver does: it asks what is next and takes whichever answer chance has chosen. */
function run([way = 0, ...choices]: readonly number[]): Step[] {
  const method = METHODS[way % METHODS.length] ?? 'qr';
  const steps: Step[] = [];
  let state = NEW_ATTEMPT;
  let now = 0;
  for (const choice of choices) {
    const next = nextCall(state, EXPIRES, instant(now), 0.5, method);
    const answers = next === undefined ? [] : ANSWERS[next.call];
    const isInterrupted = choice % 11 === 10;
    const input = isInterrupted ? interruption(state) : answers[choice % Math.max(1, answers.length)];
    if (input === undefined) break;
    now += next?.after ?? 0;
    const { state: after, effects } = stepAttempt(state, input, AMOUNT);
    steps.push({ method, call: isInterrupted ? undefined : next?.call, at: now, before: state, input, after, effects });
    state = after;
  }
  return steps;
}

function interruption(state: AttemptState): AttemptInput {
  return state.phase === 'succeeded' ? { kind: 'give-back' } : { kind: 'end' };
}

const choices = fc.array(fc.nat(1_000), { maxLength: 60 });

describe('an attempt to pay, whatever the provider answers', () => {
  test('no answer never ends it', () => {
    let seen = 0;
    fc.assert(
      fc.property(choices, (picked) => {
        for (const { before, input, after, effects } of run(picked)) {
          if (!('answer' in input) || input.answer.kind !== 'no-answer') continue;
          seen++;
          expect(effects.filter(({ kind }) => kind !== 'alarm')).toEqual([]);
          expect(after.phase).toBe(hasEnded(before.phase) ? before.phase : 'unknown');
        }
      }),
    );
    expect(seen).toBeGreaterThan(0);
  });

  test('money is settled once, and only when the provider has said that it is there', () => {
    let settled = 0;
    fc.assert(
      fc.property(choices, (picked) => {
        const settling = run(picked).filter(({ effects }) => effects.some(({ kind }) => kind === 'settle'));
        expect(settling.length).toBeLessThanOrEqual(1);
        for (const { input } of settling) expect('answer' in input && input.answer.kind).toBe('paid');
        settled += settling.length;
      }),
    );
    expect(settled).toBeGreaterThan(0);
  });

  test('an end without money is believed once, and only from the provider', () => {
    fc.assert(
      fc.property(choices, (picked) => {
        const ends = run(picked).filter(({ effects }) => effects.some(({ kind }) => kind === 'ended-without-money'));
        expect(ends.length).toBeLessThanOrEqual(1);
        for (const { input } of ends) {
          const said = 'answer' in input ? `${input.kind} ${input.answer.kind}` : input.kind;
          expect([
            'create refused',
            'pay-code refused',
            'query failed',
            'query closed',
            'close closed',
            'close not-found',
            'reverse reversed',
            'reverse not-found',
          ]).toContain(said);
        }
      }),
    );
  });

  test('something is left to ask until it is certain how it ended', () => {
    fc.assert(
      fc.property(choices, (picked) => {
        for (const { after, method } of run(picked)) {
          const isOver = after.phase === 'succeeded' || after.phase === 'refunded';
          const isLeftAlone = (after.phase === 'failed' || after.phase === 'closed') && after.lateChecks >= LIMITS.payment.lateChecks.length;
          expect(nextCall(after, EXPIRES, instant(0), 0, method) === undefined).toBe(isOver || isLeftAlone);
        }
      }),
    );
  });

  test('from its expiry on it is closed and not asked for money any more', () => {
    fc.assert(
      fc.property(choices, (picked) => {
        for (const { after, method } of run(picked)) {
          if (method !== 'qr' || hasEnded(after.phase) || after.saidPaid) continue;
          expect(nextCall(after, EXPIRES, EXPIRES, 0)?.call).toBe('close');
        }
      }),
    );
  });
});

describe('a payment code, whatever the provider answers', () => {
  const ofCode = (picked: readonly number[]): Step[] => run([1 + ((picked[0] ?? 0) % 2), ...picked]);

  test('is sent once, and never after anything else was asked', () => {
    fc.assert(
      fc.property(choices, (picked) => {
        const calls = ofCode(picked).flatMap(({ call }) => call ?? []);
        expect(calls.filter((call) => call === 'pay-code').length).toBeLessThanOrEqual(1);
        expect(calls.indexOf('pay-code')).toBeLessThanOrEqual(0);
        expect(calls).not.toContain('create');
        expect(calls).not.toContain('close');
      }),
    );
  });

  test('is undone not before its provider allows, and given up on not later than it should be', () => {
    let undone = 0;
    fc.assert(
      fc.property(choices, (picked) => {
        const steps = ofCode(picked);
        const first = steps.find(({ call, input }) => call === 'reverse' && input.kind === 'reverse');
        if (first === undefined || first.method === 'qr') return;
        undone++;
        const rules = CODE_RULES[first.method];
        const wasEnded = steps.some(({ input }) => input.kind === 'end');
        expect(first.at).toBeGreaterThanOrEqual(wasEnded ? rules.reverseNotBefore : rules.giveUp - rules.queryEvery.most);
        expect(first.at).toBeLessThanOrEqual(rules.giveUp + rules.queryEvery.most);
      }),
      { numRuns: 500 },
    );
    expect(undone).toBeGreaterThan(0);
  });
});

describe('the rhythm of asking about a payment code', () => {
  const sent = (method: CodeScheme, answer: Extract<AttemptInput, { kind: 'pay-code' }>['answer']) => {
    const { state } = stepAttempt(NEW_ATTEMPT, { kind: 'pay-code', answer }, AMOUNT);
    return (changes: Partial<AttemptState>, at: number, uniform = 0) => nextCall({ ...state, ...changes }, EXPIRES, instant(at), uniform, method);
  };

  test.each(['wechat', 'alipay'] as const)('%s: first after 5 s, then every 3 to 5 s', (method) => {
    const next = sent(method, { kind: 'user-paying' });
    expect(next({}, 200)).toEqual({ call: 'query', after: 4_800 });
    expect(next({ queries: 1 }, 5_000, 0)).toEqual({ call: 'query', after: 3_000 });
    expect(next({ queries: 1 }, 5_000, 0.5)).toEqual({ call: 'query', after: 4_000 });
  });

  test('WeChat is given up on at 45 s, Alipay at 60 s', () => {
    expect(sent('wechat', noAnswer)({ queries: 9 }, 43_000)).toEqual({ call: 'reverse', after: 2_000 });
    expect(sent('alipay', noAnswer)({ queries: 9 }, 43_000)).toEqual({ call: 'query', after: 3_000 });
    expect(sent('alipay', noAnswer)({ queries: 9 }, 180_000)).toEqual({ call: 'reverse', after: 0 });
  });

  test('a guest who gives up at once: WeChat is undone after 15 s, Alipay now', () => {
    expect(sent('wechat', { kind: 'user-paying' })({ ending: true, queries: 3 }, 14_000)).toEqual({ call: 'reverse', after: 1_000 });
    expect(sent('alipay', { kind: 'user-paying' })({ ending: true }, 1_000)).toEqual({ call: 'reverse', after: 0 });
  });

  test.each(['wechat', 'alipay'] as const)(
    '%s: what was never acknowledged may still arrive, and is not undone while it could take money',
    (method) => {
      const next = sent(method, noAnswer);
      const { giveUp } = CODE_RULES[method];
      expect(next({ ending: true }, 4_000)).toEqual({ call: 'query', after: 1_000 });
      expect(next({ ending: true, queries: 3 }, giveUp - 4_000)).toEqual({ call: 'query', after: 3_000 });
      expect(next({ ending: true, queries: 9 }, giveUp)).toEqual({ call: 'reverse', after: 0 });
    },
  );

  test('a clock that was set back an hour does not make anybody wait for an hour', () => {
    const next = sent('wechat', noAnswer);
    expect(next({}, -3_600_000)?.after).toBeLessThanOrEqual(5_000);
    expect(next({ queries: 15 }, -3_600_000)).toEqual({ call: 'reverse', after: 0 });
  });

  test('undoing that is refused while a password is typed goes back to asking', () => {
    const { state } = stepAttempt({ ...NEW_ATTEMPT, phase: 'user-paying' }, { kind: 'reverse', answer: { kind: 'still-paying' } }, AMOUNT);
    expect(state.phase).toBe('unknown');
    expect(nextCall(state, EXPIRES, instant(50_000), 0, 'wechat')).toEqual({ call: 'query', after: 3_000 });
    const asked = stepAttempt(state, { kind: 'query', answer: { kind: 'user-paying' } }, AMOUNT);
    expect(nextCall(asked.state, EXPIRES, instant(53_000), 0, 'wechat')).toEqual({ call: 'reverse', after: 0 });
  });

  test('after the last try a person is told, once, and asking goes on every minute', () => {
    let state: AttemptState = { ...NEW_ATTEMPT, phase: 'unknown', queries: 9 };
    const alarms: string[] = [];
    for (let tries = 0; tries < 30; tries++) {
      const step = stepAttempt(state, { kind: 'reverse', answer: noAnswer }, AMOUNT);
      state = step.state;
      for (const effect of step.effects) alarms.push(effect.kind === 'alarm' ? effect.code : effect.kind);
    }
    expect(alarms).toEqual(['E-PAY-MANUAL']);
    expect(state.needsPerson).toBe(true);
    expect(nextCall(state, EXPIRES, instant(999_999), 0, 'wechat')).toEqual({ call: 'reverse', after: 60_000 });
  });
});

describe('the rhythm of asking', () => {
  test('an open payment is asked for every two seconds, but never later than its expiry', () => {
    const { state } = stepAttempt(NEW_ATTEMPT, { kind: 'create', answer: { kind: 'created', codeUrl: 'https://x' } }, AMOUNT);
    expect(nextCall(state, EXPIRES, instant(0), 0)).toEqual({ call: 'query', after: 2_000 });
    expect(nextCall(state, EXPIRES, instant(EXPIRES - 500), 0)).toEqual({ call: 'query', after: 500 });
  });

  test('a provider that is silent is asked less and less often, never not at all', () => {
    let state = NEW_ATTEMPT;
    const waits: number[] = [];
    for (let asked = 0; asked < 10; asked++) {
      ({ state } = stepAttempt(state, { kind: 'create', answer: noAnswer }, AMOUNT));
      waits.push(nextCall(state, instant(Number.MAX_SAFE_INTEGER), instant(0), 0.999)?.after ?? 0);
    }
    expect(waits.every((wait, index) => index === 0 || wait >= (waits[index - 1] ?? 0))).toBe(true);
    expect(waits.at(-1)).toBeGreaterThan(50_000);
    expect(waits.at(-1)).toBeLessThanOrEqual(60_000);
  });

  test('"paid" as the answer to closing is proven by a question at once', () => {
    const { state } = stepAttempt({ ...NEW_ATTEMPT, phase: 'submitted', ending: true }, { kind: 'close', answer: { kind: 'paid' } }, AMOUNT);
    expect(nextCall(state, EXPIRES, instant(0), 0)).toEqual({ call: 'query', after: 0 });
  });

  test('another amount raises an alarm', () => {
    const paid = { kind: 'paid', amount: money(1, 'CNY'), reference: 'P' } as const;
    const { effects } = stepAttempt({ ...NEW_ATTEMPT, phase: 'submitted' }, { kind: 'query', answer: paid }, AMOUNT);
    expect(effects).toEqual([{ kind: 'alarm', code: 'E-PAY-AMOUNT' }, { kind: 'settle' }]);
  });
});
