import { LIMITS } from '#core/base/limits.ts';
import type { Duration } from '#core/base/time.ts';
import type { NoAnswer, ProviderTrace } from '#core/box-office/payment-provider.ts';
import type { Timers } from '#core/ports/clock.ts';

/**
 * One question to a payment provider over HTTP, within a time and a size. What is not a whole answer in time is `no-answer`, never a failure: the money may
 * have moved. Nothing of the question is repeated in a fault, for it may hold a payment code.
 */
export interface ProviderQuestion {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeout?: Duration;
  readonly bytesMax?: number;
}

export interface ProviderReply {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined when it was longer than any honest answer. */
  readonly text: string | undefined;
}

export async function askOverHttp(timers: Timers, question: ProviderQuestion): Promise<ProviderReply | NoAnswer> {
  const { url, method, headers, body, timeout = LIMITS.payment.providerTimeout, bytesMax = LIMITS.payment.answerBytesMax } = question;
  const abort = new AbortController();
  const deadline = timers.after(timeout, () => abort.abort());
  try {
    const response = await fetch(url, { method, headers, body: body ?? null, redirect: 'error', signal: abort.signal });
    const text = await boundedText(response, bytesMax);
    if (text === undefined) abort.abort();
    return { status: response.status, headers: response.headers, text };
  } catch (cause) {
    if (abort.signal.aborted) return noAnswer('E-PAY-TIMEOUT', `did not answer within ${timeout} ms`);
    const reason = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause);
    return noAnswer('E-PAY-UNREACHABLE', `could not be reached: ${reason}`);
  } finally {
    deadline.cancel();
  }
}

async function boundedText(response: Response, bytesMax: number): Promise<string | undefined> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > bytesMax) return undefined;
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}

/** Undefined, which no schema of an answer takes, when the text is no JSON. */
export function jsonOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function noAnswer(code: string, what: string, trace?: ProviderTrace): NoAnswer {
  const fault = { code, owner: 'peer', message: `The payment provider ${what}.` } as const;
  return { kind: 'no-answer', fault, ...(trace === undefined ? {} : { trace }) };
}

/** An answer that cannot be believed. */
export function broken(what: string, trace?: ProviderTrace): NoAnswer {
  return noAnswer('E-PAY-ANSWER', what, trace);
}
