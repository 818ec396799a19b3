import type { z } from 'zod';
import { unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { toIso } from '#core/base/time.ts';
import type { NoAnswer, PaymentProvider, ProviderPayment, ProviderRefusal } from '#core/box-office/payment-provider.ts';
import type { PaymentFailure } from '#core/contract/box-office/sales.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { Timers } from '#core/ports/clock.ts';
import { PaymentMessage, RefundMessage, RefusalMessage, StatementMessage } from '../../payment-simulator/merchant-api.ts';
import { askOverHttp, broken, jsonOf, noAnswer, type ProviderQuestion } from './providers/provider-http.ts';

/**
 * The simulated payment provider over HTTP. Whatever is not a clear answer (no answer, a late one, a server's error, an answer that breaks the contract, or
 * one about another payment) is `no-answer`, never a failure: the money may have moved.
 */
export interface HttpProviderOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly timers: Timers;
}

const REFUSED_BY_GUEST: BothLanguages = { zh: '支付被拒绝，未扣款', en: 'The payment was refused; nothing was charged' };
type RefusalCode = z.infer<typeof RefusalMessage>['code'];
const REFUSED: Readonly<Record<RefusalCode, { readonly reason: BothLanguages; readonly failure: PaymentFailure }>> = {
  'order-number-reused': {
    failure: 'refused-by-provider',
    reason: { zh: '支付渠道拒绝了该单号，未扣款', en: 'The provider did not take this order number; nothing was charged' },
  },
  'not-paid': { failure: 'refused-by-provider', reason: { zh: '支付渠道没有这笔款项', en: 'The provider has no such payment' } },
  expired: { failure: 'refused-by-provider', reason: { zh: '支付已超时，未扣款', en: 'The payment has expired; nothing was charged' } },
  'code-invalid': {
    failure: 'code-invalid',
    reason: { zh: '付款码无效或已使用，请刷新后再试', en: 'The payment code is not good (any more): show a new one' },
  },
  'still-paying': { failure: 'refused-by-provider', reason: { zh: '顾客正在输入密码', en: 'The guest is typing a password' } },
};

export function createHttpProvider(options: HttpProviderOptions): PaymentProvider {
  const ask: Ask = (method, path, body, limits) => send(options, method, path, body, limits);
  return { ...paying(ask), ...givingBack(ask) };
}

type Ask = (
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  limits?: Pick<ProviderQuestion, 'timeout' | 'bytesMax'>,
) => Promise<Reply | NoAnswer>;

function paying(ask: Ask): Pick<PaymentProvider, 'create' | 'payByCode' | 'query' | 'close'> {
  return {
    create: async ({ merchantOrder, amount, description, expiresAt }) => {
      const reply = await ask('POST', '/v1/payments', { merchantOrder, amount, description, expiresAt: toIso(expiresAt) });
      return read(reply, PaymentMessage, isOf(merchantOrder), (payment) => ({ kind: 'created', codeUrl: payment.codeUrl }));
    },
    payByCode: async ({ merchantOrder, amount, description, code }) => {
      const body = { merchantOrder, amount, description, code };
      const reply = await ask('POST', '/v1/code-payments', body, { timeout: LIMITS.payment.codeTimeout });
      const answer = read(reply, PaymentMessage, isOf(merchantOrder), standing);
      switch (answer.kind) {
        case 'paid':
        case 'user-paying':
        case 'refused':
        case 'no-answer':
          return answer;
        case 'failed':
          return { ...answer, kind: 'refused' };
        default:
          return broken('neither took the money nor refused to');
      }
    },
    query: async (merchantOrder) => {
      const reply = await ask('GET', `/v1/payments/${encodeURIComponent(merchantOrder)}`);
      if (isMissing(reply)) return { kind: 'not-found' };
      const answer = read(reply, PaymentMessage, isOf(merchantOrder), standing);
      return answer.kind === 'refused' ? broken('refuses to say how a payment stands') : answer;
    },
    close: async (merchantOrder) => {
      const reply = await ask('POST', `/v1/payments/${encodeURIComponent(merchantOrder)}/close`);
      if (isMissing(reply)) return { kind: 'not-found' };
      const answer = read(reply, PaymentMessage, isOf(merchantOrder), ({ status }) => {
        if (status === 'paid') return { kind: 'paid' as const };
        return isOver(status) ? { kind: 'closed' as const } : broken('left a payment open that was to be closed');
      });
      return answer.kind === 'refused' ? broken('refuses to close a payment') : answer;
    },
  };
}

function givingBack(ask: Ask): Required<Pick<PaymentProvider, 'reverse' | 'refund' | 'queryRefund' | 'statement'>> {
  return {
    reverse: async (merchantOrder) => {
      const reply = await ask('POST', `/v1/payments/${encodeURIComponent(merchantOrder)}/reverse`);
      if (isMissing(reply)) return { kind: 'not-found' };
      if ('status' in reply && reply.status === 409) {
        const refusal = RefusalMessage.safeParse(reply.value);
        if (refusal.success && refusal.data.code === 'still-paying') return { kind: 'still-paying' };
      }
      return read(reply, PaymentMessage, isOf(merchantOrder), ({ status }) =>
        isOver(status) ? { kind: 'reversed' as const } : broken('left a payment standing that was to be undone'),
      );
    },
    refund: async ({ merchantOrder, refundOrder, amount }) => {
      const reply = await ask('POST', '/v1/refunds', { merchantOrder, refundOrder, amount });
      return read(reply, RefundMessage, isRefund(refundOrder), ({ reference }) => ({ kind: 'refunded', reference }));
    },
    queryRefund: async ({ refundOrder }) => {
      const reply = await ask('GET', `/v1/refunds/${encodeURIComponent(refundOrder)}`);
      if (isMissing(reply)) return { kind: 'not-found' };
      return read(reply, RefundMessage, isRefund(refundOrder), ({ reference }) => ({ kind: 'refunded', reference }));
    },
    statement: async (from, until) => {
      const query = new URLSearchParams({ from: toIso(from), until: toIso(until) });
      const reply = await ask('GET', `/v1/statement?${query}`, undefined, { bytesMax: LIMITS.payment.statementBytesMax });
      const answer = read(
        reply,
        StatementMessage,
        () => true,
        ({ lines }) => ({ kind: 'statement' as const, lines }),
      );
      return answer.kind === 'refused' ? broken('refuses to tell what moved') : answer;
    },
  };
}

const isOf = (merchantOrder: string) => (payment: PaymentMessage) => payment.merchantOrder === merchantOrder;
const isRefund = (refundOrder: string) => (refund: z.infer<typeof RefundMessage>) => refund.refundOrder === refundOrder;
const isMissing = (reply: Reply | NoAnswer): boolean => 'status' in reply && reply.status === 404;
const isOver = (status: PaymentMessage['status']): boolean => status === 'closed' || status === 'refused' || status === 'refunded';

function standing(payment: PaymentMessage): ProviderPayment | NoAnswer {
  const { status, amount, reference } = payment;
  switch (status) {
    case 'waiting':
    case 'user-paying':
    case 'closed':
      return { kind: status };
    // The money came and has gone back: none of it is held.
    case 'refunded':
      return { kind: 'closed' };
    case 'refused':
      return { kind: 'failed', reason: REFUSED_BY_GUEST, failure: 'refused-by-guest' };
    case 'paid':
      return reference === undefined ? broken('says that a payment is paid, without its reference') : { kind: 'paid', amount, reference };
    default:
      return unreachable(status);
  }
}

interface Reply {
  readonly status: number;
  readonly value: unknown;
}

async function send(
  { url, apiKey, timers }: HttpProviderOptions,
  method: 'GET' | 'POST',
  path: string,
  body: unknown,
  limits: Pick<ProviderQuestion, 'timeout' | 'bytesMax'> = {},
): Promise<Reply | NoAnswer> {
  const reply = await askOverHttp(timers, {
    url: `${url.replace(/\/+$/, '')}${path}`,
    method,
    headers: { authorization: `Bearer ${apiKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...limits,
  });
  return 'kind' in reply ? reply : { status: reply.status, value: jsonOf(reply.text) };
}

/** A 200 that fits its schema and speaks of what was asked about; a 409 that names a known refusal; everything else is no answer. */
function read<Message, Answer>(
  reply: Reply | NoAnswer,
  schema: z.ZodType<Message>,
  isAbout: (message: Message) => boolean,
  take: (message: Message) => Answer,
): Answer | NoAnswer | ProviderRefusal {
  if ('kind' in reply) return reply;
  if (reply.status === 409) {
    const refusal = RefusalMessage.safeParse(reply.value);
    return refusal.success ? { kind: 'refused', ...REFUSED[refusal.data.code] } : broken('refuses in a form that is not agreed');
  }
  if (reply.status !== 200) return noAnswer('E-PAY-STATUS', `answered with status ${reply.status}`);
  const message = schema.safeParse(reply.value);
  if (!message.success) return broken('answered in a form that is not agreed');
  return isAbout(message.data) ? take(message.data) : broken('answered about another payment');
}
