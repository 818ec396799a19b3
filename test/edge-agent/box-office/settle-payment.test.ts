import { describe, expect, test } from 'vitest';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { days, minutes } from '#core/base/time.ts';
import type { TerminalReceipt } from '#core/contract/box-office/sales.ts';
import type { PaymentFinding } from '#core/contract/box-office/settle-payment.ts';
import { claim } from './claim.ts';
import { batchOf, printEvent } from './events-of.ts';
import { faultOf, good, KIOSK, newKey, type OpenBoxOffice, OTHER_KIOSK, openBoxOffice, order, readOrder, refusalOf } from './open-box-office.ts';

const RECEIPT: TerminalReceipt = {
  terminalId: '52500041',
  trace: '000123',
  at: '2026-10-31T18:00:00.000Z',
  amount: { minor: 9_600, currency: 'CNY' },
};
const PAID = { outcome: 'paid', amount: RECEIPT.amount, receipt: RECEIPT } as const;

/** A payment at the terminal of `KIOSK`, and everything that is told of it; in the store that the product has. */
async function atTerminal() {
  const time = (await openBoxOffice()).time;
  const office = await openBoxOffice({ time, store: openSqliteBoxOfficeStore(':memory:', { timers: time.timers, onProblem: () => {} }) });
  const { id } = await order(office, '1_1', '1_2');
  const key = newKey('attempt');
  const params = { attemptKey: key };
  good(await office.kiosk.startPayment({ params: { orderId: id }, body: { attemptKey: key, method: 'card-terminal', machine: KIOSK } }));
  const report = (body: Parameters<typeof office.kiosk.reportTerminal>[0]['body']) => office.kiosk.reportTerminal({ params, body });
  const reversed = () => office.kiosk.reportTerminalReversal({ params, body: { receipt: { ...RECEIPT, trace: '000124' } } });
  /** At another machine than the one with the terminal: a duty manager need not stand there. */
  const settle = (found: PaymentFinding, by = 'Mei') => office.clientOf(OTHER_KIOSK).settlePayment({ params, body: { found, by } });
  const status = async () => good(await office.kiosk.readPayment({ params })).status;
  const orderStatus = async () => (await readOrder(office, id)).status;
  const rows = async () =>
    good(await office.kiosk.readMoneyView()).items.map(({ kind, next, payment }) => `${kind} ${next.step} ${payment?.findings ?? ''}`.trim());
  const duties = async () =>
    good(await office.kiosk.readTerminalDuties()).attempts.map((attempt) => `${attempt.status} ${attempt.needsPerson === true}`);
  return { ...office, office, id, key, report, reversed, settle, status, orderStatus, rows, duties };
}

/** Nobody knows, the kiosk has come to its end, and a person is asked. */
async function leftToPerson() {
  const world = await atTerminal();
  good(await world.report({ outcome: 'unknown' }));
  good(await world.report({ outcome: 'left-to-person' }));
  expect(await world.rows()).toEqual(['payment-needs-person person-decides booked,not-booked,given-back']);
  return world;
}

async function printedOne(office: OpenBoxOffice, orderId: string): Promise<void> {
  const claimed = await claim(office, await readOrder(office, orderId));
  await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent(claimed.tickets[0], 'started'), printEvent(claimed.tickets[0], 'printed')]));
}

describe('a payment at a card terminal that is left to a person', () => {
  test('booked: the order is confirmed, its tickets can be printed at any machine, and the row is gone', async () => {
    const { settle, status, orderStatus, rows, duties, time, id, office } = await leftToPerson();
    expect(good(await settle('booked')).status).toBe('succeeded');
    expect([await orderStatus(), await duties()]).toEqual(['confirmed', []]);
    await time.advance(minutes(5));
    expect(await rows()).toEqual(['paid-not-printed guest-collects', 'paid-not-printed guest-collects']);
    expect((await claim(office, await readOrder(office, id))).tickets).toHaveLength(2);
    expect(await status()).toBe('succeeded');
  });

  test('not booked: no money moved, the seats are free, and the guest may pay again or go', async () => {
    const { settle, status, orderStatus, rows, duties, time, office } = await leftToPerson();
    await time.advance(minutes(30));
    expect(await orderStatus()).toBe('payment-unknown');
    expect(good(await settle('not-booked')).status).toBe('closed');
    expect([await status(), await orderStatus(), await rows(), await duties()]).toEqual(['closed', 'cancelled', [], []]);
    expect((await order(office, '1_1', '1_2')).status).toBe('unpaid');
  });

  test('while the seats are still kept, not booked leaves the order to be paid otherwise', async () => {
    const { settle, orderStatus } = await leftToPerson();
    good(await settle('not-booked'));
    expect(await orderStatus()).toBe('unpaid');
  });

  test('booked of an order that was given up: the money goes back, by the terminal or, when that will not, by a person who says so', async () => {
    const { settle, report, status, orderStatus, rows, duties, kiosk, id } = await leftToPerson();
    good(await kiosk.cancelOrder({ params: { orderId: id } }));
    expect(good(await settle('booked')).status).toBe('refunding');
    expect([await rows(), await duties()]).toEqual([['terminal-reversal terminal-books-back'], ['refunding false']]);
    good(await report({ outcome: 'left-to-person' }));
    expect([await rows(), await duties()]).toEqual([['refund-needs-person person-decides given-back'], ['refunding true']]);
    expect(refusalOf(await settle('booked', 'Zoe'))).toEqual({ code: 'not-open', status: 'refunding' });
    expect(good(await settle('given-back')).status).toBe('refunded');
    expect([await status(), await orderStatus(), await rows(), await duties()]).toEqual(['refunded', 'refunded', [], []]);
  });

  test('the terminal’s own proof after a person’s word is kept, so that the money can be booked back', async () => {
    const { settle, report, kiosk, key, duties } = await leftToPerson();
    good(await settle('booked'));
    expect(good(await report(PAID)).status).toBe('succeeded');
    expect(good(await kiosk.readPayment({ params: { attemptKey: key } })).receipt?.trace).toBe('000123');
    expect(await duties()).toEqual([]);
  });

  test('a word that the terminal disproves: money that was there after all goes back by itself', async () => {
    const { settle, report, time, orderStatus, rows } = await leftToPerson();
    await time.advance(minutes(30));
    good(await settle('not-booked'));
    expect(good(await report(PAID)).status).toBe('refunding');
    expect([await orderStatus(), await rows()]).toEqual(['refunding', ['terminal-reversal terminal-books-back']]);
  });

  test('a word that the terminal disproves: tickets without money go while nobody has them, and else a person has to ask the guest', async () => {
    const early = await leftToPerson();
    good(await early.settle('booked'));
    expect(good(await early.report({ outcome: 'failed' })).status).toBe('refunded');
    expect(await early.orderStatus()).toBe('refunded');

    const late = await leftToPerson();
    good(await late.settle('booked'));
    await printedOne(late.office, late.id);
    expect(refusalOf(await late.report({ outcome: 'failed' }))).toEqual({ code: 'contradicts', status: 'succeeded' });
    expect(await late.rows()).toContain('taken-back person-decides guest-paid,let-go');
  });

  test('is settled once: the same word again changes nothing, another is refused, and so is a word before it is a person’s', async () => {
    const world = await atTerminal();
    expect(refusalOf(await world.settle('booked'))).toEqual({ code: 'not-open', status: 'submitted' });
    good(await world.report({ outcome: 'unknown' }));
    expect(refusalOf(await world.settle('booked'))).toEqual({ code: 'not-open', status: 'unknown' });
    good(await world.report({ outcome: 'left-to-person' }));
    const first = good(await world.settle('booked'));
    expect(good(await world.settle('booked'))).toEqual(first);
    expect(refusalOf(await world.settle('booked', 'Zoe'))).toEqual({ code: 'not-open', status: 'succeeded' });
    expect(refusalOf(await world.settle('not-booked'))).toEqual({ code: 'not-open', status: 'succeeded' });
    expect(await world.orderStatus()).toBe('confirmed');
    const unknown = await world.kiosk.settlePayment({ params: { attemptKey: newKey('attempt') }, body: { found: 'booked', by: 'Mei' } });
    expect(faultOf(unknown)).toBe('E-BOX-MISSING');
  });

  test('of a provider nobody says anything: it is asked until it answers', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1');
    const attemptKey = newKey('attempt');
    office.provider.leaveUnanswered('create', 'query', 'close');
    good(await office.kiosk.startPayment({ params: { orderId: id }, body: { attemptKey, method: 'qr' } }));
    await office.time.advance(minutes(30));
    expect(good(await office.kiosk.readMoneyView()).items).toMatchObject([{ kind: 'payment-needs-person', payment: { findings: [] } }]);
    expect(refusalOf(await office.kiosk.settlePayment({ params: { attemptKey }, body: { found: 'booked', by: 'Mei' } }))).toMatchObject({
      code: 'not-open',
    });
  });
});

test.each(['guest-paid', 'let-go'] as const)('money that a terminal took back while tickets are out has an end: %s', async (found) => {
  const { office, id, report, reversed, rows, settle, orderStatus, time } = await atTerminal();
  good(await report(PAID));
  await printedOne(office, id);
  expect(refusalOf(await reversed())).toEqual({ code: 'contradicts', status: 'succeeded' });
  expect((await rows())[0]).toBe('taken-back person-decides guest-paid,let-go');
  good(await settle(found));
  expect((await rows()).filter((row) => row.startsWith('taken-back'))).toEqual([]);
  // The kiosk tells again what it had not heard an answer to: that opens nothing anew, and the day's figures still tell the difference.
  expect(refusalOf(await reversed())).toEqual({ code: 'contradicts', status: 'succeeded' });
  expect((await rows()).filter((row) => row.startsWith('taken-back'))).toEqual([]);
  const day = new Date(time.clock.wall()).toISOString().slice(0, 10);
  expect(good(await office.kiosk.readReconciliation({ query: { day } })).differences).toMatchObject([{ kind: 'order-without-money' }]);
  await time.advance(days(1));
  expect(await orderStatus()).toBe('confirmed');
});
