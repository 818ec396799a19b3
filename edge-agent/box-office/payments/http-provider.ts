import type { z } from 'zod';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { toIso } from '#core/base/time.ts';
import type { PaymentProvider } from '#core/box-office/payment-provider.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { Timers } from '#core/ports/clock.ts';
import { PaymentMessage, RefundMessage, RefusalMessage } from '../../payment-simulator/merchant-api.ts';

/**
 * A payment provider over HTTP. Whatever is not a clear answer (no answer, a late one, a server's error, an answer that breaks the contract, or one about
 * another payment) is `no-answer`, never a failure: the money may have moved.
 */
export interface HttpProviderOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly timers: Timers;
}

const REFUSED_BY_GUEST: BothLanguages = { zh: '支付被拒绝，未扣款', en: 'The payment was refused; nothing was charged' };
const REFUSED_BY_PROVIDER: Readonly<Record<z.infer<typeof RefusalMessage>['code'], BothLanguages>> = {
  'order-number-reused': { zh: '支付渠道拒绝了该单号，未扣款', en: 'The provider did not take this order number; nothing was charged' },
  'not-paid': { zh: '支付渠道没有这笔款项', en: 'The provider has no such payment' },
  expired: { zh: '支付已超时，未扣款', en: 'The payment has expired; nothing was charged' },
};

type NoAnswer = { readonly kind: 'no-answer'; readonly fault: Fault };

export function createHttpProvider(options: HttpProviderOptions): PaymentProvider {
  const ask = (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Reply | NoAnswer> => send(options, method, path, body);
  return {
    create: async ({ merchantOrder, amount, description, expiresAt }) => {
      const reply = await ask('POST', '/v1/payments', { merchantOrder, amount, description, expiresAt: toIso(expiresAt) });
      return read(reply, PaymentMessage, merchantOrder, (payment) => ({ kind: 'created', codeUrl: payment.codeUrl }));
    },
    query: async (merchantOrder) => {
      const reply = await ask('GET', `/v1/payments/${encodeURIComponent(merchantOrder)}`);
      if ('status' in reply && reply.status === 404) return { kind: 'not-found' };
      const answer = read(reply, PaymentMessage, merchantOrder, (payment) => ({ kind: 'payment' as const, payment }));
      if (answer.kind === 'refused') return broken('refuses to say how a payment stands');
      return answer.kind === 'payment' ? standing(answer.payment) : answer;
    },
    close: async (merchantOrder) => {
      const reply = await ask('POST', `/v1/payments/${encodeURIComponent(merchantOrder)}/close`);
      if ('status' in reply && reply.status === 404) return { kind: 'not-found' };
      const answer = read(reply, PaymentMessage, merchantOrder, ({ status }) => {
        if (status === 'paid' || status === 'refunded') return { kind: 'paid' as const };
        return status === 'closed' || status === 'refused' ? { kind: 'closed' as const } : broken('left a payment open that was to be closed');
      });
      return answer.kind === 'refused' ? broken('refuses to close a payment') : answer;
    },
    refund: async ({ merchantOrder, refundOrder, amount }) => {
      const reply = await ask('POST', '/v1/refunds', { merchantOrder, refundOrder, amount });
      return read(reply, RefundMessage, refundOrder, ({ reference }) => ({ kind: 'refunded', reference }));
    },
  };
}

function standing(payment: PaymentMessage): Awaited<ReturnType<PaymentProvider['query']>> {
  switch (payment.status) {
    case 'waiting':
    case 'user-paying':
    case 'closed':
      return { kind: payment.status };
    case 'refused':
      return { kind: 'failed', reason: REFUSED_BY_GUEST };
    case 'paid':
    case 'refunded':
      return payment.reference === undefined
        ? broken('says that a payment is paid, without its reference')
        : { kind: 'paid', amount: payment.amount, reference: payment.reference };
  }
}

interface Reply {
  readonly status: number;
  readonly value: unknown;
}

async function send({ url, apiKey, timers }: HttpProviderOptions, method: 'GET' | 'POST', path: string, body: unknown): Promise<Reply | NoAnswer> {
  const abort = new AbortController();
  const deadline = timers.after(LIMITS.payment.providerTimeout, () => abort.abort());
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: 'error',
      signal: abort.signal,
    });
    return { status: response.status, value: await jsonOf(response, abort) };
  } catch (cause) {
    if (abort.signal.aborted) return noAnswer('E-PAY-TIMEOUT', `did not answer within ${LIMITS.payment.providerTimeout} ms`);
    const reason = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause);
    return noAnswer('E-PAY-UNREACHABLE', `could not be reached: ${reason}`);
  } finally {
    deadline.cancel();
  }
}

/** Undefined, which no schema takes, when the body is no JSON or longer than any honest answer; then the rest of it is cut off. */
async function jsonOf(response: Response, abort: AbortController): Promise<unknown> {
  const text = await boundedText(response);
  if (text === undefined) {
    abort.abort();
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function boundedText(response: Response): Promise<string | undefined> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > LIMITS.payment.answerBytesMax) return undefined;
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}

/** A 200 that fits its schema and speaks of what was asked about; a 409 that names a known refusal; everything else is no answer. */
function read<Message extends z.infer<typeof PaymentMessage> | z.infer<typeof RefundMessage>, Answer>(
  reply: Reply | NoAnswer,
  schema: z.ZodType<Message>,
  number: string,
  take: (message: Message) => Answer,
): Answer | NoAnswer | { readonly kind: 'refused'; readonly reason: BothLanguages } {
  if ('kind' in reply) return reply;
  if (reply.status === 409) {
    const refusal = RefusalMessage.safeParse(reply.value);
    return refusal.success ? { kind: 'refused', reason: REFUSED_BY_PROVIDER[refusal.data.code] } : broken('refuses in a form that is not agreed');
  }
  if (reply.status !== 200) return noAnswer('E-PAY-STATUS', `answered with status ${reply.status}`);
  const message = schema.safeParse(reply.value);
  if (!message.success) return broken('answered in a form that is not agreed');
  const named = 'merchantOrder' in message.data ? message.data.merchantOrder : message.data.refundOrder;
  return named === number ? take(message.data) : broken('answered about another payment');
}

function broken(what: string): NoAnswer {
  return noAnswer('E-PAY-ANSWER', what);
}

function noAnswer(code: string, what: string): NoAnswer {
  return { kind: 'no-answer', fault: { code, owner: 'peer', message: `The payment provider ${what}.` } };
}
