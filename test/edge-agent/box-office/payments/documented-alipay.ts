import { generateKeyPairSync } from 'node:crypto';
import { HttpResponse, http, type RequestHandler } from 'msw';
import { createAlipayProvider } from '#agent/box-office/payments/providers/alipay/alipay-provider.ts';
import { rsaSign, rsaVerify } from '#agent/box-office/payments/providers/rsa.ts';
import type { PaymentProvider } from '#core/box-office/payment-provider.ts';
import type { VirtualTime } from '#test/support/virtual-time.ts';
import { createDocumentedPhones, type DocumentedPhones } from './documented-phones.ts';

/** Alipay's open gateway as its documentation describes it: one address, signed parameters, an answer whose own text is signed. */
export const ALIPAY = 'https://alipay.example/gateway.do';
const APP = '2021000000000001';

const applicationKeys = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const alipayKeys = generateKeyPairSync('rsa', { modulusLength: 2_048 });

export interface DocumentedAlipay {
  readonly phones: DocumentedPhones;
  readonly handlers: readonly RequestHandler[];
  readonly provider: PaymentProvider;
  lose: boolean;
  /** Changes the text of the next answers on their way. */
  tamper: ((text: string) => string) | undefined;
}

export function createDocumentedAlipay({ clock, timers }: VirtualTime): DocumentedAlipay {
  const phones = createDocumentedPhones('28');
  const provider = createAlipayProvider({
    appId: APP,
    privateKey: applicationKeys.privateKey,
    alipayKey: alipayKeys.publicKey,
    storeId: '36090702',
    url: ALIPAY,
    clock,
    timers,
  });
  const world: DocumentedAlipay = { phones, handlers: [], provider, lose: false, tamper: undefined };
  const answer = async (request: Request): Promise<Response> => {
    const form = new URLSearchParams(await request.text());
    const method = form.get('method') ?? '';
    const value = isSigned(form)
      ? respond(phones, method, JSON.parse(form.get('biz_content') ?? '{}') as Content)
      : refused('40002', 'isv.invalid-signature');
    if (world.lose) {
      world.lose = false;
      return HttpResponse.error();
    }
    // Escapes and spaces of its own, which an answer that is parsed and written again would lose.
    const text = JSON.stringify(value, undefined, 1).replaceAll('/', '\\/');
    const sign = rsaSign(text, alipayKeys.privateKey);
    const whole = `{ "${method.replaceAll('.', '_')}_response": ${text}, "sign": "${sign}" }`;
    return new HttpResponse(world.tamper === undefined ? whole : world.tamper(whole), { headers: { trace_id: '0a1b2c3d' } });
  };
  return Object.assign(world, { handlers: [http.post(ALIPAY, ({ request }) => answer(request))] });
}

interface Content {
  readonly out_trade_no: string;
  readonly out_request_no?: string;
  readonly auth_code?: string;
  readonly scene?: string;
  readonly total_amount?: string;
  readonly time_expire?: string;
}

function isSigned(form: URLSearchParams): boolean {
  const sign = form.get('sign') ?? '';
  const text = [...form.entries()]
    .filter(([name]) => name !== 'sign')
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');
  return form.get('app_id') === APP && form.get('sign_type') === 'RSA2' && rsaVerify(text, sign, applicationKeys.publicKey);
}

const refused = (code: string, sub_code: string): object => ({ code, msg: 'Business Failed', sub_code, sub_msg: '失败' });
const yuan = (minor: number): string => (minor / 100).toFixed(2);

function respond(phones: DocumentedPhones, method: string, content: Content): object {
  const { payments } = phones;
  const { out_trade_no } = content;
  const done = (more: object): object => ({ code: '10000', msg: 'Success', out_trade_no, ...more });
  const missing = refused('40004', 'ACQ.TRADE_NOT_EXIST');
  const payment = payments.get(out_trade_no);
  const trade_no = `2026${out_trade_no}`;
  const minor = Math.round(Number(content.total_amount ?? '0') * 100);
  switch (method) {
    case 'alipay.trade.precreate':
      if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(content.time_expire ?? '')) return refused('40004', 'ACQ.INVALID_PARAMETER');
      payments.set(out_trade_no, payment ?? { order: out_trade_no, minor, state: 'waiting', refund: undefined });
      return done({ qr_code: `https://qr.alipay.com/${out_trade_no}` });
    case 'alipay.trade.pay': {
      if (content.scene !== 'bar_code') return refused('40004', 'ACQ.INVALID_PARAMETER');
      const charged = phones.charge(content.auth_code ?? '', out_trade_no, minor);
      if (charged === undefined) return refused('40004', 'ACQ.PAYMENT_AUTH_CODE_INVALID');
      if (charged.state === 'paying') return { code: '10003', msg: 'order success pay inprocess', out_trade_no, trade_no };
      if (charged.state === 'failed') return refused('40004', 'ACQ.BUYER_BALANCE_NOT_ENOUGH');
      return done({ trade_no, total_amount: yuan(charged.minor) });
    }
    case 'alipay.trade.cancel': {
      if (payment === undefined) return done({ retry_flag: 'N' });
      const action = payment.state === 'paid' ? 'refund' : 'close';
      payment.state = 'closed';
      return done({ trade_no, retry_flag: 'N', action });
    }
    case 'alipay.trade.fastpay.refund.query':
      return payment?.refund === undefined ? done({}) : done({ trade_no, out_request_no: payment.refund, refund_status: 'REFUND_SUCCESS' });
    default:
      break;
  }
  // A code that nobody has scanned is no trade yet.
  if (payment === undefined || payment.state === 'waiting') return missing;
  switch (method) {
    case 'alipay.trade.query': {
      const status = { paying: 'WAIT_BUYER_PAY', paid: 'TRADE_SUCCESS', failed: 'TRADE_CLOSED', closed: 'TRADE_CLOSED', returned: 'TRADE_CLOSED' };
      return done({ trade_no, trade_status: status[payment.state], total_amount: yuan(payment.minor) });
    }
    case 'alipay.trade.close':
      if (payment.state === 'paid') return refused('40004', 'ACQ.TRADE_STATUS_ERROR');
      payment.state = 'closed';
      return done({ trade_no });
    case 'alipay.trade.refund': {
      if (payment.state !== 'paid' && payment.refund === undefined) return refused('40004', 'ACQ.TRADE_STATUS_ERROR');
      const isNew = payment.refund === undefined;
      payment.refund ??= content.out_request_no;
      payment.state = 'returned';
      return done({ trade_no, fund_change: isNew ? 'Y' : 'N', refund_fee: yuan(payment.minor) });
    }
    default:
      return refused('40001', 'isv.missing-method');
  }
}
