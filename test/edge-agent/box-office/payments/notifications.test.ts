import { createCipheriv, generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { simulatedProvider } from '#agent/box-office/create-box-office.ts';
import { alipayNotifications } from '#agent/box-office/payments/providers/alipay/alipay-notification.ts';
import { rsaSign } from '#agent/box-office/payments/providers/rsa.ts';
import { wechatNotifications } from '#agent/box-office/payments/providers/wechat-v3/wechat-notification.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, minutes } from '#core/base/time.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { openBoxOffice, order, readOrder, startPaying } from '../open-box-office.ts';
import { createScriptedProvider } from '../scripted-provider.ts';

/** Notifications as the providers' documents describe them, written from those and not from the readers. */
const MCH = '1900000001';
const APP = '2021000000000001';
const API_V3_KEY = '0123456789abcdef0123456789abcdef';
const PLATFORM = 'PUB_KEY_ID_0119000000012024';
const keys = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const others = generateKeyPairSync('rsa', { modulusLength: 2_048 });

interface Told {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** One digit of what it says. */
const changed = ({ headers, body }: Told): Told => ({ headers, body: body.replace(/EV-1|48\.00/, (text) => `${text.slice(0, -1)}9`) });

interface Changes {
  readonly order?: string;
  readonly id?: string;
  /** Milliseconds by which it is older than now. */
  readonly age?: number;
  readonly signedBy?: typeof keys;
  /** Before it is signed. */
  readonly change?: (about: Record<string, string>) => void;
  readonly sealedWith?: string;
}

function wechat(now: number, { order = 'x', id = 'EV-1', age = 0, signedBy = keys, change, sealedWith = API_V3_KEY }: Changes): Told {
  const about: Record<string, string> = { mchid: MCH, out_trade_no: order, trade_state: 'SUCCESS', transaction_id: '42' };
  change?.(about);
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', sealedWith, nonce);
  cipher.setAAD(Buffer.from('transaction'));
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(about), 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
  const resource = { original_type: 'transaction', algorithm: 'AEAD_AES_256_GCM', ciphertext, associated_data: 'transaction', nonce };
  const body = JSON.stringify({ id, event_type: 'TRANSACTION.SUCCESS', resource_type: 'encrypt-resource', summary: '支付成功', resource });
  const timestamp = String(Math.floor((now - age) / 1_000));
  const signature = rsaSign(`${timestamp}\nabc\n${body}\n`, signedBy.privateKey);
  const names = { timestamp, nonce: 'abc', serial: PLATFORM, signature };
  const headers = Object.fromEntries(Object.entries(names).map(([name, value]) => [`wechatpay-${name}`, value]));
  return { headers: { ...headers, 'content-type': 'application/json' }, body };
}

function alipay(now: number, { order = 'x', id = 'n-1', age = 0, signedBy = keys, change }: Changes): Told {
  const notify_time = new Date(now - age + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  const about: Record<string, string> = {
    app_id: APP,
    notify_id: id,
    notify_time,
    out_trade_no: order,
    trade_status: 'TRADE_SUCCESS',
    total_amount: '48.00',
    subject: '星河影城 a&b=c+d',
    charset: 'utf-8',
  };
  change?.(about);
  const names = Object.keys(about).sort();
  const sign = rsaSign(names.map((name) => `${name}=${about[name]}`).join('&'), signedBy.privateKey);
  const body = new URLSearchParams({ ...about, sign_type: 'RSA2', sign }).toString();
  return { headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body };
}

const PROVIDERS = [
  ['wechat', wechat, 204, ''],
  ['alipay', alipay, 200, 'success'],
] as const;

async function setUp(id: 'wechat' | 'alipay') {
  const time = createVirtualTime();
  const { clock } = time;
  const scripted = createScriptedProvider();
  const notifications =
    id === 'wechat'
      ? wechatNotifications({ mchId: MCH, apiV3Key: API_V3_KEY, platformKeys: new Map([[PLATFORM, keys.publicKey]]), clock })
      : alipayNotifications({ appId: APP, alipayKey: keys.publicKey, clock });
  const office = await openBoxOffice({ time, providers: [{ ...simulatedProvider(scripted.provider), id, notifications }] });
  const tell = async ({ headers, body }: Told) => {
    const response = await fetch(`${office.url}/v1/payment-notifications/${id}`, { method: 'POST', headers, body });
    return { status: response.status, text: await response.text() };
  };
  const { id: orderId } = await order(office, '1_1');
  const key = await startPaying(office, orderId);
  const status = async () => (await readOrder(office, orderId)).status;
  const questions = (): number => scripted.calls.filter(({ call }) => call === 'query').length;
  return { office, time, scripted, tell, key, status, questions, now: () => clock.wall() };
}

describe.each(PROVIDERS)('%s tells', (id, written, heard, text) => {
  test('that somebody has paid: it is asked at once, and the answer to that has the effect', async () => {
    const { scripted, tell, key, status, time, questions, now } = await setUp(id);
    scripted.pay(key);
    const before = questions();
    expect(await status()).toBe('paying');
    expect(await tell(written(now(), { order: key }))).toEqual({ status: heard, text });
    await time.advance(milliseconds(0));
    expect([await status(), questions()]).toEqual(['confirmed', before + 1]);
  });

  test('what is not true: the provider’s own answer stands', async () => {
    const { tell, key, status, time, now } = await setUp(id);
    expect((await tell(written(now(), { order: key }))).status).toBe(heard);
    await time.advance(milliseconds(0));
    expect(await status()).toBe('paying');
  });

  test('the same again, and is heard without another question', async () => {
    const { tell, key, time, questions, now } = await setUp(id);
    const told = written(now(), { order: key });
    for (let copy = 0; copy < 3; copy++) {
      expect((await tell(told)).status).toBe(heard);
      await time.advance(milliseconds(0));
    }
    expect(questions()).toBe(1);
  });

  test('nothing, and it is asked all the same', async () => {
    const { scripted, key, status, time } = await setUp(id);
    scripted.pay(key);
    await time.advance(LIMITS.payment.pollEvery);
    await time.advance(LIMITS.payment.pollEvery);
    expect(await status()).toBe('confirmed');
  });

  test('of a payment that nobody knows, which is heard and changes nothing', async () => {
    const { tell, status, time, questions, now } = await setUp(id);
    expect((await tell(written(now(), { order: 'of-another-shop' }))).status).toBe(heard);
    await time.advance(milliseconds(0));
    expect([await status(), questions()]).toEqual(['paying', 0]);
  });

  const wrongMerchant = (about: Record<string, string>): void => {
    if ('mchid' in about) about.mchid = '1900000002';
    else about.app_id = '2021000000000002';
  };
  test.each<[string, (now: number, order: string) => Told]>([
    ['signed by somebody else', (now, key) => written(now, { order: key, signedBy: others })],
    ['changed after it was signed', (now, key) => changed(written(now, { order: key }))],
    ['of another merchant', (now, key) => written(now, { order: key, change: wrongMerchant })],
    ['too old', (now, key) => written(now, { order: key, age: id === 'wechat' ? minutes(6) : minutes(27 * 60) })],
    ['of the future', (now, key) => written(now, { order: key, age: -minutes(6) })],
    ['without an order', (now) => written(now, { order: '' })],
    ['twice in one', (now, key) => ({ ...written(now, { order: key }), body: `${written(now, { order: key }).body}&out_trade_no=y` })],
    ['empty', () => ({ headers: { 'content-type': 'application/json' }, body: '' })],
    ['no text', () => ({ headers: { 'content-type': 'application/octet-stream' }, body: '\u0000\u0001{"id":' })],
    [
      'without a signature',
      (now, key) => ({ headers: { 'content-type': 'text/plain' }, body: written(now, { order: key }).body.replace('sign=', 'sigh=') }),
    ],
  ])('something that is %s, and nothing is asked', async (_, make) => {
    const { tell, key, status, time, questions, now, scripted } = await setUp(id);
    scripted.pay(key);
    const before = questions();
    expect((await tell(make(now(), key))).status).toBeGreaterThanOrEqual(400);
    await time.advance(milliseconds(0));
    expect([await status(), questions()]).toEqual(['paying', before]);
  });

  test('too much at once, and the rest comes again', async () => {
    const { tell } = await setUp(id);
    const hostile: Told = { headers: { 'content-type': 'text/plain' }, body: 'x' };
    const statuses: number[] = [];
    while (statuses.length < LIMITS.http.notificationsPerMinute) {
      statuses.push(...(await Promise.all(Array.from({ length: 50 }, async () => (await tell(hostile)).status))));
    }
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect((await tell(hostile)).status).toBe(429);
  });
});

test('what WeChat sealed with another key is not opened', async () => {
  const { tell, key, now } = await setUp('wechat');
  expect((await tell(wechat(now(), { order: key, sealedWith: 'f'.repeat(32) }))).status).toBe(401);
});

test('a provider that tells nothing has no such address', async () => {
  const office = await openBoxOffice();
  expect((await fetch(`${office.url}/v1/payment-notifications/wechat`, { method: 'POST', body: 'x' })).status).toBe(404);
});
