import { assert, FaultError, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Duration, type Instant, milliseconds, plus } from '#core/base/time.ts';
import type { AttemptInput } from '#core/box-office/payment-attempt.ts';
import type { PaymentProvider } from '#core/box-office/payment-provider.ts';
import { nextCall, type ProviderCall } from '#core/box-office/payment-schedule.ts';
import type { AttemptRecord } from '#core/box-office/records.ts';
import type { IdempotencyKey } from '#core/contract/identifiers.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import type { Office } from '../office.ts';
import { tellAlarms } from './alarms.ts';
import type { ProviderList } from './provider-list.ts';
import { takeIn } from './settle.ts';

/**
 * Asks the providers what `core/box-office/payment-schedule.ts` wants to know, when it wants to know it. One question at a time for each attempt. All that it
 * knows is in the store, but for payment codes: after a crash `resume` goes on where it was, and a payment whose code is gone is asked about and undone.
 */
export interface PaymentDriver {
  /** Takes up every payment for which something is still to be asked; how an open one stands is asked first, and at once. */
  resume(): Promise<void>;
  /**
   * Asks at once what is to be asked at once, and comes back when there is an answer, or none.
   * @param code of an attempt that was begun with this very call; used for one question and forgotten
   */
  pursue(key: IdempotencyKey, code?: string): Promise<void>;
  /** Somebody says that something has happened: what is to be asked about it is asked now. Nothing is asked that would not be. */
  hint(key: IdempotencyKey): void;
  /** What is asked next about an attempt and when; undefined while it is being asked, and when nothing is. */
  due(key: IdempotencyKey): { readonly call: ProviderCall; readonly at: Instant } | undefined;
  /** No question is begun any more; resolves when the last one has ended. */
  stop(): Promise<void>;
}

export interface DriverTime {
  readonly clock: Pick<Clock, 'wall'>;
  readonly timers: Timers;
}

const AT_ONCE = milliseconds(0);

/**
 * It has ended without money, and is only asked about again in case some comes after all. Those questions are few: asked at once by every start, a program that
 * is started three times in a minute would have none left.
 */
function isOver({ state }: AttemptRecord): boolean {
  return state.phase === 'failed' || state.phase === 'closed';
}

export function createPaymentDriver(office: Office, providers: ProviderList, { clock, timers }: DriverTime): PaymentDriver {
  const waiting = new Map<IdempotencyKey, Timer & { readonly call: ProviderCall; readonly at: Instant }>();
  const working = new Map<IdempotencyKey, Promise<void>>();
  const codes = new Map<IdempotencyKey, string>();
  let isStopped = false;

  /** @param due what is waited for. By then the schedule may want something else, which has its own time. */
  const schedule = (key: IdempotencyKey, after: Duration, due: ProviderCall): void => {
    waiting.get(key)?.cancel();
    if (isStopped) return;
    const timer = timers.after(after, () => {
      waiting.delete(key);
      // A store that fails now (a full disk) may work again later, and money may be open: it is tried again. Anything else is a defect and ends the program.
      void queue(key, due).catch((cause: unknown) => {
        if (!(cause instanceof FaultError)) throw cause;
        office.log.error({ code: cause.fault.code, attempt: key }, cause.fault.message);
        schedule(key, LIMITS.payment.retry.cap, due);
      });
    });
    waiting.set(key, { cancel: () => timer.cancel(), call: due, at: plus(clock.wall(), after) });
  };

  const queue = (key: IdempotencyKey, due: ProviderCall | undefined): Promise<void> => {
    const before = working.get(key) ?? Promise.resolve();
    const mine = before.then(
      () => advance(key, due),
      () => advance(key, due),
    );
    working.set(key, mine);
    const forget = (): void => {
      if (working.get(key) === mine) working.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  };

  const advance = async (key: IdempotencyKey, first: ProviderCall | undefined): Promise<void> => {
    let due = first;
    while (!isStopped) {
      const found = await office.run(async ({ tx, now }) => {
        const attempt = await tx.attempts.find(key);
        return { attempt, next: attempt && nextCall(attempt, now, office.random.uniform()) };
      });
      if (found.attempt === undefined || found.next === undefined) return;
      if (found.next.after > 0 && found.next.call !== due) return schedule(key, found.next.after, found.next.call);
      due = undefined;
      const input = await inputOf(found.attempt, found.next.call);
      const { pursue, alarms } = await office.run((unit) => takeIn(unit, office, key, input));
      report(office, found.attempt, input);
      tellAlarms(office.log, key, alarms);
      for (const other of pursue) if (other !== key) schedule(other, AT_ONCE, 'query');
    }
  };

  const inputOf = async (attempt: AttemptRecord, call: ProviderCall): Promise<AttemptInput> => {
    if (call === 'overdue') return { kind: 'overdue' };
    const code = codes.get(attempt.key);
    codes.delete(attempt.key);
    if (call === 'pay-code' && code === undefined) return { kind: 'code-lost' };
    const configured = providers.find(({ id }) => id === attempt.provider);
    // A provider that was taken out of the configuration while its money was open: nothing is known until it is put back.
    if (configured === undefined) return noProvider(call, attempt.provider ?? '');
    return ask(configured.provider, attempt, call, code, descriptionOf(office));
  };

  return {
    resume: async () => {
      const open = await office.run(async ({ tx, now }) => {
        const attempts = await tx.attempts.open();
        return attempts.map((attempt) => ({ attempt, next: nextCall(attempt, now, office.random.uniform()) }));
      });
      for (const { attempt, next } of open) schedule(attempt.key, isOver(attempt) ? (next?.after ?? AT_ONCE) : AT_ONCE, 'query');
    },
    pursue: async (key, code) => {
      waiting.get(key)?.cancel();
      waiting.delete(key);
      if (code !== undefined) codes.set(key, code);
      try {
        await queue(key, undefined);
      } catch (cause) {
        // What was learnt is kept or it is not; either way somebody has to go on asking.
        if (cause instanceof FaultError) schedule(key, LIMITS.payment.retry.cap, 'query');
        throw cause;
      } finally {
        codes.delete(key);
      }
    },
    hint: (key) => {
      const next = waiting.get(key);
      if (next !== undefined && (next.call === 'query' || next.call === 'query-refund')) schedule(key, AT_ONCE, next.call);
    },
    due: (key) => {
      const next = waiting.get(key);
      return next === undefined ? undefined : { call: next.call, at: next.at };
    },
    stop: async () => {
      isStopped = true;
      for (const timer of waiting.values()) timer.cancel();
      waiting.clear();
      codes.clear();
      await Promise.allSettled(working.values());
    },
  };
}

type RemoteCall = Exclude<ProviderCall, 'overdue'>;

function noProvider(call: RemoteCall, id: string): AttemptInput {
  const message = `The payment provider "${id}" is not in the configuration any more, and money of it is open.`;
  const answer = { kind: 'no-answer', fault: { code: 'E-PAY-PROVIDER', owner: 'configuration', message } } as const;
  return { kind: call, answer };
}

async function ask(
  provider: PaymentProvider,
  attempt: AttemptRecord,
  call: RemoteCall,
  code: string | undefined,
  description: string,
): Promise<AttemptInput> {
  const { merchantOrder, amount, expiresAt } = attempt;
  const refund = { merchantOrder, refundOrder: `${merchantOrder}-R`, amount };
  switch (call) {
    case 'create':
      return { kind: 'create', answer: await provider.create({ merchantOrder, amount, description, expiresAt }) };
    case 'pay-code':
      assert(code !== undefined, 'a payment code is sent while it is known');
      return { kind: 'pay-code', answer: await provider.payByCode({ merchantOrder, amount, description, code }) };
    case 'query':
      return { kind: 'query', answer: await provider.query(merchantOrder) };
    case 'close':
      return { kind: 'close', answer: await provider.close(merchantOrder) };
    case 'reverse':
      return { kind: 'reverse', answer: await provider.reverse(merchantOrder) };
    case 'refund':
      return { kind: 'refund', answer: await provider.refund(refund) };
    case 'query-refund':
      return { kind: 'query-refund', answer: await provider.queryRefund(refund) };
    default:
      return unreachable(call);
  }
}

function descriptionOf(office: Office): string {
  return `${office.programme.site.name.zh} ${office.programme.site.name.en}`.slice(0, 120);
}

/** With the provider's own words for it, which its support asks for. */
function report(office: Office, { key, provider }: AttemptRecord, input: AttemptInput): void {
  if (!('answer' in input) || input.answer.kind !== 'no-answer') return;
  const { fault, trace } = input.answer;
  office.log.warn({ code: fault.code, attempt: key, provider, asked: input.kind, ...trace }, fault.message);
}
