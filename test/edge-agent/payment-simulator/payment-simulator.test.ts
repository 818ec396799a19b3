import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHttpProvider } from '#agent/box-office/payments/http-provider.ts';
import { createPaymentSimulator } from '#agent/payment-simulator/create-payment-simulator.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { money } from '#core/base/money.ts';
import { minutes, plus, seconds } from '#core/base/time.ts';
import type { PaymentProvider } from '#core/box-office/payment-provider.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';

const ORDER = 'attempt-00000001';

interface Simulator {
  readonly url: string;
  readonly time: VirtualTime;
  /** The box office's own client: what it cannot read, the simulator must not say. */
  readonly provider: PaymentProvider;
  stop(): Promise<void>;
}

async function openSimulator(folder = newFolder(), time = createVirtualTime()): Promise<Simulator> {
  const { clock, timers } = time;
  const simulator = createPaymentSimulator({ dataFolder: folder, port: 0, clock, timers, random: systemRandom, log: silentLog, apiKey: 'key' });
  const { url } = await simulator.start();
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (!isStopped) await simulator.stop();
    isStopped = true;
  };
  onTestFinished(stop);
  return { url, time, provider: createHttpProvider({ url, apiKey: 'key', timers }), stop };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-payments-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function create({ provider, time }: Simulator, minor = 9_600): Promise<string> {
  const expiresAt = plus(time.clock.wall(), minutes(9));
  const answer = await provider.create({ merchantOrder: ORDER, amount: money(minor, 'CNY'), description: '小影院 <Small>', expiresAt });
  if (answer.kind !== 'created') throw new Error(JSON.stringify(answer));
  return answer.codeUrl;
}

/** What the phone's browser does with a button: a form is posted, and the page it is sent to is shown. */
async function tap(codeUrl: string, action: string): Promise<string> {
  const response = await fetch(`${codeUrl}/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
  });
  expect(response.status).toBe(200);
  return response.text();
}

describe('the merchant’s side', () => {
  test('the same number gets the same address; another amount under it is refused', async () => {
    const simulator = await openSimulator();
    const address = await create(simulator);
    expect(await create(simulator)).toBe(address);
    await expect(create(simulator, 1)).rejects.toThrow('refused');
  });

  test('wants the key', async () => {
    const { url } = await openSimulator();
    for (const authorization of ['', 'Bearer ', 'Bearer wrong', 'key']) {
      expect((await fetch(`${url}/v1/payments/${ORDER}`, { headers: { authorization } })).status).toBe(401);
    }
  });

  test('nothing is known of a payment that was never made', async () => {
    const { provider } = await openSimulator();
    expect([await provider.query(ORDER), await provider.close(ORDER)]).toEqual([{ kind: 'not-found' }, { kind: 'not-found' }]);
    const refund = await provider.refund({ merchantOrder: ORDER, refundOrder: `${ORDER}-R`, amount: money(1, 'CNY') });
    expect(refund.kind).toBe('refused');
  });

  test('malformed messages are refused and change nothing', async () => {
    const { url, provider } = await openSimulator();
    const headers = { authorization: 'Bearer key', 'content-type': 'application/json' };
    for (const body of ['{', '', '[]', '{"merchantOrder":"x"}', '{"__proto__":1}']) {
      for (const path of ['/v1/payments', '/v1/refunds']) {
        expect((await fetch(url + path, { method: 'POST', headers, body })).status, `${path} ${body}`).toBe(400);
      }
    }
    expect(await provider.query(ORDER)).toEqual({ kind: 'not-found' });
  });

  test('a payment that is closed cannot be paid; one that is paid cannot be closed', async () => {
    const simulator = await openSimulator();
    const address = await create(simulator);
    expect(await simulator.provider.close(ORDER)).toEqual({ kind: 'closed' });
    expect(await tap(address, 'pay')).toContain('Nothing was charged');
    expect(await simulator.provider.query(ORDER)).toEqual({ kind: 'closed' });
  });

  test('gives money back once, under the same reference', async () => {
    const simulator = await openSimulator();
    await tap(await create(simulator), 'pay');
    expect(await simulator.provider.close(ORDER)).toEqual({ kind: 'paid' });
    const refund = () => simulator.provider.refund({ merchantOrder: ORDER, refundOrder: `${ORDER}-R`, amount: money(9_600, 'CNY') });
    const first = await refund();
    expect(first.kind).toBe('refunded');
    expect(await refund()).toEqual(first);
    const other = await simulator.provider.refund({ merchantOrder: ORDER, refundOrder: `${ORDER}-S`, amount: money(9_600, 'CNY') });
    expect(other.kind).toBe('refused');
  });
});

describe('the phone’s side', () => {
  test('shows who is paid and how much, and the merchant learns that somebody looks', async () => {
    const simulator = await openSimulator();
    const address = await create(simulator);
    expect(await simulator.provider.query(ORDER)).toEqual({ kind: 'waiting' });
    const response = await fetch(address);
    const page = await response.text();
    expect(page).toContain('96.00');
    expect(page).toContain('小影院 &#60;Small&#62;');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).not.toMatch(/https?:\/\//);
    expect(await simulator.provider.query(ORDER)).toEqual({ kind: 'user-paying' });
  });

  test('pay', async () => {
    const simulator = await openSimulator();
    expect(await tap(await create(simulator), 'pay')).toContain('支付成功');
    expect(await simulator.provider.query(ORDER)).toMatchObject({ kind: 'paid', amount: { minor: 9_600, currency: 'CNY' } });
  });

  test('refuse', async () => {
    const simulator = await openSimulator();
    expect(await tap(await create(simulator), 'refuse')).toContain('已拒绝');
    expect((await simulator.provider.query(ORDER)).kind).toBe('failed');
  });

  test('pay, and the provider answers late: no answer for a while, then paid', async () => {
    const simulator = await openSimulator();
    await tap(await create(simulator), 'pay-late');
    const silent = simulator.provider.query(ORDER);
    const waitedFor = async (timers: number): Promise<void> => {
      // The client's own deadline and, once the question has arrived, the simulator's silence.
      while (simulator.time.pendingTimers() < timers) await simulator.time.settle();
    };
    await waitedFor(2);
    await simulator.time.advance(seconds(2));
    expect(await silent).toMatchObject({ kind: 'no-answer', fault: { code: 'E-PAY-TIMEOUT' } });
    await simulator.time.advance(seconds(18));
    expect((await simulator.provider.query(ORDER)).kind).toBe('paid');
  });

  test('let it time out: closed when its time is over, and not a moment before', async () => {
    const simulator = await openSimulator();
    const address = await create(simulator);
    expect(await tap(address, 'let-expire')).toContain('等待超时');
    await simulator.time.advance(minutes(9));
    expect(await simulator.provider.query(ORDER)).toEqual({ kind: 'closed' });
    expect(await tap(address, 'pay')).toContain('Nothing was charged');
  });

  test('an address that nobody was given shows nothing', async () => {
    const { url } = await openSimulator();
    for (const path of ['/pay/x', `/pay/${'0'.repeat(32)}`, '/pay/%00']) expect((await fetch(url + path)).status).toBe(404);
    expect((await fetch(`${url}/pay/${'0'.repeat(32)}/pay`, { method: 'POST' })).status).toBe(404);
  });

  test('an action that does not exist does nothing', async () => {
    const simulator = await openSimulator();
    const address = await create(simulator);
    expect((await fetch(`${address}/steal`, { method: 'POST' })).status).toBe(404);
    expect(await simulator.provider.query(ORDER)).toEqual({ kind: 'waiting' });
  });
});

test('money that was taken is still taken after a restart', async () => {
  const folder = newFolder();
  const time = createVirtualTime();
  const before = await openSimulator(folder, time);
  await tap(await create(before), 'pay');
  await before.stop();
  const after = await openSimulator(folder, time);
  expect((await after.provider.query(ORDER)).kind).toBe('paid');
});

test('stops at once, although somebody waits for a late answer', async () => {
  const simulator = await openSimulator();
  await tap(await create(simulator), 'pay-late');
  const silent = simulator.provider.query(ORDER);
  while (simulator.time.pendingTimers() < 2) await simulator.time.settle();
  await simulator.stop();
  expect(['no-answer', 'paid']).toContain((await silent).kind);
});
