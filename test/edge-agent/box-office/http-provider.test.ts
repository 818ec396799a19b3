import { delay, HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHttpProvider } from '#agent/box-office/payments/http-provider.ts';
import { LIMITS } from '#core/base/limits.ts';
import { money } from '#core/base/money.ts';
import { minutes, plus } from '#core/base/time.ts';
import type { PaymentProvider } from '#core/box-office/payment-provider.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const URL_OF_PROVIDER = 'http://payments.example';
const ORDER = 'attempt-00000001';
const PAYMENT = { merchantOrder: ORDER, status: 'waiting', amount: { minor: 9_600, currency: 'CNY' }, codeUrl: 'http://payments.example/pay/x' };

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const time = createVirtualTime();
const provider = createHttpProvider({ url: URL_OF_PROVIDER, apiKey: 'key', timers: time.timers });

/** Every call of the port, each of which must survive every misbehaviour. */
const CALLS: readonly (readonly [string, (provider: PaymentProvider) => Promise<{ readonly kind: string }>])[] = [
  [
    'create',
    (to) => to.create({ merchantOrder: ORDER, amount: money(9_600, 'CNY'), description: 'x', expiresAt: plus(time.clock.wall(), minutes(9)) }),
  ],
  ['query', (to) => to.query(ORDER)],
  ['close', (to) => to.close(ORDER)],
  ['payByCode', (to) => to.payByCode({ merchantOrder: ORDER, amount: money(9_600, 'CNY'), description: 'x', code: '134567890123456789' })],
  ['reverse', (to) => to.reverse(ORDER)],
  ['queryRefund', (to) => to.queryRefund({ merchantOrder: ORDER, refundOrder: `${ORDER}-R`, amount: money(9_600, 'CNY') })],
  ['refund', (to) => to.refund({ merchantOrder: ORDER, refundOrder: `${ORDER}-R`, amount: money(9_600, 'CNY') })],
];

function answerAll(answer: () => Response | Promise<Response>): void {
  server.use(http.all(`${URL_OF_PROVIDER}/*`, answer));
}

const MISBEHAVIOURS: readonly (readonly [string, () => Response | Promise<Response>])[] = [
  ['a server error', () => HttpResponse.json({}, { status: 500 })],
  ['a gateway that has no answer', () => new HttpResponse('<html>', { status: 502 })],
  ['a broken connection', () => HttpResponse.error()],
  ['half a JSON text', () => new HttpResponse('{"merchantOrder":"att')],
  ['an empty body', () => new HttpResponse('')],
  ['a page instead of JSON', () => new HttpResponse('<html>Log in to the Wi-Fi</html>')],
  ['a JSON of another form', () => HttpResponse.json({ status: 'SUCCESS' })],
  ['a status that nobody knows', () => HttpResponse.json({ ...PAYMENT, status: 'maybe' })],
  ['another payment', () => HttpResponse.json({ ...PAYMENT, merchantOrder: 'attempt-99999999', status: 'paid', reference: 'P1' })],
  ['an unknown refusal', () => HttpResponse.json({ code: 'because' }, { status: 409 })],
  ['a redirect', () => new HttpResponse(null, { status: 302, headers: { location: 'http://elsewhere.example/' } })],
  ['"too many requests"', () => HttpResponse.json({}, { status: 429 })],
  ['"unauthorised"', () => HttpResponse.json({}, { status: 401 })],
  ['an endless body', () => new HttpResponse('x'.repeat(LIMITS.payment.answerBytesMax + 1))],
];

describe.each(CALLS)('%s', (_, call) => {
  test.each(MISBEHAVIOURS)('%s is no answer, never a failure', async (__, answer) => {
    answerAll(answer);
    expect(await call(provider)).toMatchObject({ kind: 'no-answer', fault: { owner: 'peer' } });
  });

  test('silence is no answer after the time that is allowed', async () => {
    let arrived = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    answerAll(async () => {
      arrived();
      await delay('infinite');
      return HttpResponse.json({});
    });
    const answer = call(provider);
    await asked;
    await time.advance(LIMITS.payment.codeTimeout);
    expect(await answer).toMatchObject({ kind: 'no-answer', fault: { code: 'E-PAY-TIMEOUT' } });
    expect(time.pendingTimers()).toBe(0);
  });
});

describe('answers', () => {
  test.each([
    ['waiting', { kind: 'waiting' }],
    ['user-paying', { kind: 'user-paying' }],
    ['closed', { kind: 'closed' }],
    ['refused', { kind: 'failed' }],
    ['paid', { kind: 'paid', amount: { minor: 9_600, currency: 'CNY' }, reference: 'P1' }],
    ['refunded', { kind: 'closed' }],
  ])('a payment that is %s', async (status, expected) => {
    answerAll(() => HttpResponse.json({ ...PAYMENT, status, reference: 'P1' }));
    expect(await provider.query(ORDER)).toMatchObject(expected);
  });

  test('paid without a reference is not believed', async () => {
    answerAll(() => HttpResponse.json({ ...PAYMENT, status: 'paid' }));
    expect(await provider.query(ORDER)).toMatchObject({ kind: 'no-answer', fault: { code: 'E-PAY-ANSWER' } });
  });

  test('nothing under this number', async () => {
    answerAll(() => HttpResponse.json({ code: 'not-found' }, { status: 404 }));
    expect([await provider.query(ORDER), await provider.close(ORDER)]).toEqual([{ kind: 'not-found' }, { kind: 'not-found' }]);
  });

  test.each([
    ['closed', 'closed'],
    ['refused', 'closed'],
    ['paid', 'paid'],
    ['refunded', 'closed'],
    ['waiting', 'no-answer'],
  ])('closing one that is then %s: %s', async (status, kind) => {
    answerAll(() => HttpResponse.json({ ...PAYMENT, status, reference: 'P1' }));
    expect((await provider.close(ORDER)).kind).toBe(kind);
  });

  test('a refusal of the creation, and of a refund, is certain', async () => {
    answerAll(() => HttpResponse.json({ code: 'order-number-reused' }, { status: 409 }));
    expect(await CALLS[0]?.[1](provider)).toMatchObject({ kind: 'refused' });
    answerAll(() => HttpResponse.json({ code: 'not-paid' }, { status: 409 }));
    expect(await CALLS.at(-1)?.[1](provider)).toMatchObject({ kind: 'refused' });
  });

  test('the key is shown and the number is in the address', async () => {
    let seen: Request | undefined;
    server.use(
      http.get(`${URL_OF_PROVIDER}/v1/payments/:number`, ({ request }) => {
        seen = request;
        return HttpResponse.json(PAYMENT);
      }),
    );
    await provider.query(ORDER);
    expect(seen?.headers.get('authorization')).toBe('Bearer key');
    expect(seen?.url).toBe(`${URL_OF_PROVIDER}/v1/payments/${ORDER}`);
  });
});
