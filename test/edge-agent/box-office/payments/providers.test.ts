import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createHttpProvider } from '#agent/box-office/payments/http-provider.ts';
import { createPaymentSimulator } from '#agent/payment-simulator/create-payment-simulator.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { minutes, plus } from '#core/base/time.ts';
import type { PaymentProvider } from '#core/box-office/payment-provider.ts';
import { paymentProviderContract } from '#test/contract/payment-provider.contract.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { createDocumentedAlipay } from './documented-alipay.ts';
import { createDocumentedWechat } from './documented-wechat.ts';

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'bypass' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

paymentProviderContract('WeChat Pay v3', async () => {
  const time = createVirtualTime();
  const wechat = createDocumentedWechat(time);
  server.use(...wechat.handlers);
  return {
    provider: wechat.provider,
    now: () => time.clock.wall(),
    codeOf: async (phone) => wechat.phones.newCode(phone),
    guestPays: (order) => wechat.phones.settle(order, 'paid'),
    guestRefuses: (order) => wechat.phones.settle(order, 'failed'),
    loseNextAnswer: () => {
      wechat.lose = true;
    },
    close: async () => undefined,
  };
});

paymentProviderContract('Alipay', async () => {
  const time = createVirtualTime();
  const alipay = createDocumentedAlipay(time);
  server.use(...alipay.handlers);
  return {
    provider: alipay.provider,
    now: () => time.clock.wall(),
    codeOf: async (phone) => alipay.phones.newCode(phone),
    guestPays: (order) => alipay.phones.settle(order, 'paid'),
    guestRefuses: (order) => alipay.phones.settle(order, 'closed'),
    loseNextAnswer: () => {
      alipay.lose = true;
    },
    close: async () => undefined,
  };
});

paymentProviderContract('simulated', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-payments-'));
  const time = createVirtualTime();
  const { clock, timers } = time;
  const simulator = createPaymentSimulator({ dataFolder: folder, port: 0, clock, timers, random: systemRandom, log: silentLog, apiKey: 'key' });
  const { url } = await simulator.start();
  let isLosing = false;
  const provider = losingAnswers(createHttpProvider({ url, apiKey: 'key', timers }), () => {
    const isLost = isLosing;
    isLosing = false;
    return isLost;
  });
  const tap = async (order: string, action: string): Promise<void> => {
    // A repeated opening tells the address of the page, also of a payment by code.
    const amount = { minor: 9_600, currency: 'CNY' } as const;
    const opened = await provider.create({ merchantOrder: order, amount, description: 'x', expiresAt: plus(clock.wall(), minutes(1)) });
    if (opened.kind !== 'created') throw new Error(JSON.stringify(opened));
    await fetch(`${opened.codeUrl}/${action}`, { method: 'POST', body: new URLSearchParams() });
  };
  return {
    provider,
    now: () => clock.wall(),
    codeOf: async (phone) => {
      const page = await fetch(`${url}/phone/wechat/${phone}`, { method: 'POST', body: new URLSearchParams() });
      return /data-code="(\d+)"/.exec(await page.text())?.[1] ?? '';
    },
    guestPays: (order) => tap(order, 'pay'),
    guestRefuses: (order) => tap(order, 'refuse'),
    loseNextAnswer: () => {
      isLosing = true;
    },
    close: async () => {
      await simulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

/** What is asked arrives and is done; the line loses the answers that it is told to lose. */
function losingAnswers(provider: PaymentProvider, isLost: () => boolean): PaymentProvider {
  const lost = { kind: 'no-answer', fault: { code: 'E-PAY-TIMEOUT', owner: 'peer', message: 'lost' } } as const;
  const through = async <Answer>(asked: Promise<Answer>): Promise<Answer | typeof lost> => {
    const answer = await asked;
    return isLost() ? lost : answer;
  };
  return {
    create: (payment) => through(provider.create(payment)),
    payByCode: (payment) => through(provider.payByCode(payment)),
    query: (order) => through(provider.query(order)),
    close: (order) => through(provider.close(order)),
    reverse: (order) => through(provider.reverse(order)),
    refund: (refund) => through(provider.refund(refund)),
    queryRefund: (refund) => through(provider.queryRefund(refund)),
  };
}
