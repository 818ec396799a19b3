import { describe, expect, test } from 'vitest';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { LIMITS } from '#core/base/limits.ts';
import { days, minutes, seconds } from '#core/base/time.ts';
import { claim } from './claim.ts';
import { auditEvent, batchOf, printEvent } from './events-of.ts';
import { GATE, good, KIOSK, newKey, type OpenBoxOffice, OTHER_KIOSK, openBoxOffice, order, refusalOf, sell, startPaying } from './open-box-office.ts';

const items = async ({ clientOf }: OpenBoxOffice) => good(await clientOf(OTHER_KIOSK).readMoneyView()).items;
const minuteLater = ({ time }: OpenBoxOffice) => time.advance(LIMITS.boxOffice.unprintedAfter);
const withOpenStore = async () => {
  const time = (await openBoxOffice()).time;
  return openBoxOffice({ time, store: openSqliteBoxOfficeStore(':memory:', { timers: time.timers, onProblem: () => {} }) });
};

describe('the money view', () => {
  test('is empty while everything goes as it should', async () => {
    const office = await openBoxOffice();
    await startPaying(office, (await order(office, '1_1', '1_2')).id);
    const printed = await claim(office, await sell(office, '1_3', '1_4'));
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent(printed.tickets[0], 'printed'), printEvent(printed.tickets[1], 'printed')]));
    await sell(office, '1_5', '1_6');
    expect(await items(office)).toEqual([]);
  });

  test('names an unknown payment, its number and when the provider is asked next', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1');
    const key = await startPaying(office, id);
    office.provider.leaveUnanswered('query', 'close');
    await office.time.advance(seconds(12));
    const [item, ...more] = await items(office);
    expect(more).toEqual([]);
    expect(item).toMatchObject({
      kind: 'payment-unknown',
      orderId: id,
      machine: KIOSK,
      amount: { minor: 4_800, currency: 'CNY' },
      next: { step: 'provider-is-asked' },
      actions: [],
    });
    const at = Date.parse(item?.next.at ?? '');
    const asked = () => office.provider.calls.filter(({ call }) => call === 'query').length;
    const before = asked();
    await office.time.advance((at - office.time.clock.wall() - 1) as ReturnType<typeof seconds>);
    expect(asked()).toBe(before);
    await office.time.advance(seconds(1));
    expect(asked()).toBe(before + 1);
    office.provider.leaveUnanswered();
    office.provider.pay(key);
    await office.time.advance(minutes(2));
    expect((await items(office)).map(({ kind }) => kind)).toEqual(['paid-not-printed']);
  });

  test('says when the machines have come to their end', async () => {
    const office = await openBoxOffice();
    await startPaying(office, (await order(office, '1_1')).id);
    office.provider.leaveUnanswered('create', 'query', 'close');
    await office.time.advance(minutes(30));
    expect(await items(office)).toMatchObject([{ kind: 'payment-needs-person', next: { step: expect.any(String), at: expect.any(String) } }]);
  });

  test.each([
    ['memory', openBoxOffice],
    ['SQLite', withOpenStore],
  ])('tells paid tickets that nobody has from those that a machine has and those that a person has to look for (%s)', async (_, open) => {
    const office = await open();
    const sold = await sell(office, '1_1', '1_2', '1_3');
    expect(await items(office)).toEqual([]);
    await minuteLater(office);
    expect(await items(office)).toMatchObject([1, 2, 3].map(() => ({ kind: 'paid-not-printed', machine: KIOSK, actions: ['resume', 'refund'] })));
    const claimed = await claim(office, sold, OTHER_KIOSK);
    expect(await items(office)).toMatchObject(
      [1, 2, 3].map(() => ({ kind: 'print-claimed', machine: OTHER_KIOSK, next: { step: 'machine-prints', at: claimed.until }, actions: [] })),
    );
    await office.boxOffice.receive(
      OTHER_KIOSK,
      batchOf(OTHER_KIOSK, 1, [printEvent(claimed.tickets[0], 'printed'), printEvent(claimed.tickets[1], 'uncertain')]),
    );
    expect(await items(office)).toMatchObject([
      { kind: 'print-uncertain', ticketId: claimed.tickets[1]?.id, seat: '1-02', next: { step: 'person-decides' }, actions: ['resolve-print'] },
      { kind: 'print-claimed' },
    ]);
    await office.time.advance(LIMITS.sale.claimLease);
    expect((await items(office))[1]).toMatchObject({ kind: 'print-claimed', next: { step: 'machine-reports' }, actions: ['resolve-print'] });
    office.time.jumpWall(days(3));
    expect(await items(office)).toEqual([]);
  });

  test('shows money on its way back, until it is there', async () => {
    const office = await openBoxOffice();
    const { id } = await sell(office, '1_1');
    office.provider.leaveUnanswered('refund', 'query-refund');
    const refund = { refundKey: newKey('refund'), reason: 'other', by: 'Li' } as const;
    good(await office.kiosk.refundOrder({ params: { orderId: id }, body: refund }));
    expect(await items(office)).toMatchObject([{ kind: 'refund-in-flight', orderId: id, next: { step: 'refund-is-asked', at: expect.any(String) } }]);
    office.provider.leaveUnanswered();
    await office.time.advance(minutes(2));
    expect(await items(office)).toEqual([]);
  });

  test('shows what a card terminal still has to say or to book back', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1');
    const attemptKey = newKey('attempt');
    good(await office.kiosk.startPayment({ params: { orderId: id }, body: { attemptKey, method: 'card-terminal', machine: KIOSK } }));
    good(await office.kiosk.reportTerminal({ params: { attemptKey }, body: { outcome: 'unknown' } }));
    expect(await items(office)).toMatchObject([{ kind: 'payment-unknown', machine: KIOSK, next: { step: 'terminal-is-asked' } }]);
    good(await office.kiosk.cancelOrder({ params: { orderId: id } }));
    const receipt = { terminalId: 'T1', trace: '000123', at: '2026-10-31T11:00:00.000Z', amount: { minor: 4_800, currency: 'CNY' } } as const;
    good(await office.kiosk.reportTerminal({ params: { attemptKey }, body: { outcome: 'paid', amount: receipt.amount, receipt } }));
    expect(await items(office)).toMatchObject([{ kind: 'terminal-reversal', machine: KIOSK, next: { step: 'terminal-books-back' } }]);
    good(await office.kiosk.reportTerminalReversal({ params: { attemptKey }, body: { receipt } }));
    expect(await items(office)).toEqual([]);
  });

  test('names money that a card terminal took back by itself while tickets are out, and the day’s figures miss it', async () => {
    for (const office of [await openBoxOffice(), await withOpenStore()]) {
      const { id } = await order(office, '1_1');
      const attemptKey = newKey('attempt');
      good(await office.kiosk.startPayment({ params: { orderId: id }, body: { attemptKey, method: 'card-terminal', machine: KIOSK } }));
      const receipt = { terminalId: 'T1', trace: '000123', at: '2026-10-31T11:00:00.000Z', amount: { minor: 4_800, currency: 'CNY' } } as const;
      const paid = good(await office.kiosk.reportTerminal({ params: { attemptKey }, body: { outcome: 'paid', amount: receipt.amount, receipt } }));
      expect(paid.status).toBe('succeeded');
      const claimed = await claim(office, good(await office.kiosk.readOrder({ params: { orderId: id } })));
      await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent(claimed.tickets[0], 'printed')]));
      const tell = () => office.kiosk.reportTerminalReversal({ params: { attemptKey }, body: { receipt: { ...receipt, trace: '000124' } } });
      expect(refusalOf(await tell())).toEqual({ code: 'contradicts', status: 'succeeded' });
      const [item, ...more] = await items(office);
      expect(more).toEqual([]);
      expect(item).toMatchObject({
        kind: 'taken-back',
        orderId: id,
        machine: KIOSK,
        amount: receipt.amount,
        next: { step: 'person-decides' },
        actions: [],
      });
      await minuteLater(office);
      // Told again it is the same event, with the time of the first.
      expect(refusalOf(await tell())).toEqual({ code: 'contradicts', status: 'succeeded' });
      expect(await items(office)).toEqual([item]);
      await office.time.advance(days(3));
      expect(await items(office)).toEqual([]);
    }
  }, 20_000);

  test('offers a late refund only with a second person, and the refund holds to it', async () => {
    const office = await openBoxOffice();
    const { id } = await sell(office, '1_1');
    const { shows } = good(await office.kiosk.readProgramme());
    const startsAt = Date.parse(shows.find((show) => show.id === '100')?.startsAt ?? '');
    office.time.jumpWall((startsAt - office.time.clock.wall()) as ReturnType<typeof seconds>);
    expect(await items(office)).toMatchObject([{ kind: 'paid-not-printed', actions: ['resume', 'refund-approved'] }]);
    const refund = (approvedBy?: string) =>
      office.kiosk.refundOrder({
        params: { orderId: id },
        body: { refundKey: newKey('refund'), reason: 'other', by: 'Li', ...(approvedBy === undefined ? {} : { approvedBy }) },
      });
    expect(refusalOf(await refund())).toEqual({ code: 'needs-approval', because: 'too-late' });
    expect(refusalOf(await refund('Li'))).toEqual({ code: 'needs-approval', because: 'too-late' });
    expect(good(await refund('Mei')).status).toBe('refunded');
  });

  test('names an order that a machine has tickets of and nobody here knows, for a week, unless it is known again', async () => {
    const office = await withOpenStore();
    const known = await sell(office, '1_1');
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent((await claim(office, known)).tickets[0], 'printed')]));
    const lost = '261031-NSZMCB80';
    const told = [lost, `${lost} CNY 96.00`, `${lost} CNY 1.00`, known.id, 'no order', ''].map((detail) => auditEvent(detail, 'order-unknown'));
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, told, { lane: 'p1' }));
    expect(await items(office)).toEqual([
      {
        ...{
          kind: 'order-unknown',
          orderId: lost,
          machine: KIOSK,
          reference: lost,
          since: expect.any(String),
          amount: { minor: 9_600, currency: 'CNY' },
        },
        ...{ next: { step: 'person-decides' }, actions: [] },
      },
    ]);
    await office.time.advance(LIMITS.boxOffice.unknownOrderShown);
    await office.time.advance(seconds(1));
    expect(await items(office)).toEqual([]);
  });

  test('names it no longer once a person at any machine has said what became of its money', async () => {
    const office = await withOpenStore();
    const [lost, other] = ['261031-NSZMCB80', '261031-NSZMCB81'];
    const told = [`${lost} CNY 96.00`, other].map((detail) => auditEvent(detail, 'order-unknown'));
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, told, { lane: 'p1' }));
    const settled = [auditEvent(`${lost} money-returned`, 'order-settled')];
    await office.boxOffice.receive(GATE, batchOf(GATE, 1, settled, { lane: 'p1' }));
    expect(await items(office)).toMatchObject([{ kind: 'order-unknown', orderId: other }]);
  });
});
