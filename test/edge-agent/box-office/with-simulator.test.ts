import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHttpProvider } from '#agent/box-office/payments/http-provider.ts';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { createPaymentSimulator } from '#agent/payment-simulator/create-payment-simulator.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { seconds } from '#core/base/time.ts';
import type { Order } from '#core/contract/box-office/sales.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { good, newKey, type OpenBoxOffice, openBoxOffice, order, readOrder } from './open-box-office.ts';

/** The real thing but for the clock: SQLite, HTTP to the box office, HTTP to the payment provider, a phone that posts forms. */
async function openLobby(): Promise<OpenBoxOffice> {
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
  return openBoxOffice({ time, store, provider: createHttpProvider({ url, apiKey: 'key', timers }) });
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

  test('the money of a refund goes back', async () => {
    const office = await openLobby();
    const { id } = await order(office, '1_1', '1_2');
    await pay(office, id, 'pay');
    await until(office, id, 'confirmed');
    const refund = office.kiosk.refundOrder({ params: { orderId: id }, body: { refundKey: newKey('refund'), reason: 'other', by: 'duty' } });
    expect(good(await refund)).toMatchObject({ status: 'refunded', refundReference: expect.stringMatching(/^R[0-9a-f]{20}$/) });
  });
});
