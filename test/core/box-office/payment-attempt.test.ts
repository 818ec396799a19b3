import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { money } from '#core/base/money.ts';
import { instant } from '#core/base/time.ts';
import {
  type AttemptEffect,
  type AttemptInput,
  type AttemptState,
  hasEnded,
  NEW_ATTEMPT,
  nextCall,
  type ProviderCall,
  stepAttempt,
} from '#core/box-office/payment-attempt.ts';

const AMOUNT = 9_600;
const EXPIRES = instant(600_000);
const reason = { zh: '拒绝', en: 'Refused' };
const noAnswer = { kind: 'no-answer', fault: { code: 'E-PAY-TIMEOUT', owner: 'peer', message: '' } } as const;

/** Every answer that a provider can give to each call. */
const ANSWERS: Readonly<Record<ProviderCall, readonly AttemptInput[]>> = {
  create: [{ kind: 'created', codeUrl: 'https://pay.example/x' } as const, { kind: 'refused', reason } as const, noAnswer].map((answer) => ({
    kind: 'create',
    answer,
  })),
  query: [
    { kind: 'waiting' } as const,
    { kind: 'user-paying' } as const,
    { kind: 'paid', amount: money(AMOUNT, 'CNY'), reference: 'P' } as const,
    { kind: 'failed', reason } as const,
    { kind: 'closed' } as const,
    { kind: 'not-found' } as const,
    noAnswer,
  ].map((answer) => ({ kind: 'query', answer })),
  close: [{ kind: 'closed' } as const, { kind: 'paid' } as const, { kind: 'not-found' } as const, noAnswer].map((answer) => ({
    kind: 'close',
    answer,
  })),
  refund: [{ kind: 'refunded', reference: 'R' } as const, { kind: 'refused', reason } as const, noAnswer].map((answer) => ({
    kind: 'refund',
    answer,
  })),
};

interface Step {
  readonly before: AttemptState;
  readonly input: AttemptInput;
  readonly after: AttemptState;
  readonly effects: readonly AttemptEffect[];
}

/** Runs an attempt as the driver does: it asks what is next and takes whichever answer chance has chosen. */
function run(choices: readonly number[]): Step[] {
  const steps: Step[] = [];
  let state = NEW_ATTEMPT;
  let now = 0;
  for (const choice of choices) {
    const next = nextCall(state, EXPIRES, instant(now), 0.5);
    const answers = next === undefined ? [] : ANSWERS[next.call];
    const isInterrupted = choice % 11 === 10;
    const input = isInterrupted ? interruption(state) : answers[choice % Math.max(1, answers.length)];
    if (input === undefined) break;
    now += next?.after ?? 0;
    const { state: after, effects } = stepAttempt(state, input, AMOUNT);
    steps.push({ before: state, input, after, effects });
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
          expect(effects).toEqual([]);
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
          expect(['create refused', 'query failed', 'query closed', 'close closed', 'close not-found']).toContain(said);
        }
      }),
    );
  });

  test('something is left to ask until it is certain how it ended', () => {
    fc.assert(
      fc.property(choices, (picked) => {
        for (const { after } of run(picked)) {
          const isOver = after.phase === 'succeeded' || after.phase === 'refunded';
          const isLeftAlone = (after.phase === 'failed' || after.phase === 'closed') && after.lateChecks >= LIMITS.payment.lateChecks.length;
          expect(nextCall(after, EXPIRES, instant(0), 0) === undefined).toBe(isOver || isLeftAlone);
        }
      }),
    );
  });

  test('from its expiry on it is closed and not asked for money any more', () => {
    fc.assert(
      fc.property(choices, (picked) => {
        for (const { after } of run(picked)) {
          if (hasEnded(after.phase) || after.saidPaid) continue;
          expect(nextCall(after, EXPIRES, EXPIRES, 0)?.call).toBe('close');
        }
      }),
    );
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
