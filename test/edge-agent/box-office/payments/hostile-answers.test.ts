import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { signedText, verifiedAnswer } from '#agent/box-office/payments/providers/alipay/alipay-signing.ts';
import { rawMember } from '#agent/box-office/payments/providers/alipay/raw-member.ts';
import { rsaVerify } from '#agent/box-office/payments/providers/rsa.ts';
import { money } from '#core/base/money.ts';
import { minutes } from '#core/base/time.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { ALIPAY, createDocumentedAlipay } from './documented-alipay.ts';
import { createDocumentedWechat, WECHAT } from './documented-wechat.ts';

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const PRICE = money(9_600, 'CNY');
const KEY = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey;

function openWechat() {
  const time = createVirtualTime();
  const wechat = createDocumentedWechat(time);
  server.use(...wechat.handlers);
  const pay = (order: string) => {
    const code = wechat.phones.newCode('pay');
    return wechat.provider.payByCode({ merchantOrder: order, amount: PRICE, description: 'x', code });
  };
  return { time, wechat, pay };
}

/** The same answer with something of it changed, signatures kept. */
const changed = (headers: Record<string, string>, edit: (text: string) => string) => async (response: Response) => {
  const all = new Headers(response.headers);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return new HttpResponse(edit(await response.text()), { status: response.status, headers: all });
};
const same = (text: string): string => text;

describe('an answer that WeChat did not sign', () => {
  test.each([
    ['says SUCCESS', changed({}, (text) => text.replace('"SUCCESS"', '"CLOSED"'))],
    ['has another amount', changed({}, (text) => text.replace('9600', '1'))],
    ['has no signature', changed({ 'wechatpay-signature': '' }, same)],
    ['has a signature of another key', changed({ 'wechatpay-serial': 'PUB_KEY_ID_OTHER' }, same)],
    ['is signed for another moment', changed({ 'wechatpay-timestamp': '1' }, same)],
    ['has another nonce', changed({ 'wechatpay-nonce': 'again' }, same)],
  ])('%s: no answer, neither paid nor refused', async (_, tamper) => {
    const { wechat, pay } = openWechat();
    wechat.tamper = tamper;
    const paid = await pay('hostile-000001');
    expect(paid).toMatchObject({ kind: 'no-answer', fault: { code: 'E-PAY-ANSWER' }, trace: { requestId: expect.stringMatching(/^REQ-/) } });
    expect((await wechat.provider.query('hostile-000001')).kind).toBe('no-answer');
    wechat.tamper = undefined;
    expect((await wechat.provider.query('hostile-000001')).kind).toBe('paid');
  });

  test('is an old one played again', async () => {
    const { wechat, time, pay } = openWechat();
    let old: Response | undefined;
    wechat.tamper = async (response) => {
      old = response.clone();
      return response;
    };
    await pay('hostile-000002');
    wechat.tamper = async () => old?.clone() ?? HttpResponse.error();
    await time.advance(minutes(6));
    expect((await wechat.provider.query('hostile-000002')).kind).toBe('no-answer');
  });

  test('refuses: nobody knows who said so', async () => {
    const { wechat } = openWechat();
    server.use(http.all(`${WECHAT}/*`, () => HttpResponse.json({ code: 'NOT_ENOUGH', message: '' }, { status: 403 })));
    const answer = await wechat.provider.payByCode({ merchantOrder: 'hostile-000003', amount: PRICE, description: 'x', code: '134567890123456789' });
    expect(answer).toMatchObject({ kind: 'no-answer', trace: { code: 'NOT_ENOUGH' } });
  });
});

test('an error of WeChat that is not known to be a refusal leaves the payment open', async () => {
  const { wechat } = openWechat();
  wechat.phones.payments.set('hostile-000004', { order: 'hostile-000004', minor: 9_600, state: 'paid', refund: undefined });
  // "The number was used": it may have been this very payment.
  const answer = await wechat.provider.payByCode({ merchantOrder: 'hostile-000004', amount: PRICE, description: 'x', code: '134567890123456789' });
  expect(answer).toMatchObject({ kind: 'no-answer', trace: { code: 'OUT_TRADE_NO_USED' } });
});

test('undoing is refused by WeChat while the guest types a password', async () => {
  const { wechat } = openWechat();
  const code = wechat.phones.newCode('password');
  await wechat.provider.payByCode({ merchantOrder: 'hostile-000005', amount: PRICE, description: 'x', code });
  wechat.holdReverse = true;
  expect((await wechat.provider.reverse('hostile-000005')).kind).toBe('still-paying');
  wechat.holdReverse = false;
  expect((await wechat.provider.reverse('hostile-000005')).kind).toBe('reversed');
});

describe('an answer that Alipay did not sign', () => {
  test.each([
    ['has another amount', (text: string) => text.replace('96.00', '0.01')],
    ['has another space', (text: string) => text.replace('"code":', '"code" :')],
    ['has no signature', (text: string) => text.replace(/, "sign".*/, '}')],
    ['has its member twice', (text: string) => text.replace(', "sign"', ', "alipay_trade_pay_response": {"code":"10000"}, "sign"')],
    ['is cut off', (text: string) => text.slice(0, -20)],
    ['is a page', () => '<html>Log in to the Wi-Fi</html>'],
  ])('%s: no answer', async (_, tamper) => {
    const time = createVirtualTime();
    const alipay = createDocumentedAlipay(time);
    server.use(...alipay.handlers);
    alipay.tamper = tamper;
    const code = alipay.phones.newCode('pay');
    const paid = await alipay.provider.payByCode({ merchantOrder: 'hostile-000006', amount: PRICE, description: 'x', code });
    expect(paid).toMatchObject({ kind: 'no-answer', fault: { code: 'E-PAY-ANSWER' } });
  });

  test.each(['20000', '40004', '10004', '50000'])('code %s without a known reason leaves the payment open', async (answered) => {
    const alipay = createDocumentedAlipay(createVirtualTime());
    server.use(
      http.post(ALIPAY, () => HttpResponse.json({ alipay_trade_pay_response: { code: answered, sub_code: 'ACQ.SYSTEM_ERROR' }, sign: 'x' })),
    );
    const answer = await alipay.provider.payByCode({ merchantOrder: 'hostile-000007', amount: PRICE, description: 'x', code: '287777777777777777' });
    expect(answer.kind).toBe('no-answer');
  });
});

describe('the text of a member', () => {
  test('is what a parser reads, for every object', () => {
    let found = 0;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(2), (object, indent) => {
        for (const [name, value] of Object.entries(object)) {
          const raw = rawMember(JSON.stringify(object, undefined, indent), name);
          expect(JSON.parse(raw ?? 'undefined')).toEqual(JSON.parse(JSON.stringify(value)));
          found++;
        }
        expect(rawMember(JSON.stringify(object), 'a name that is not there')).toBeUndefined();
      }),
    );
    expect(found).toBeGreaterThan(0);
  });

  test('is nothing in any other text, and nothing is thrown', { timeout: 180_000 }, () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          fc.json().map((text) => text.slice(0, -1)),
        ),
        (text) => {
          expect(verifiedAnswer(text, 'alipay.trade.pay', KEY)).toBeUndefined();
        },
      ),
    );
  });

  test('parameters are joined in the order of their names, without empty ones', () => {
    expect(signedText({ b: '2', a: '1', sign: 'x', c: '' })).toBe('a=1&b=2');
  });

  test('nothing but a signature is one', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(rsaVerify('x', text, KEY)).toBe(false);
      }),
    );
  });
});
