import { FaultError, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Duration, milliseconds } from '#core/base/time.ts';
import { type AttemptInput, nextCall, type ProviderCall } from '#core/box-office/payment-attempt.ts';
import type { PaymentProvider } from '#core/box-office/payment-provider.ts';
import type { AttemptRecord } from '#core/box-office/records.ts';
import type { IdempotencyKey } from '#core/contract/identifiers.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { Office } from '../office.ts';
import { takeIn } from './settle.ts';

/**
 * Asks the provider what the machine of `core/box-office/payment-attempt.ts` wants to know, when it wants to know it. One question at a time for each
 * attempt. All that it knows is in the store: after a crash `resume` goes on where it was.
 */
export interface PaymentDriver {
  /** Takes up every payment for which something is still to be asked. */
  resume(): Promise<void>;
  /** Asks at once what is to be asked at once, and comes back when there is an answer, or none. */
  pursue(key: IdempotencyKey): Promise<void>;
  /** No question is begun any more; resolves when the last one has ended. */
  stop(): Promise<void>;
}

export function createPaymentDriver(office: Office, provider: PaymentProvider, timers: Timers): PaymentDriver {
  const waiting = new Map<IdempotencyKey, Timer>();
  const working = new Map<IdempotencyKey, Promise<void>>();
  let isStopped = false;

  const schedule = (key: IdempotencyKey, after: Duration): void => {
    waiting.get(key)?.cancel();
    if (isStopped) return;
    const timer = timers.after(after, () => {
      waiting.delete(key);
      // A store that fails now (a full disk) may work again later, and money may be open: it is tried again. Anything else is a defect and ends the program.
      void queue(key, true).catch((cause: unknown) => {
        if (!(cause instanceof FaultError)) throw cause;
        office.log.error({ code: cause.fault.code, attempt: key }, cause.fault.message);
        schedule(key, LIMITS.payment.retry.cap);
      });
    });
    waiting.set(key, timer);
  };

  const queue = (key: IdempotencyKey, isDue: boolean): Promise<void> => {
    const before = working.get(key) ?? Promise.resolve();
    const mine = before.then(
      () => advance(key, isDue),
      () => advance(key, isDue),
    );
    working.set(key, mine);
    const forget = (): void => {
      if (working.get(key) === mine) working.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  };

  const advance = async (key: IdempotencyKey, isDue: boolean): Promise<void> => {
    let mayAsk = isDue;
    while (!isStopped) {
      const found = await office.run(async ({ tx, now }) => {
        const attempt = await tx.attempts.find(key);
        return { attempt, next: attempt && nextCall(attempt.state, attempt.expiresAt, now, office.random.uniform()) };
      });
      if (found.attempt === undefined || found.next === undefined) return;
      if (found.next.after > 0 && !mayAsk) return schedule(key, found.next.after);
      mayAsk = false;
      const input = await ask(provider, found.attempt, found.next.call, descriptionOf(office));
      const { pursue, alarms } = await office.run((unit) => takeIn(unit, office, key, input));
      report(office, key, input, alarms);
      for (const other of pursue) if (other !== key) schedule(other, milliseconds(0));
    }
  };

  return {
    resume: async () => {
      const open = await office.run(({ tx }) => tx.attempts.open());
      for (const attempt of open) schedule(attempt.key, milliseconds(0));
    },
    pursue: (key) => {
      waiting.get(key)?.cancel();
      waiting.delete(key);
      return queue(key, false);
    },
    stop: async () => {
      isStopped = true;
      for (const timer of waiting.values()) timer.cancel();
      waiting.clear();
      await Promise.allSettled(working.values());
    },
  };
}

async function ask(provider: PaymentProvider, attempt: AttemptRecord, call: ProviderCall, description: string): Promise<AttemptInput> {
  const { key: merchantOrder, amount, expiresAt } = attempt;
  switch (call) {
    case 'create':
      return { kind: 'create', answer: await provider.create({ merchantOrder, amount, description, expiresAt }) };
    case 'query':
      return { kind: 'query', answer: await provider.query(merchantOrder) };
    case 'close':
      return { kind: 'close', answer: await provider.close(merchantOrder) };
    case 'refund':
      return { kind: 'refund', answer: await provider.refund({ merchantOrder, refundOrder: `${merchantOrder}-R`, amount }) };
    default:
      return unreachable(call);
  }
}

function descriptionOf(office: Office): string {
  return `${office.programme.site.name.zh} ${office.programme.site.name.en}`.slice(0, 120);
}

/** The attempt's key is a number of ours, not one of a guest: it may be logged, and it is what a provider's support asks for. */
function report(office: Office, key: IdempotencyKey, input: AttemptInput, alarms: readonly string[]): void {
  if (input.kind !== 'end' && input.kind !== 'give-back' && input.answer.kind === 'no-answer') {
    office.log.warn({ code: input.answer.fault.code, attempt: key, asked: input.kind }, input.answer.fault.message);
  }
  for (const code of alarms) office.log.error({ code, attempt: key }, ALARM[code] ?? code);
}

const ALARM: Readonly<Record<string, string>> = {
  'E-PAY-REFUND': 'The payment provider refuses to give money back. It is asked again; a person has to call the provider.',
  'E-PAY-AMOUNT': 'The payment provider took another amount than was asked for. The money goes back.',
};
