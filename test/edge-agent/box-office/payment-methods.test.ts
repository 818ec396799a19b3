import { describe, expect, test } from 'vitest';
import { DEMO_MEMBERS } from '#agent/box-office/members/demo-members.ts';
import { minutes, seconds } from '#core/base/time.ts';
import type { PaymentRequest, TerminalReceipt } from '#core/contract/box-office/sales.ts';
import { claim } from './claim.ts';
import { batchOf, printEvent } from './events-of.ts';
import {
  faultOf,
  good,
  KIOSK,
  newKey,
  type OpenBoxOffice,
  OTHER_KIOSK,
  openBoxOffice,
  order,
  readOrder,
  refusalOf,
  seatStates,
} from './open-box-office.ts';

const WECHAT_CODE = '134567890123456789';
const [RICH, POOR] = DEMO_MEMBERS;

type Wish = PaymentRequest extends infer Request ? (Request extends unknown ? Omit<Request, 'attemptKey'> : never) : never;

async function start({ kiosk }: OpenBoxOffice, orderId: string, wish: Wish, attemptKey = newKey('attempt')) {
  return good(await kiosk.startPayment({ params: { orderId }, body: { attemptKey, ...wish } as PaymentRequest }));
}

const read = async ({ kiosk }: OpenBoxOffice, attemptKey: string) => good(await kiosk.readPayment({ params: { attemptKey } }));

test('what this site takes', async () => {
  const { kiosk } = await openBoxOffice();
  const { methods } = good(await kiosk.readPaymentMethods());
  expect(methods.map(({ method, provider }) => `${method} ${provider ?? ''}`.trim())).toEqual([
    'qr simulated',
    'payment-code',
    'member',
    'card-terminal',
  ]);
});

describe('a payment code', () => {
  const byCode = { method: 'payment-code', code: WECHAT_CODE } as const;

  test('takes the money and confirms the order with the answer; the code is kept nowhere', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    const attempt = await start(office, id, byCode);
    expect(attempt).toMatchObject({ status: 'succeeded', method: 'payment-code', provider: 'simulated' });
    const sold = await readOrder(office, id);
    expect(sold).toMatchObject({ status: 'confirmed' });
    expect(sold.tickets[0]?.face.paymentMethod.en).toBe('Payment code');
    expect(sold.payment?.providerNumber).toMatch(/^.{1,4}\*{4}.{1,4}$/);
    expect(JSON.stringify(sold)).not.toContain(WECHAT_CODE);
  });

  test('a repeated request sends it once', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    office.provider.leaveUnanswered('pay-code');
    const key = newKey('attempt');
    expect((await start(office, id, byCode, key)).status).toBe('unknown');
    expect((await start(office, id, byCode, key)).status).toBe('unknown');
    expect(office.provider.calls.filter(({ call }) => call === 'pay-code')).toHaveLength(1);
  });

  test('no answer is unknown; the first question comes after 5 s and brings the money', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    office.provider.leaveUnanswered('pay-code');
    const { key } = await start(office, id, byCode);
    await office.time.advance(seconds(4));
    expect(office.provider.calls.some(({ call }) => call === 'query')).toBe(false);
    expect((await readOrder(office, id)).status).toBe('payment-unknown');
    await office.time.advance(seconds(2));
    expect((await read(office, key)).status).toBe('succeeded');
    expect((await readOrder(office, id)).status).toBe('confirmed');
  });

  test('a guest who never types the password is undone after 45 s; the order may be paid again', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    office.provider.phones('password');
    const { key } = await start(office, id, byCode);
    await office.time.advance(seconds(44));
    expect((await read(office, key)).status).toBe('user-paying');
    expect(
      refusalOf(await office.kiosk.startPayment({ params: { orderId: id }, body: { attemptKey: newKey('attempt'), method: 'qr' } })),
    ).toMatchObject({
      code: 'another-attempt-open',
    });
    await office.time.advance(seconds(7));
    expect((await read(office, key)).status).toBe('closed');
    expect((await readOrder(office, id)).status).toBe('unpaid');
    office.provider.phones('pay');
    expect((await start(office, id, byCode)).status).toBe('succeeded');
  });

  test('undoing without an answer is repeated until there is one, and the seats stay', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    office.provider.leaveUnanswered('pay-code', 'query', 'reverse');
    const { key } = await start(office, id, byCode);
    await office.time.advance(minutes(14));
    const stuck = await read(office, key);
    expect(stuck).toMatchObject({ status: 'unknown', needsPerson: true });
    expect(await seatStates(office)).toBe('HHFFFFFFFFFFFFFF');
    office.provider.leaveUnanswered();
    await office.time.advance(minutes(2));
    expect((await read(office, key)).status).toBe('closed');
    expect(office.provider.standsPaid(key)).toBe(false);
    expect((await readOrder(office, id)).status).toBe('cancelled');
  });

  test('undoing that is refused while the guest types: the money comes and confirms', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    office.provider.phones('password');
    office.provider.holdReverse(true);
    const { key } = await start(office, id, byCode);
    await office.time.advance(seconds(48));
    expect((await read(office, key)).status).toBe('unknown');
    office.provider.pay(key);
    await office.time.advance(seconds(10));
    expect((await readOrder(office, id)).status).toBe('confirmed');
    expect(office.provider.refunds()).toBe(0);
  });

  test('a guest who gives up is undone, not before 15 s', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    office.provider.phones('password');
    const { key } = await start(office, id, byCode);
    good(await office.kiosk.cancelOrder({ params: { orderId: id } }));
    await office.time.advance(seconds(14));
    expect(office.provider.calls.some(({ call }) => call === 'reverse')).toBe(false);
    await office.time.advance(seconds(3));
    expect((await read(office, key)).status).toBe('closed');
    expect((await readOrder(office, id)).status).toBe('cancelled');
    expect(await seatStates(office)).toBe('FFFFFFFFFFFFFFFF');
  });

  test('of UnionPay is not offered', async () => {
    const { kiosk, ...office } = await openBoxOffice();
    const { id } = await order({ kiosk, ...office }, '1_1', '1_2');
    const body = { attemptKey: newKey('attempt'), method: 'payment-code', code: '6212345678901234567' } as const;
    expect(refusalOf(await kiosk.startPayment({ params: { orderId: id }, body }))).toEqual({ code: 'not-offered', method: 'payment-code' });
  });
});

describe("a member's balance", () => {
  const withMembers = () => openBoxOffice({ withDemoMembers: true });
  const by = (member: typeof RICH, pin = member?.pin ?? ''): Wish => ({ method: 'member', card: member?.card ?? '', pin });
  const balance = async (office: OpenBoxOffice) =>
    good(await office.kiosk.readMember({ body: { card: RICH?.card ?? '', pin: RICH?.pin ?? '' } })).balance.minor;

  test('pays at once, and a refund brings it back', async () => {
    const office = await withMembers();
    const { id } = await order(office, '1_1', '1_2');
    expect(await start(office, id, by(RICH))).toMatchObject({ status: 'succeeded', method: 'member' });
    const { payment } = await readOrder(office, id);
    expect(payment?.member).toBe(`MC82****${RICH?.card.slice(-4)}`);
    expect(payment).not.toHaveProperty('providerNumber');
    expect(JSON.stringify(payment)).not.toContain(RICH?.card.slice(2, 14));
    expect((await readOrder(office, id)).status).toBe('confirmed');
    expect(await balance(office)).toBe(50_000 - 9_600);
    const refund = await office.kiosk.refundOrder({ params: { orderId: id }, body: { refundKey: newKey('refund'), reason: 'other', by: 'duty' } });
    expect(good(refund)).toMatchObject({ status: 'refunded' });
    expect(await balance(office)).toBe(50_000);
    expect(office.provider.calls).toEqual([]);
  });

  test('too little is refused and charges nothing', async () => {
    const office = await withMembers();
    const { id } = await order(office, '1_1', '1_2');
    expect(await start(office, id, by(POOR))).toMatchObject({ status: 'failed', failure: 'balance-too-low' });
    expect((await readOrder(office, id)).status).toBe('unpaid');
  });

  test('the same key charges once, also when it comes twice at once', async () => {
    const office = await withMembers();
    const { id } = await order(office, '1_1', '1_2');
    const key = newKey('attempt');
    const both = await Promise.all([start(office, id, by(RICH), key), start(office, id, by(RICH), key)]);
    expect(both.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    expect(await balance(office)).toBe(50_000 - 9_600);
  });

  test('a wrong PIN is counted, locks the card after five, and a right one does not open it before time', async () => {
    const office = await withMembers();
    const { id } = await order(office, '1_1', '1_2');
    const wrong = [];
    for (let tries = 0; tries < 5; tries++) wrong.push(await start(office, id, by(RICH, '0000')));
    expect(wrong.map(({ failure, triesLeft }) => `${failure} ${triesLeft ?? ''}`.trim())).toEqual([
      'wrong-pin 4',
      'wrong-pin 3',
      'wrong-pin 2',
      'wrong-pin 1',
      'card-locked',
    ]);
    expect(await start(office, id, by(RICH))).toMatchObject({ status: 'failed', failure: 'card-locked' });
    expect(refusalOf(await office.kiosk.readMember({ body: { card: RICH?.card ?? '', pin: RICH?.pin ?? '' } }))).toEqual({ code: 'card-locked' });
    await office.time.advance(minutes(16));
    expect(await balance(office)).toBe(50_000);
  });

  test('ten guesses at once get no more tries than five', async () => {
    const office = await withMembers();
    const guesses = await Promise.all(
      Array.from({ length: 10 }, (_, guess) => office.kiosk.readMember({ body: { card: RICH?.card ?? '', pin: `900${guess}` } })),
    );
    const codes = guesses.map((guess) => refusalOf(guess).code);
    expect(codes.filter((code) => code === 'wrong-pin')).toHaveLength(4);
    expect(codes.filter((code) => code === 'card-locked')).toHaveLength(6);
  });

  test('an unknown card is refused', async () => {
    const office = await withMembers();
    const { id } = await order(office, '1_1', '1_2');
    expect(await start(office, id, { method: 'member', card: 'MC0000000000000000', pin: '2468' })).toMatchObject({ failure: 'card-unknown' });
  });
});

describe('a card terminal', () => {
  const receipt: TerminalReceipt = {
    terminalId: '52500041',
    trace: '000123',
    receiptNumber: '0042',
    scheme: 'girocard',
    at: '2026-10-31T18:00:00.000Z',
    amount: { minor: 9_600, currency: 'CNY' },
  };
  const paid = { outcome: 'paid', amount: receipt.amount, receipt } as const;
  const begin = async (office: OpenBoxOffice) => {
    const { id } = await order(office, '1_1', '1_2');
    const { key } = await start(office, id, { method: 'card-terminal', machine: KIOSK });
    const report = (body: Parameters<typeof office.kiosk.reportTerminal>[0]['body']) =>
      office.kiosk.reportTerminal({ params: { attemptKey: key }, body });
    return { id, key, report };
  };
  const duties = async ({ kiosk }: OpenBoxOffice) => good(await kiosk.readTerminalDuties()).attempts.map(({ status }) => status);

  test('paid, told twice: one sale, with the receipt', async () => {
    const office = await openBoxOffice();
    const { id, report } = await begin(office);
    expect(good(await report(paid))).toMatchObject({ status: 'succeeded', receipt: { trace: '000123' } });
    expect(good(await report(paid)).status).toBe('succeeded');
    expect((await readOrder(office, id)).status).toBe('confirmed');
    expect(refusalOf(await report({ outcome: 'failed' }))).toEqual({ code: 'contradicts', status: 'succeeded' });
    expect(await duties(office)).toEqual([]);
  });

  test('paid with the booking of a later attempt: that one has the money, and keeps it', async () => {
    const office = await openBoxOffice();
    const { id, key, report } = await begin(office);
    expect(good(await report({ outcome: 'failed' })).status).toBe('failed');
    await office.time.advance(seconds(20));
    const { key: second } = await start(office, id, { method: 'card-terminal', machine: KIOSK });
    expect(good(await office.kiosk.reportTerminal({ params: { attemptKey: second }, body: paid })).status).toBe('succeeded');
    expect(refusalOf(await report(paid))).toEqual({ code: 'contradicts', status: 'succeeded' });
    expect(good(await office.kiosk.readPayment({ params: { attemptKey: key } })).status).toBe('failed');
    expect((await readOrder(office, id)).status).toBe('confirmed');
    expect(await duties(office)).toEqual([]);
  });

  test('paid with the booking of an earlier order: that one keeps it', async () => {
    const office = await openBoxOffice();
    const earlier = await begin(office);
    expect(good(await earlier.report(paid)).status).toBe('succeeded');
    await office.time.advance(minutes(5));
    const { id } = await order(office, '1_3', '1_4');
    const { key } = await start(office, id, { method: 'card-terminal', machine: KIOSK });
    const tell = () => office.kiosk.reportTerminal({ params: { attemptKey: key }, body: paid });
    expect(refusalOf(await tell())).toEqual({ code: 'contradicts', status: 'succeeded', isOpen: true });
    expect(refusalOf(await tell())).toEqual({ code: 'contradicts', status: 'succeeded', isOpen: true });
    expect(good(await office.kiosk.readMoneyView()).items).toMatchObject([
      { kind: 'payment-needs-person', orderId: id, next: { step: 'person-decides' } },
      { kind: 'paid-not-printed', orderId: earlier.id },
      { kind: 'paid-not-printed', orderId: earlier.id },
    ]);
    expect((await readOrder(office, id)).status).not.toBe('confirmed');
    expect((await readOrder(office, earlier.id)).status).toBe('confirmed');
    // What another disk of the kiosk still knows of it counts, however late it is told.
    const own = { ...receipt, trace: '000124', at: '2026-10-31T18:05:00.000Z' };
    const late = await office.kiosk.reportTerminal({ params: { attemptKey: key }, body: { ...paid, receipt: own } });
    expect(good(late).status).toBe('succeeded');
    expect((await readOrder(office, id)).status).toBe('confirmed');
  });

  test('taken back by the terminal itself: the order that nobody has collected goes, and the books agree', async () => {
    const office = await openBoxOffice();
    const { id, key, report } = await begin(office);
    await report(paid);
    const reversed = { ...receipt, trace: '000124' };
    const tell = () => office.kiosk.reportTerminalReversal({ params: { attemptKey: key }, body: { receipt: reversed } });
    expect(good(await tell()).status).toBe('refunded');
    const after = await readOrder(office, id);
    expect(after).toMatchObject({ status: 'refunded', refundReference: '000124' });
    expect(after.tickets.map(({ status }) => status)).toEqual(['refunded', 'refunded']);
    expect(good(await tell()).status).toBe('refunded');
    expect((await order(office, '1_1', '1_2')).status).toBe('unpaid');
  });

  test('taken back by the terminal itself when tickets are on paper: a person has to look', async () => {
    const office = await openBoxOffice();
    const { id, key, report } = await begin(office);
    await report(paid);
    const claimed = await claim(office, await readOrder(office, id));
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent(claimed.tickets[0], 'started'), printEvent(claimed.tickets[0], 'printed')]));
    const told = await office.kiosk.reportTerminalReversal({ params: { attemptKey: key }, body: { receipt } });
    expect(refusalOf(told)).toEqual({ code: 'contradicts', status: 'succeeded' });
    expect((await readOrder(office, id)).status).toBe('confirmed');
  });

  test('failed: the guest may pay otherwise', async () => {
    const office = await openBoxOffice();
    const { id, report } = await begin(office);
    expect(good(await report({ outcome: 'failed', reason: { zh: '拒绝', en: 'Declined' } }))).toMatchObject({
      status: 'failed',
      reason: { en: 'Declined' },
    });
    expect((await readOrder(office, id)).status).toBe('unpaid');
  });

  test('unknown stays with its seats until the kiosk has asked the terminal', async () => {
    const office = await openBoxOffice();
    const { id, report } = await begin(office);
    await report({ outcome: 'unknown' });
    await office.time.advance(minutes(30));
    expect(await readOrder(office, id)).toMatchObject({ status: 'payment-unknown', payment: { needsPerson: true } });
    expect(await duties(office)).toEqual(['unknown']);
    good(await report(paid));
    expect((await readOrder(office, id)).status).toBe('confirmed');
  });

  test('money of an order that was given up waits for the terminal to reverse it', async () => {
    const office = await openBoxOffice();
    const { id, key, report } = await begin(office);
    good(await office.kiosk.cancelOrder({ params: { orderId: id } }));
    expect(good(await report(paid)).status).toBe('refunding');
    expect(await duties(office)).toEqual(['refunding']);
    const reversed = await office.kiosk.reportTerminalReversal({ params: { attemptKey: key }, body: { receipt: { ...receipt, trace: '000124' } } });
    expect(good(reversed).status).toBe('refunded');
    expect(await readOrder(office, id)).toMatchObject({ status: 'refunded', refundReference: '000124' });
    expect(await duties(office)).toEqual([]);
  });

  test('another amount goes back', async () => {
    const office = await openBoxOffice();
    const { report } = await begin(office);
    expect(good(await report({ ...paid, amount: { minor: 1, currency: 'CNY' } })).status).toBe('refunding');
  });

  test('is driven by its own machine alone, and takes no number of a card', async () => {
    const office = await openBoxOffice();
    const { key } = await begin(office);
    const other = office.clientOf(OTHER_KIOSK);
    expect(faultOf(await other.reportTerminal({ params: { attemptKey: key }, body: paid }))).toBe('E-BOX-TOKEN');
    const leaking = { ...paid, receipt: { ...receipt, scheme: '4111 1111 1111 1111' } };
    expect(faultOf(await office.kiosk.reportTerminal({ params: { attemptKey: key }, body: leaking }))).toBe('E-BOX-QUESTION');
  });
});
