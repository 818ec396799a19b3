import { describe, expect, test } from 'vitest';
import { createMemoryBoxOfficeStore } from '#agent/box-office/store/memory/memory-box-office-store.ts';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { money } from '#core/base/money.ts';
import { minutes, seconds } from '#core/base/time.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { faultOf, good, hold, KIOSK, newKey, openBoxOffice, order, readOrder, refusalOf, seatStates, sell, startPaying } from './open-box-office.ts';

function orderBody(held: { readonly id: string; readonly token: number }, seats: readonly string[], minor: number) {
  return {
    orderKey: newKey('order'),
    holdId: held.id,
    holdToken: held.token,
    lines: seats.map((seatId) => ({ seatId, ticketType: 'adult' as const })),
    submitTotal: { minor, currency: 'CNY' as const },
    machine: KIOSK,
  };
}

describe('ordering', () => {
  test('refuses another total than the price, and says the price', async () => {
    const office = await openBoxOffice();
    const held = await hold(office, '1_1', '1_2');
    const outcome = await office.kiosk.createOrder({ body: orderBody(held, ['1_1', '1_2'], 9_000) });
    expect(refusalOf(outcome)).toEqual({ code: 'price-changed', total: { minor: 9_600, currency: 'CNY' } });
  });

  test('refuses other seats than were held, and a hold that is over or of another token', async () => {
    const office = await openBoxOffice();
    const held = await hold(office, '1_1', '1_2');
    const refused = async (body: ReturnType<typeof orderBody>) => refusalOf(await office.kiosk.createOrder({ body })).code;
    expect(await refused(orderBody(held, ['1_1'], 4_800))).toBe('lines-differ-from-hold');
    expect(await refused(orderBody(held, ['1_1', '1_1'], 9_600))).toBe('lines-differ-from-hold');
    expect(await refused({ ...orderBody(held, ['1_1', '1_2'], 9_600), holdToken: held.token + 1 })).toBe('hold-gone');
    await office.time.advance(minutes(10));
    expect(await refused(orderBody(held, ['1_1', '1_2'], 9_600))).toBe('hold-gone');
  });

  test('the same key gets the same order; the hold makes no second one', async () => {
    const office = await openBoxOffice();
    const held = await hold(office, '1_1', '1_2');
    const body = orderBody(held, ['1_1', '1_2'], 9_600);
    const first = good(await office.kiosk.createOrder({ body }));
    expect(good(await office.kiosk.createOrder({ body }))).toEqual(first);
    expect(refusalOf(await office.kiosk.createOrder({ body: orderBody(held, ['1_1', '1_2'], 9_600) })).code).toBe('hold-gone');
  });

  test('a ticket type that the show does not sell is a bad question', async () => {
    const office = await openBoxOffice();
    const held = await hold(office, '1_1');
    const body = { ...orderBody(held, ['1_1'], 4_800), lines: [{ seatId: '1_1', ticketType: 'senior' as const }] };
    expect(faultOf(await office.kiosk.createOrder({ body }))).toBe('E-BOX-QUESTION');
  });
});

describe('paying', () => {
  test('confirms the order, sells the seats, issues the tickets', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    expect(sold.tickets.map((ticket) => [ticket.seatId, ticket.status, ticket.printState])).toEqual([
      ['1_1', 'valid', 'pending'],
      ['1_2', 'valid', 'pending'],
    ]);
    expect(sold.tickets[0]?.face).toMatchObject({
      row: '1',
      number: '01',
      position: 1,
      count: 2,
      price: { minor: 4_500 },
      fee: { minor: 300 },
      orderId: sold.id,
    });
    expect(sold.tickets[0]?.face.antiForgery).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}$/);
    expect(sold.tickets.every((ticket) => ticket.id.startsWith('36090702'))).toBe(true);
    expect(sold.payment?.status).toBe('succeeded');
    expect(await seatStates(office)).toBe('SSFFFFFFFFFFFFFF');
  });

  test('the attempt is on disk before the provider is asked', async () => {
    const store = createMemoryBoxOfficeStore();
    const office = await openBoxOffice({ store });
    const { id } = await order(office, '1_1', '1_2');
    const { create } = office.provider.provider;
    const seen: (string | undefined)[] = [];
    const spying = { ...office.provider.provider };
    spying.create = async (payment) => {
      seen.push(await store.transaction(async (tx) => (await tx.attempts.ofOrder(id as never))[0]?.state.phase));
      return create(payment);
    };
    const second = await openBoxOffice({ store, provider: spying, time: office.time });
    await startPaying(second, id);
    expect(seen).toEqual(['created']);
  });

  test('ends thirty seconds before the hold, and is closed at the provider then', async () => {
    const office = await openBoxOffice();
    const { id, holdUntil } = await order(office, '1_1', '1_2');
    await startPaying(office, id);
    const { payment } = await readOrder(office, id);
    expect(Date.parse(holdUntil) - Date.parse(payment?.expiresAt ?? '')).toBe(seconds(30));
    await office.time.advance(minutes(9.5));
    await office.time.settle();
    expect(office.provider.calls.at(-1)?.call).toBe('close');
    expect((await readOrder(office, id)).status).toBe('unpaid');
    await office.time.advance(minutes(1));
    expect((await readOrder(office, id)).status).toBe('cancelled');
    expect(await seatStates(office)).toBe('FFFFFFFFFFFFFFFF');
  });

  test('refuses a second attempt until the first has ended, then allows it', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    const first = await startPaying(office, id);
    const again = () => office.kiosk.startPayment({ params: { orderId: id }, body: { attemptKey: newKey('attempt'), method: 'qr' } });
    expect(refusalOf(await again())).toEqual({ code: 'another-attempt-open', attemptKey: first });
    office.provider.refuse(first);
    await office.time.advance(seconds(3));
    expect(good(await office.kiosk.readPayment({ params: { attemptKey: first } }))).toMatchObject({ status: 'failed', reason: { en: 'Refused' } });
    const second = good(await again());
    expect(second.status).toBe('submitted');
    office.provider.pay(second.key);
    await office.time.advance(seconds(3));
    expect((await readOrder(office, id)).status).toBe('confirmed');
    expect(refusalOf(await again())).toEqual({ code: 'not-payable', status: 'confirmed' });
  });

  test('is not begun with less than two minutes of the hold left', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    await office.time.advance(minutes(8));
    await office.time.advance(seconds(1));
    const outcome = await office.kiosk.startPayment({ params: { orderId: id }, body: { attemptKey: newKey('attempt'), method: 'qr' } });
    expect(refusalOf(outcome)).toEqual({ code: 'too-little-time' });
    expect(office.provider.calls).toEqual([]);
  });

  test('no answer is unknown and never a failure; a late success confirms', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    const key = await startPaying(office, id);
    office.provider.leaveUnanswered('query', 'close');
    office.provider.pay(key);
    await office.time.advance(minutes(15));
    expect((await readOrder(office, id)).status).toBe('payment-unknown');
    expect(await seatStates(office)).toBe('HHFFFFFFFFFFFFFF');
    office.provider.leaveUnanswered();
    await office.time.advance(minutes(2));
    expect((await readOrder(office, id)).status).toBe('confirmed');
    expect(await seatStates(office)).toBe('SSFFFFFFFFFFFFFF');
    expect(office.provider.refunds()).toBe(0);
  });

  test('a creation without an answer is repeated under the same number until the address is there', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    office.provider.leaveUnanswered('create');
    const key = await startPaying(office, id);
    expect((await readOrder(office, id)).payment).toMatchObject({ status: 'unknown' });
    office.provider.leaveUnanswered();
    await office.time.advance(seconds(10));
    expect(good(await office.kiosk.readPayment({ params: { attemptKey: key } })).codeUrl).toBe(`https://pay.example/${key}`);
    expect(new Set(office.provider.calls.map((call) => call.merchantOrder))).toEqual(new Set([key]));
  });

  test('another amount than was asked for goes back', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    const key = await startPaying(office, id);
    office.provider.pay(key, money(1, 'CNY'));
    await office.time.advance(seconds(3));
    expect(await readOrder(office, id)).toMatchObject({ status: 'refunded', tickets: [] });
    expect(await seatStates(office)).toBe('FFFFFFFFFFFFFFFF');
  });
});

describe('giving up', () => {
  test('cancels an unpaid order and frees its seats', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    expect(good(await office.kiosk.cancelOrder({ params: { orderId: id } })).status).toBe('cancelled');
    expect(await seatStates(office)).toBe('FFFFFFFFFFFFFFFF');
  });

  test('closes an open payment first', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    await startPaying(office, id);
    expect(good(await office.kiosk.cancelOrder({ params: { orderId: id } })).status).toBe('cancelled');
    expect(office.provider.calls.map(({ call }) => call)).toEqual(['create', 'close']);
  });

  test('confirms instead when the money had moved after all', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    office.provider.pay(await startPaying(office, id));
    expect(good(await office.kiosk.cancelOrder({ params: { orderId: id } })).status).toBe('confirmed');
  });

  test('keeps the seats while nobody knows; money that turns up then goes back by itself', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    const key = await startPaying(office, id);
    office.provider.leaveUnanswered('query', 'close');
    expect(good(await office.kiosk.cancelOrder({ params: { orderId: id } })).status).toBe('payment-unknown');
    expect(await seatStates(office)).toBe('HHFFFFFFFFFFFFFF');
    office.provider.pay(key);
    office.provider.leaveUnanswered();
    await office.time.advance(minutes(2));
    expect(await readOrder(office, id)).toMatchObject({ status: 'refunded', refundReference: `R-${key}-R`, tickets: [] });
    expect(await seatStates(office)).toBe('FFFFFFFFFFFFFFFF');
  });

  test('a payment that wins the race against its closing goes back', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    const key = await startPaying(office, id);
    await office.kiosk.cancelOrder({ params: { orderId: id } });
    office.provider.pay(key);
    await office.time.advance(seconds(16));
    expect(await readOrder(office, id)).toMatchObject({ status: 'refunded' });
    expect(office.provider.refunds()).toBe(1);
  });

  test('money for seats that somebody else has by now goes back, and the other keeps them', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    const key = await startPaying(office, id);
    await office.kiosk.cancelOrder({ params: { orderId: id } });
    const other = await sell(office, '1_1', '1_2');
    office.provider.pay(key);
    await office.time.advance(minutes(2));
    expect((await readOrder(office, id)).status).toBe('refunded');
    expect((await readOrder(office, other.id)).status).toBe('confirmed');
    expect(await seatStates(office)).toBe('SSFFFFFFFFFFFFFF');
  });

  test('never a second charge: the first attempt succeeds late while the second is paid too, and one of them goes back', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    const first = await startPaying(office, id);
    office.provider.refuse(first);
    await office.time.advance(seconds(3));
    const second = await startPaying(office, id);
    office.provider.pay(second);
    office.provider.pay(first);
    await office.time.advance(minutes(2));
    expect((await readOrder(office, id)).status).toBe('confirmed');
    const states = await Promise.all(
      [first, second].map(async (attemptKey) => good(await office.kiosk.readPayment({ params: { attemptKey } })).status),
    );
    expect(states.toSorted()).toEqual(['refunded', 'succeeded']);
  });

  test('a refund without an answer is asked for until there is one, and happens once', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    const key = await startPaying(office, id);
    await office.kiosk.cancelOrder({ params: { orderId: id } });
    office.provider.leaveUnanswered('refund');
    office.provider.pay(key);
    await office.time.advance(minutes(5));
    expect((await readOrder(office, id)).status).toBe('refunding');
    office.provider.leaveUnanswered();
    await office.time.advance(minutes(2));
    expect((await readOrder(office, id)).status).toBe('refunded');
    expect(office.provider.refunds()).toBe(1);
  });
});

test('after a restart every open payment is asked about again, and none is lost', async () => {
  const time = createVirtualTime();
  const before = await openBoxOffice({ time });
  const file = `${before.folder}/restart.db`;
  const first = await openBoxOffice({ time, store: openSqliteBoxOfficeStore(file) });
  const { id } = await order(first, '1_1', '1_2');
  const key = await startPaying(first, id);
  await first.boxOffice.stop();
  first.provider.pay(key);
  const second = await openBoxOffice({ time, store: openSqliteBoxOfficeStore(file), provider: first.provider.provider });
  await time.advance(seconds(3));
  expect((await readOrder(second, id)).status).toBe('confirmed');
  expect(await seatStates(second)).toBe('SSFFFFFFFFFFFFFF');
});
