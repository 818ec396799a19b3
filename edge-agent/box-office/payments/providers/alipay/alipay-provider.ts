import type { KeyObject } from 'node:crypto';
import type { z } from 'zod';
import { unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { majorUnits } from '#core/base/money.ts';
import type { NoAnswer, PaymentProvider, ProviderPayment, ProviderReversal, ProviderTrace } from '#core/box-office/payment-provider.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import { askOverHttp, broken, jsonOf, noAnswer } from '../provider-http.ts';
import { DECLINED, REFUSAL, refusedBy } from '../refusals.ts';
import { chinaTime } from '../rsa.ts';
import { Answer, Cancelled, Closed, fen, Paid, Precreated, Refunded, RefundStanding, Trade } from './alipay-messages.ts';
import { signedForm, verifiedAnswer } from './alipay-signing.ts';

/**
 * Alipay's face-to-face payments (当面付): a QR code that the guest scans (precreate) and the code on the guest's phone (pay). An answer that Alipay has not
 * signed is no answer. Documentation: opendocs.alipay.com, listed in the README of this folder.
 */
export interface AlipayProviderOptions {
  readonly appId: string;
  readonly privateKey: KeyObject;
  /** Alipay's own, not the application's. */
  readonly alipayKey: KeyObject;
  readonly storeId: string;
  /** Where Alipay tells what has happened (`alipay-notification.ts`). Nothing depends on it. */
  readonly notifyUrl?: string;
  readonly url?: string;
  readonly clock: Clock;
  readonly timers: Timers;
}

const ALIPAY_URL = 'https://openapi.alipay.com/gateway.do';
const CNY = 'CNY';
/** Those of which Alipay tells the end by itself. */
const TELLS: ReadonlySet<string> = new Set(['alipay.trade.precreate', 'alipay.trade.pay']);
const DONE = '10000';
const GUEST_PAYS = '10003';
const REFUSED = '40004';

interface Verified {
  readonly kind: 'verified';
  readonly code: string;
  readonly sub: string;
  readonly value: unknown;
  readonly trace: ProviderTrace;
}

type Ask = (method: string, content: Readonly<Record<string, string>>) => Promise<Verified | NoAnswer>;

export function createAlipayProvider(options: AlipayProviderOptions): PaymentProvider {
  const ask: Ask = (method, content) => send(options, method, content);
  const query = async (out_trade_no: string): Promise<(ProviderPayment & { readonly trace?: ProviderTrace }) | NoAnswer> => {
    const reply = await ask('alipay.trade.query', { out_trade_no });
    // Until the guest has scanned it there is no trade; a payment that never arrived looks the same, and is ended by closing or undoing it.
    if (isSub(reply, 'ACQ.TRADE_NOT_EXIST')) return { kind: 'waiting' };
    return read(reply, Trade, (trade) => standing(trade, out_trade_no));
  };
  const cancel = async (out_trade_no: string): Promise<(ProviderReversal & { readonly trace?: ProviderTrace }) | NoAnswer> => {
    const reply = await ask('alipay.trade.cancel', { out_trade_no });
    if (isSub(reply, 'ACQ.TRADE_NOT_EXIST')) return { kind: 'not-found' };
    if (reply.kind === 'verified' && CANCEL_REFUSED.has(reply.sub)) return { ...refusedBy(), trace: reply.trace };
    return read(reply, Cancelled, (message) => {
      if (message.out_trade_no !== out_trade_no) return aboutAnother();
      return message.retry_flag === 'Y' ? noAnswer('E-PAY-STATUS', 'asks to be asked again') : { kind: 'reversed' as const };
    });
  };
  return {
    create: async ({ merchantOrder, amount, description, expiresAt }) => {
      if (amount.currency !== CNY) return REFUSAL.currency;
      const reply = await ask('alipay.trade.precreate', {
        out_trade_no: merchantOrder,
        subject: description,
        total_amount: majorUnits(amount),
        time_expire: chinaTime(expiresAt).replace('T', ' '),
        store_id: options.storeId,
      });
      if (reply.kind === 'verified' && reply.code === REFUSED && reply.sub !== 'ACQ.SYSTEM_ERROR') return { ...refusedBy(), trace: reply.trace };
      return read(reply, Precreated, ({ out_trade_no, qr_code }) =>
        out_trade_no === merchantOrder ? { kind: 'created' as const, codeUrl: qr_code } : aboutAnother(),
      );
    },
    payByCode: async ({ merchantOrder, amount, description, code }) => {
      if (amount.currency !== CNY) return REFUSAL.currency;
      const reply = await ask('alipay.trade.pay', {
        out_trade_no: merchantOrder,
        scene: 'bar_code',
        auth_code: code,
        subject: description,
        total_amount: majorUnits(amount),
        store_id: options.storeId,
      });
      if (reply.kind === 'verified' && reply.code === GUEST_PAYS) return { kind: 'user-paying', trace: reply.trace };
      if (reply.kind === 'verified' && reply.code === REFUSED) return afterPayRefused(reply);
      return read(reply, Paid, (paid) => (paid.out_trade_no === merchantOrder ? moneyOf(paid) : aboutAnother()));
    },
    query,
    close: async (merchantOrder) => {
      const reply = await ask('alipay.trade.close', { out_trade_no: merchantOrder });
      if (isSub(reply, 'ACQ.TRADE_NOT_EXIST')) {
        // Nobody has scanned it yet, and somebody still could: cancelling ends the code itself.
        const cancelled = await cancel(merchantOrder);
        if (cancelled.kind === 'reversed' || cancelled.kind === 'no-answer') return cancelled.kind === 'reversed' ? { kind: 'closed' } : cancelled;
        return cancelled.kind === 'not-found' ? { kind: 'not-found' } : broken('refuses to end a code that nobody has scanned');
      }
      if (!isSub(reply, 'ACQ.TRADE_STATUS_ERROR') && !isSub(reply, 'ACQ.REASON_TRADE_STATUS_INVALID')) {
        return read(reply, Closed, () => ({ kind: 'closed' as const }));
      }
      const now = await query(merchantOrder);
      if (now.kind === 'paid' || now.kind === 'closed') return { kind: now.kind };
      return now.kind === 'no-answer' ? now : broken('left a payment open that was to be closed');
    },
    reverse: cancel,
    refund: async ({ merchantOrder, refundOrder, amount }) => {
      const content = { out_trade_no: merchantOrder, out_request_no: refundOrder, refund_amount: majorUnits(amount) };
      const reply = await ask('alipay.trade.refund', content);
      if (reply.kind === 'verified' && reply.code === REFUSED && reply.sub !== 'ACQ.SYSTEM_ERROR') return { ...refusedBy(), trace: reply.trace };
      return read(reply, Refunded, ({ out_trade_no, trade_no, fund_change }) => {
        if (out_trade_no !== merchantOrder) return aboutAnother();
        // `N`: nothing moved with this call, which may have been a repetition; the refund's own standing says.
        return fund_change === 'Y' ? { kind: 'refunded' as const, reference: trade_no } : { kind: 'pending' as const };
      });
    },
    queryRefund: async ({ merchantOrder, refundOrder }) => {
      const reply = await ask('alipay.trade.fastpay.refund.query', { out_trade_no: merchantOrder, out_request_no: refundOrder });
      if (isSub(reply, 'ACQ.TRADE_NOT_EXIST')) return { kind: 'not-found' };
      return read(reply, RefundStanding, ({ out_request_no, trade_no, refund_status }) => {
        if (refund_status !== 'REFUND_SUCCESS') return { kind: 'not-found' as const };
        return out_request_no === refundOrder && trade_no !== undefined ? { kind: 'refunded' as const, reference: trade_no } : aboutAnother();
      });
    },
  };
}

const CANCEL_REFUSED: ReadonlySet<string> = new Set([
  'ACQ.CANCEL_NOT_ALLOWED',
  'ACQ.REASON_TRADE_BEEN_FREEZEN',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR',
  'ACQ.SELLER_BALANCE_NOT_ENOUGH',
  'ACQ.TRADE_CANCEL_TIME_OUT',
  'ACQ.TRADE_HAS_FINISHED',
]);

const GUEST_CANNOT: ReadonlySet<string> = new Set([
  'ACQ.BUYER_BALANCE_NOT_ENOUGH',
  'ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH',
  'ACQ.BUYER_ENABLE_STATUS_FORBID',
  'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR',
  'ACQ.ERROR_BALANCE_PAYMENT_DISABLE',
  'ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT',
  'ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE',
  'ACQ.PAYMENT_FAIL',
  'ACQ.PAYMENT_REQUEST_HAS_RISK',
]);

/** Only what surely moved nothing is a refusal. Everything else, 20000 and ACQ.SYSTEM_ERROR above all, is asked about and cancelled. */
function afterPayRefused(reply: Verified): Awaited<ReturnType<PaymentProvider['payByCode']>> {
  const { sub, trace } = reply;
  if (sub === 'ACQ.PAYMENT_AUTH_CODE_INVALID') return { ...REFUSAL.code, trace };
  if (GUEST_CANNOT.has(sub)) return { ...DECLINED, kind: 'refused', trace };
  return unclear(reply);
}

async function send(options: AlipayProviderOptions, method: string, content: Readonly<Record<string, string>>): Promise<Verified | NoAnswer> {
  const parameters = {
    app_id: options.appId,
    method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: chinaTime(options.clock.wall()).replace('T', ' '),
    version: '1.0',
    biz_content: JSON.stringify(content),
    ...(options.notifyUrl !== undefined && TELLS.has(method) ? { notify_url: options.notifyUrl } : {}),
  };
  const reply = await askOverHttp(options.timers, {
    // The charset is read from the address, before the body is (opendocs.alipay.com/common/02kf5q).
    url: `${options.url ?? ALIPAY_URL}?charset=utf-8`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    body: signedForm(parameters, options.privateKey).toString(),
    ...(method === 'alipay.trade.pay' ? { timeout: LIMITS.payment.codeTimeout } : {}),
  });
  if ('kind' in reply) return reply;
  const requestId = (reply.headers.get('trace_id') ?? reply.headers.get('traceid'))?.slice(0, 64);
  const named: ProviderTrace = requestId === undefined ? {} : { requestId };
  if (reply.status !== 200) return noAnswer('E-PAY-STATUS', `answered with status ${reply.status}`, named);
  const raw = verifiedAnswer(reply.text ?? '', method, options.alipayKey);
  if (raw === undefined) return broken('answered without a good signature', named);
  const value = jsonOf(raw);
  const answer = Answer.safeParse(value);
  if (!answer.success) return broken('answered in a form that is not documented', named);
  const { code, sub_code: sub = '' } = answer.data;
  return { kind: 'verified', code, sub, value, trace: { ...named, code: sub === '' ? code : `${code} ${sub}` } };
}

function isSub(reply: Verified | NoAnswer, sub: string): boolean {
  return reply.kind === 'verified' && reply.code === REFUSED && reply.sub === sub;
}

function unclear({ trace }: Verified): NoAnswer {
  return noAnswer('E-PAY-STATUS', `answered with the code ${trace.code ?? 'none'}`, trace);
}

function aboutAnother(): NoAnswer {
  return broken('answered about another payment');
}

function read<Message, Result extends { readonly kind: string }>(
  reply: Verified | NoAnswer,
  schema: z.ZodType<Message>,
  take: (message: Message) => Result,
): (Result & { readonly trace?: ProviderTrace }) | NoAnswer {
  if (reply.kind === 'no-answer') return reply;
  if (reply.code !== DONE) return unclear(reply);
  const message = schema.safeParse(reply.value);
  return message.success ? { ...take(message.data), trace: reply.trace } : broken('answered in a form that is not documented', reply.trace);
}

function moneyOf({ trade_no, total_amount }: Pick<z.infer<typeof Paid>, 'trade_no' | 'total_amount'>) {
  return { kind: 'paid' as const, amount: { minor: fen(total_amount), currency: CNY } as const, reference: trade_no };
}

function standing(trade: z.infer<typeof Trade>, merchantOrder: string): ProviderPayment | NoAnswer {
  if (trade.out_trade_no !== merchantOrder) return aboutAnother();
  switch (trade.trade_status) {
    case 'WAIT_BUYER_PAY':
      return { kind: 'user-paying' };
    // Also what was paid and went back whole.
    case 'TRADE_CLOSED':
      return { kind: 'closed' };
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return moneyOf(trade);
    default:
      return unreachable(trade.trade_status);
  }
}
