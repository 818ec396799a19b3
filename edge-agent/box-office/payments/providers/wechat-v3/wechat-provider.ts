import type { KeyObject } from 'node:crypto';
import type { z } from 'zod';
import { toHex } from '#core/base/bytes.ts';
import { unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { NoAnswer, PaymentProvider, ProviderPayment, ProviderRefund, ProviderTrace } from '#core/box-office/payment-provider.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import { askOverHttp, broken, jsonOf, noAnswer } from '../provider-http.ts';
import { DECLINED, REFUSAL, refusedBy } from '../refusals.ts';
import { chinaTime } from '../rsa.ts';
import { errorKind, NativeOrder, Refund, Reversal, Transaction, WechatError } from './wechat-messages.ts';
import { authorization, isSignedByWechat, type WechatSigner } from './wechat-signing.ts';

/**
 * WeChat Pay, APIv3, as a direct merchant: native (QR) and payment code. An answer whose signature is not WeChat's is no answer, also when it is an error.
 * Documentation: pay.weixin.qq.com/docs/merchant, listed in the README of this folder.
 */
export interface WechatProviderOptions extends WechatSigner {
  readonly appId: string;
  readonly platformKeys: ReadonlyMap<string, KeyObject>;
  /** Where WeChat tells what has happened (`wechat-notification.ts`). Nothing depends on it: payments are asked about. */
  readonly notifyUrl: string;
  /** The store, as the merchant calls it; part of payments by code. */
  readonly storeId: string;
  readonly url?: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

const WECHAT_URL = 'https://api.mch.weixin.qq.com';
const CNY = 'CNY';

interface Verified {
  readonly kind: 'verified';
  readonly status: number;
  readonly value: unknown;
  /** Of an error, without underscores. */
  readonly error: string;
  readonly trace: ProviderTrace;
}

type Ask = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Verified | NoAnswer>;

export function createWechatProvider(options: WechatProviderOptions): PaymentProvider {
  const ask: Ask = (method, path, body) => send(options, method, path, body);
  const order = (merchantOrder: string): string => `/v3/pay/transactions/out-trade-no/${encodeURIComponent(merchantOrder)}`;
  const { appId: appid, mchId: mchid } = options;
  return {
    create: async ({ merchantOrder, amount, description, expiresAt }) => {
      if (amount.currency !== CNY) return REFUSAL.currency;
      const reply = await ask('POST', '/v3/pay/transactions/native', {
        appid,
        mchid,
        description,
        out_trade_no: merchantOrder,
        time_expire: `${chinaTime(expiresAt)}+08:00`,
        notify_url: options.notifyUrl,
        amount: { total: amount.minor, currency: CNY },
      });
      // Making an address moves no money, so an error that WeChat has signed is certain.
      if (reply.kind === 'verified' && isClientError(reply) && reply.error !== 'FREQUENCYLIMITED') return { ...refusedBy(), trace: reply.trace };
      return read(reply, NativeOrder, ({ code_url }) => ({ kind: 'created' as const, codeUrl: code_url }));
    },
    payByCode: async ({ merchantOrder, amount, description, code }) => {
      if (amount.currency !== CNY) return REFUSAL.currency;
      const reply = await ask('POST', '/v3/pay/transactions/codepay', {
        appid,
        mchid,
        description,
        out_trade_no: merchantOrder,
        payer: { auth_code: code },
        amount: { total: amount.minor, currency: CNY },
        scene_info: { store_info: { out_id: options.storeId } },
      });
      if (reply.kind === 'verified' && reply.error !== '') return afterCodeError(reply);
      const answer = read(reply, Transaction, (transaction) => standing(transaction, merchantOrder));
      switch (answer.kind) {
        case 'paid':
        case 'user-paying':
        case 'no-answer':
          return answer;
        case 'failed':
          return { ...DECLINED, kind: 'refused' };
        default:
          return broken('neither took the money nor refused to');
      }
    },
    query: async (merchantOrder) => {
      const reply = await ask('GET', `${order(merchantOrder)}?mchid=${encodeURIComponent(mchid)}`);
      if (isMissing(reply)) return { kind: 'not-found' };
      return read(reply, Transaction, (transaction) => standing(transaction, merchantOrder));
    },
    close: async (merchantOrder) => {
      const reply = await ask('POST', `${order(merchantOrder)}/close`, { mchid });
      if (isMissing(reply)) return { kind: 'not-found' };
      if (reply.kind === 'no-answer') return reply;
      if (reply.status === 204 || reply.error === 'ORDERCLOSED') return { kind: 'closed', trace: reply.trace };
      return reply.error === 'ORDERPAID' ? { kind: 'paid', trace: reply.trace } : unclear(reply);
    },
    reverse: async (merchantOrder) => {
      const reply = await ask('POST', `${order(merchantOrder)}/reverse`, { appid, mchid });
      if (isMissing(reply)) return { kind: 'not-found' };
      if (reply.kind === 'no-answer' || reply.error === '') {
        return read(reply, Reversal, ({ out_trade_no }) => (out_trade_no === merchantOrder ? { kind: 'reversed' as const } : aboutAnother()));
      }
      if (reply.error === 'USERPAYING') return { kind: 'still-paying', trace: reply.trace };
      if (reply.error === 'ORDERREVERSED') return { kind: 'reversed', trace: reply.trace };
      return reply.error === 'REVERSEEXPIRE' || reply.error === 'TRADEOVERDUE' ? { ...refusedBy(), trace: reply.trace } : unclear(reply);
    },
    refund: async ({ merchantOrder, refundOrder, amount }) => {
      const reply = await ask('POST', '/v3/refund/domestic/refunds', {
        out_trade_no: merchantOrder,
        out_refund_no: refundOrder,
        amount: { refund: amount.minor, total: amount.minor, currency: CNY },
      });
      if (reply.kind === 'verified' && isClientError(reply) && reply.error !== 'FREQUENCYLIMITED') return { ...refusedBy(), trace: reply.trace };
      return read(reply, Refund, (refund) => refundOf(refund, refundOrder));
    },
    queryRefund: async ({ refundOrder }) => {
      const reply = await ask('GET', `/v3/refund/domestic/refunds/${encodeURIComponent(refundOrder)}`);
      if (isMissing(reply)) return { kind: 'not-found' };
      return read(reply, Refund, (refund) => refundOf(refund, refundOrder));
    },
  };
}

async function send(options: WechatProviderOptions, method: 'GET' | 'POST', path: string, body: unknown): Promise<Verified | NoAnswer> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const timestamp = String(Math.floor(options.clock.wall() / 1_000));
  const nonce = toHex(options.random.bytes(16));
  const [keyId = ''] = options.platformKeys.keys();
  const reply = await askOverHttp(options.timers, {
    url: `${(options.url ?? WECHAT_URL).replace(/\/+$/, '')}${path}`,
    method,
    headers: {
      authorization: authorization(options, method, path, text, timestamp, nonce),
      accept: 'application/json',
      // Tells WeChat with which of its keys to sign (公钥模式).
      'wechatpay-serial': keyId,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: text }),
    ...(path.endsWith('/codepay') ? { timeout: LIMITS.payment.codeTimeout } : {}),
  });
  if ('kind' in reply) return reply;
  const { status, headers, text: answer } = reply;
  const requestId = headers.get('request-id')?.slice(0, 64);
  const value = jsonOf(answer);
  const error = status >= 200 && status < 300 && status !== 202 ? undefined : WechatError.safeParse(value).data?.code;
  const trace: ProviderTrace = { ...(requestId === undefined ? {} : { requestId }), ...(error === undefined ? {} : { code: error }) };
  if (answer === undefined || !isSignedByWechat(headers, answer, options.platformKeys, options.clock.wall())) {
    return broken(`answered with status ${status} without a good signature`, trace);
  }
  if (status >= 500) return noAnswer('E-PAY-STATUS', `answered with status ${status}`, trace);
  return { kind: 'verified', status, value, error: errorKind(error ?? ''), trace };
}

const isClientError = ({ status }: Verified): boolean => status >= 400 && status < 500;

const MISSING: ReadonlySet<string> = new Set(['ORDERNOTEXIST', 'RESOURCENOTEXISTS']);
const isMissing = (reply: Verified | NoAnswer): boolean => reply.kind === 'verified' && MISSING.has(reply.error);

const CODE_IS_BAD: ReadonlySet<string> = new Set(['AUTHCODEEXPIRE', 'AUTHCODEEXPIRED', 'AUTHCODEERROR', 'AUTHCODEINVALID', 'INVALIDAUTHCODE']);
const GUEST_CANNOT: ReadonlySet<string> = new Set(['NOTENOUGH', 'NOTSUPORTCARD', 'NOTSUPPORTCARD']);
const MERCHANT_CANNOT: ReadonlySet<string> = new Set(['PARAMERROR', 'NOAUTH', 'APPIDMCHIDNOTMATCH', 'MCHNOTEXISTS']);

/** Only what surely moved nothing is a refusal. Everything else, SYSTEMERROR and BANKERROR above all, is asked about and undone. */
function afterCodeError(reply: Verified): Awaited<ReturnType<PaymentProvider['payByCode']>> {
  const { error, trace } = reply;
  if (error === 'USERPAYING') return { kind: 'user-paying', trace };
  if (CODE_IS_BAD.has(error)) return { ...REFUSAL.code, trace };
  if (GUEST_CANNOT.has(error)) return { ...DECLINED, kind: 'refused', trace };
  return MERCHANT_CANNOT.has(error) ? { ...refusedBy(), trace } : unclear(reply);
}

function unclear({ status, trace }: Verified): NoAnswer {
  return noAnswer('E-PAY-STATUS', `answered with status ${status} and the code ${trace.code ?? 'none'}`, trace);
}

function aboutAnother(): NoAnswer {
  return broken('answered about another payment');
}

function read<Message, Answer extends { readonly kind: string }>(
  reply: Verified | NoAnswer,
  schema: z.ZodType<Message>,
  take: (message: Message) => Answer,
): (Answer & { readonly trace?: ProviderTrace }) | NoAnswer {
  if (reply.kind === 'no-answer') return reply;
  if (reply.status !== 200) return unclear(reply);
  const message = schema.safeParse(reply.value);
  return message.success ? { ...take(message.data), trace: reply.trace } : broken('answered in a form that is not documented', reply.trace);
}

function standing(transaction: Transaction, merchantOrder: string): ProviderPayment | NoAnswer {
  const { out_trade_no, trade_state, transaction_id, amount } = transaction;
  if (out_trade_no !== merchantOrder) return aboutAnother();
  switch (trade_state) {
    case 'SUCCESS':
      return transaction_id === undefined || amount === undefined || (amount.currency ?? CNY) !== CNY
        ? broken('says that a payment is paid, without its number or its amount')
        : { kind: 'paid', amount: { minor: amount.total, currency: CNY }, reference: transaction_id };
    case 'NOTPAY':
      return { kind: 'waiting' };
    case 'USERPAYING':
    case 'ACCEPT':
      return { kind: 'user-paying' };
    case 'PAYERROR':
      return { ...DECLINED, kind: 'failed' };
    // Undone, or given back by hand: none of the money is held.
    case 'REFUND':
    case 'CLOSED':
    case 'REVOKED':
      return { kind: 'closed' };
    default:
      return unreachable(trade_state);
  }
}

function refundOf({ refund_id, out_refund_no, status }: Refund, refundOrder: string): ProviderRefund | NoAnswer {
  if (out_refund_no !== refundOrder) return aboutAnother();
  switch (status) {
    case 'SUCCESS':
      return { kind: 'refunded', reference: refund_id };
    case 'PROCESSING':
      return { kind: 'pending' };
    case 'CLOSED':
    case 'ABNORMAL':
      return refusedBy();
    default:
      return unreachable(status);
  }
}
