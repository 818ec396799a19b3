import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { HttpResponse, http, type RequestHandler } from 'msw';
import { rsaSign, rsaVerify } from '#agent/box-office/payments/providers/rsa.ts';
import { createWechatProvider } from '#agent/box-office/payments/providers/wechat-v3/wechat-provider.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import type { PaymentProvider } from '#core/box-office/payment-provider.ts';
import type { VirtualTime } from '#test/support/virtual-time.ts';
import { createDocumentedPhones, type DocumentedPayment, type DocumentedPhones } from './documented-phones.ts';

/**
 * WeChat Pay's APIv3 as its documentation describes it: it checks the merchant's signature, refuses what is not signed, and signs what it answers. Written
 * from the documents and not from the adapter, so that one shows the other's mistakes.
 */
export const WECHAT = 'https://wechat.example';
const MCH = '1900000001';
const APP = 'wxd678efh567hg6787';
const SERIAL = '1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C';
const PLATFORM = 'PUB_KEY_ID_0119000000012024';

const merchantKeys = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const platformKeys = generateKeyPairSync('rsa', { modulusLength: 2_048 });

export interface DocumentedWechat {
  readonly phones: DocumentedPhones;
  readonly handlers: readonly RequestHandler[];
  readonly provider: PaymentProvider;
  /** The next answer is lost after it was done. */
  lose: boolean;
  /** Changes the next answers on their way. */
  tamper: ((response: Response) => Promise<Response>) | undefined;
  holdReverse: boolean;
}

export function createDocumentedWechat({ clock, timers }: VirtualTime): DocumentedWechat {
  const phones = createDocumentedPhones('13');
  const provider = createWechatProvider({
    appId: APP,
    mchId: MCH,
    serial: SERIAL,
    privateKey: merchantKeys.privateKey,
    platformKeys: new Map([[PLATFORM, platformKeys.publicKey]]),
    notifyUrl: 'https://cinema.example/notify',
    storeId: '36090702',
    url: WECHAT,
    clock,
    timers,
    random: systemRandom,
  });
  const signed = (status: number, value?: object): Response => {
    const body = value === undefined ? '' : JSON.stringify(value);
    const timestamp = String(Math.floor(clock.wall() / 1_000));
    const nonce = randomBytes(16).toString('hex');
    const headers = {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': PLATFORM,
      'wechatpay-signature': rsaSign(`${timestamp}\n${nonce}\n${body}\n`, platformKeys.privateKey),
      'request-id': `REQ-${nonce.slice(0, 8)}`,
    };
    return new HttpResponse(status === 204 ? null : body, { status, headers });
  };
  const error = (status: number, code: string): Response => signed(status, { code, message: code });
  const world: DocumentedWechat = { phones, handlers: [], provider, lose: false, tamper: undefined, holdReverse: false };
  const answer = async (request: Request): Promise<Response> => {
    const body = await request.text();
    if (!isSigned(request, body, clock.wall())) return HttpResponse.json({ code: 'SIGN_ERROR', message: '签名错误' }, { status: 401 });
    const url = new URL(request.url);
    const done = respond(world, request.method, url, body === '' ? {} : (JSON.parse(body) as Body), signed, error);
    if (world.lose) {
      world.lose = false;
      return HttpResponse.error();
    }
    return world.tamper === undefined ? done : world.tamper(done);
  };
  return Object.assign(world, { handlers: [http.all(`${WECHAT}/*`, ({ request }) => answer(request))] });
}

interface Body {
  readonly mchid?: string;
  readonly appid?: string;
  readonly out_trade_no?: string;
  readonly out_refund_no?: string;
  readonly payer?: { readonly auth_code: string };
  readonly amount?: { readonly total: number; readonly refund?: number; readonly currency: string };
  readonly time_expire?: string;
  readonly scene_info?: { readonly store_info: { readonly out_id: string } };
}

function isSigned(request: Request, body: string, now: number): boolean {
  const header = request.headers.get('authorization') ?? '';
  const part = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? '';
  const url = new URL(request.url);
  const text = `${request.method}\n${url.pathname}${url.search}\n${part('timestamp')}\n${part('nonce_str')}\n${body}\n`;
  const isFresh = Math.abs(Number(part('timestamp')) - now / 1_000) < 300;
  return (
    header.startsWith('WECHATPAY2-SHA256-RSA2048 ') &&
    part('mchid') === MCH &&
    part('serial_no') === SERIAL &&
    isFresh &&
    rsaVerify(text, part('signature'), merchantKeys.publicKey)
  );
}

type Signed = (status: number, value?: object) => Response;
type Failed = (status: number, code: string) => Response;

function respond(world: DocumentedWechat, method: string, url: URL, body: Body, signed: Signed, error: Failed): Response {
  const { payments } = world.phones;
  const path = `${method} ${url.pathname}`;
  const named = /out-trade-no\/([^/]+)(?:\/(close|reverse))?$/.exec(url.pathname);
  const payment = payments.get(decodeURIComponent(named?.[1] ?? ''));
  if (path === 'POST /v3/pay/transactions/native') {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/.test(body.time_expire ?? '')) return error(400, 'PARAM_ERROR');
    const order = body.out_trade_no ?? '';
    if (!payments.has(order)) payments.set(order, { order, minor: body.amount?.total ?? 0, state: 'waiting', refund: undefined });
    return signed(200, { code_url: `weixin://wxpay/bizpayurl?pr=${order}` });
  }
  if (path === 'POST /v3/pay/transactions/codepay') return codepay(world, body, signed, error);
  if (path === 'POST /v3/refund/domestic/refunds') {
    const paid = payments.get(body.out_trade_no ?? '');
    if (paid === undefined || (paid.state !== 'paid' && paid.refund === undefined)) return error(400, 'INVALID_REQUEST');
    paid.state = 'returned';
    const isNew = paid.refund === undefined;
    paid.refund ??= `5030000${paid.order}`;
    return signed(200, { refund_id: paid.refund, out_refund_no: body.out_refund_no, status: isNew ? 'PROCESSING' : 'SUCCESS' });
  }
  if (url.pathname.startsWith('/v3/refund/domestic/refunds/')) {
    const refundOrder = decodeURIComponent(url.pathname.slice('/v3/refund/domestic/refunds/'.length));
    const found = [...payments.values()].find(({ order }) => `${order}-R` === refundOrder);
    if (found?.refund === undefined) return error(404, 'RESOURCE_NOT_EXISTS');
    return signed(200, { refund_id: found.refund, out_refund_no: refundOrder, status: 'SUCCESS' });
  }
  if (payment === undefined) return error(404, 'ORDER_NOT_EXIST');
  if (named?.[2] === 'close') {
    if (payment.state === 'paid') return error(400, 'ORDERPAID');
    payment.state = 'closed';
    return signed(204);
  }
  if (named?.[2] === 'reverse') {
    if (world.holdReverse && payment.state === 'paying') return error(400, 'USERPAYING');
    payment.state = payment.state === 'paid' || payment.state === 'returned' ? 'returned' : 'closed';
    return signed(200, { appid: APP, mchid: MCH, out_trade_no: payment.order });
  }
  if (url.searchParams.get('mchid') !== MCH) return error(400, 'PARAM_ERROR');
  return signed(200, transaction(payment));
}

function codepay({ phones }: DocumentedWechat, body: Body, signed: Signed, error: Failed): Response {
  const { out_trade_no: order = '', amount, payer, scene_info } = body;
  if (scene_info?.store_info.out_id === undefined || body.appid !== APP) return error(400, 'PARAM_ERROR');
  if (phones.payments.has(order)) return error(400, 'OUT_TRADE_NO_USED');
  const payment = phones.charge(payer?.auth_code ?? '', order, amount?.total ?? 0);
  if (payment === undefined) return error(400, 'AUTH_CODE_INVALID');
  if (payment.state === 'paying') return error(202, 'USERPAYING');
  return payment.state === 'failed' ? error(403, 'NOT_ENOUGH') : signed(200, transaction(payment));
}

const STATE: Readonly<Record<DocumentedPayment['state'], string>> = {
  waiting: 'NOTPAY',
  paying: 'USERPAYING',
  paid: 'SUCCESS',
  failed: 'PAYERROR',
  closed: 'CLOSED',
  returned: 'REFUND',
};

function transaction({ order, minor, state }: DocumentedPayment): object {
  return {
    appid: APP,
    mchid: MCH,
    out_trade_no: order,
    trade_state: STATE[state],
    trade_state_desc: '说明',
    ...(state === 'paid' || state === 'returned'
      ? { transaction_id: `4200000${order}`, amount: { total: minor, payer_total: minor, currency: 'CNY', payer_currency: 'CNY' } }
      : {}),
  };
}
