import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { simulatedProvider } from '#agent/box-office/create-box-office.ts';
import { createHttpProvider } from '#agent/box-office/payments/http-provider.ts';
import type { ProviderList } from '#agent/box-office/payments/provider-list.ts';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { createPaymentSimulator } from '#agent/payment-simulator/create-payment-simulator.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { businessDayOf } from '#core/base/business-day.ts';
import { minutes, plus, seconds } from '#core/base/time.ts';
import type { Order } from '#core/contract/box-office/sales.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { good, newKey, type OpenBoxOffice, openBoxOffice, order, readOrder } from './open-box-office.ts';

/** The real thing but for the clock: SQLite, HTTP to the box office, HTTP to the payment provider, a phone that posts forms. */
async function openLobby(): Promise<OpenBoxOffice & { readonly providers: ProviderList }> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-lobby-'));
  const time = createVirtualTime();
  const { clock, timers } = time;
  const simulator = createPaymentSimulator({
    dataFolder: join(folder, 'payments'),
    port: 0,
    clock,
    timers,
    random: systemRandom,
    log: silentLog,
    apiKey: 'key',
  });
  const { url } = await simulator.start();
  onTestFinished(async () => {
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const store = openSqliteBoxOfficeStore(join(folder, 'box-office.db'));
  const providers = [simulatedProvider(createHttpProvider({ url, apiKey: 'key', timers }))];
  return { ...(await openBoxOffice({ time, store, providers })), providers };
}

async function pay(office: OpenBoxOffice, orderId: string, action: string): Promise<void> {
  const body = { attemptKey: newKey('attempt'), method: 'qr' } as const;
  const attempt = good(await office.kiosk.startPayment({ params: { orderId }, body }));
  expect(attempt.status).toBe('submitted');
  const page = await fetch(`${attempt.codeUrl}/${action}`, { method: 'POST', body: new URLSearchParams() });
  expect(page.status).toBe(200);
}

/** Lets the box office ask, and the answer travel, until the order stands as wanted. Real sockets need real turns of the event loop, the rest is virtual. */
async function until(office: OpenBoxOffice, orderId: string, status: Order['status']): Promise<Order> {
  for (let turns = 0; turns < 100; turns++) {
    const now = await readOrder(office, orderId);
    if (now.status === status) return now;
    await office.time.advance(seconds(1));
  }
  throw new Error(`the order never became ${status}`);
}

describe('with the simulated provider', () => {
  test('a guest pays by phone', async () => {
    const office = await openLobby();
    const { id } = await order(office, '1_1', '1_2');
    await pay(office, id, 'pay');
    expect((await until(office, id, 'confirmed')).tickets).toHaveLength(2);
  });

  test('a guest refuses, and may try again', async () => {
    const office = await openLobby();
    const { id } = await order(office, '1_1', '1_2');
    await pay(office, id, 'refuse');
    expect((await until(office, id, 'unpaid')).payment?.status).toBe('failed');
    await pay(office, id, 'pay');
    await until(office, id, 'confirmed');
  });

  test('the provider answers late: first nobody knows, then it is paid', async () => {
    const office = await openLobby();
    const { id } = await order(office, '1_1', '1_2');
    await pay(office, id, 'pay-late');
    await until(office, id, 'payment-unknown');
    await until(office, id, 'confirmed');
  });

  test("the day adds up: one sale stays, one goes back, and money that somebody took at the provider's alone is found", async () => {
    const office = await openLobby();
    const kept = await order(office, '1_1', '1_2');
    await pay(office, kept.id, 'pay');
    await until(office, kept.id, 'confirmed');
    const back = await order(office, '2_1', '2_2');
    await pay(office, back.id, 'pay');
    await until(office, back.id, 'confirmed');
    good(await office.kiosk.refundOrder({ params: { orderId: back.id }, body: { refundKey: newKey('refund'), reason: 'other', by: 'duty' } }));
    await until(office, back.id, 'refunded');
    const day = businessDayOf(office.time.clock.wall(), 'Asia/Shanghai');
    expect(good(await office.kiosk.readReconciliation({ query: { day } }))).toEqual({
      day,
      currency: 'CNY',
      methods: [{ method: 'qr', provider: 'simulated', taken: 19_200, takenCount: 2, givenBack: 9_600, givenBackCount: 1 }],
      open: [],
      compared: ['simulated'],
      differences: [],
    });
    const { merchantOrder } = { merchantOrder: newKey('strange') };
    const [{ provider } = expect.unreachable('a provider')] = office.providers;
    const expiresAt = plus(office.time.clock.wall(), minutes(5));
    const opened = await provider.create({ merchantOrder, amount: { minor: 700, currency: 'CNY' }, description: 'x', expiresAt });
    if (opened.kind === 'created') await fetch(`${opened.codeUrl}/pay`, { method: 'POST', body: new URLSearchParams() });
    const { differences } = good(await office.kiosk.readReconciliation({ query: { day } }));
    expect(differences).toEqual([{ kind: 'money-unknown-to-us', merchantOrder, provider: 'simulated', ours: 0, theirs: 700 }]);
  });

  test('the money of a refund goes back', async () => {
    const office = await openLobby();
    const { id } = await order(office, '1_1', '1_2');
    await pay(office, id, 'pay');
    await until(office, id, 'confirmed');
    const refund = office.kiosk.refundOrder({ params: { orderId: id }, body: { refundKey: newKey('refund'), reason: 'other', by: 'duty' } });
    expect(good(await refund)).toMatchObject({ status: 'refunded', refundReference: expect.stringMatching(/^R[0-9a-f]{20}$/) });
  });
});
