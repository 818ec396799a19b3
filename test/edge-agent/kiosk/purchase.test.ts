import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, minutes, seconds } from '#core/base/time.ts';
import { SEATS, SHOW } from './fake-programme.ts';
import { PRINTED, setUpKiosk } from './kiosk-setup.ts';

describe('a purchase', () => {
  it('goes from seats to paper', async () => {
    const { kiosk, office, printer, phase, advance, ...setup } = await setUpKiosk();
    const chosen = await setup.choose();
    expect(chosen.reply).toEqual({ kind: 'session' });
    expect(chosen.session).toMatchObject({ phase: 'review', order: { film: { en: 'Sample Film' }, total: { minor: 9_600 }, lines: [{}, {}] } });

    expect((await kiosk.pay()).session).toMatchObject({ phase: 'paying' });
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ phase: 'paying', codeUrl: expect.stringContaining('http'), userPaying: false });
    office.phone('user-paying');
    await advance(seconds(1));
    expect(kiosk.session()).toMatchObject({ userPaying: true });
    office.phone('succeeded');
    await advance(seconds(1));
    expect(kiosk.session()).toMatchObject({ phase: 'printing', journey: 'buy', printed: 0, current: 1, count: 2 });
    await printer.end(PRINTED);
    expect(kiosk.session()).toMatchObject({ phase: 'printing', printed: 1, current: 2 });
    await printer.end(PRINTED);
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 2, order: { lines: [{ printState: 'printed' }, { printState: 'printed' }] } });

    expect(setup.saleSteps()).toEqual(['held', 'ordered', 'payment-started', 'paid', 'delivered']);
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['started', 'printed', 'started', 'printed']);
    expect((await kiosk.leave()).session).toEqual({ phase: 'idle' });
    expect(phase()).toBe('idle');
    expect(setup.fatal).toEqual([]);
  });

  it('leaves no timer and no open sale behind', async () => {
    const { kiosk, office, printer, time, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('succeeded');
    await setup.advance(seconds(1));
    await printer.printAll();
    await kiosk.leave();
    expect(kiosk.openSales()).toBe(0);
    expect(time.pendingTimers()).toBe(0);
  });

  it('writes each intent before its call and each result after it', async () => {
    const { office, printer, ledger, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('succeeded');
    await setup.advance(seconds(1));
    await printer.printAll();
    const steps = ledger.database.prepare<[], { kind: string; what: string }>('SELECT kind, what FROM journal_step ORDER BY position').all();
    const calls = ['holdSeats', 'createOrder', 'startPayment', 'claimTickets'];
    expect(steps).toEqual(
      calls.flatMap((what) => [
        { kind: 'intent', what },
        { kind: 'result', what },
      ]),
    );
  });

  it('has its intent on the disk at the moment of the call', async () => {
    const { office, ledger, ...setup } = await setUpKiosk();
    const seen: unknown[] = [];
    const hold = office.client.holdSeats;
    Object.assign(office.client, {
      holdSeats: (input: Parameters<typeof hold>[0]) => {
        seen.push(
          ledger.database.prepare('SELECT stage FROM sale').pluck().get(),
          ledger.database.prepare('SELECT detail FROM journal_step').pluck().get(),
        );
        expect(seen).toEqual(['holding', input.body.holdKey]);
        return hold(input);
      },
    });
    await setup.choose();
    expect(seen).toHaveLength(2);
  });

  it('takes a double tap on pay as one', async () => {
    const { kiosk, office, ...setup } = await setUpKiosk();
    await setup.choose();
    const [first, second] = await Promise.all([kiosk.pay(), kiosk.pay()]);
    expect(first.reply).toEqual({ kind: 'session' });
    expect(second.reply).toEqual({ kind: 'not-now' });
    expect(second.session).toMatchObject({ phase: 'paying' });
    await setup.settle();
    expect(office.attempts.size).toBe(1);
  });

  it('takes a double tap on the seats as one', async () => {
    const { office, ...setup } = await setUpKiosk();
    const [first, second] = await Promise.all([setup.choose(), setup.choose()]);
    expect(first.reply).toEqual({ kind: 'session' });
    expect(second.reply).toEqual({ kind: 'not-now' });
    expect(office.made.filter((name) => name === 'holdSeats')).toHaveLength(1);
  });

  it('names the seats that were lost, and begins nothing', async () => {
    const { office, phase, ...setup } = await setUpKiosk();
    office.seats.set(SEATS[0] ?? '', 'sold');
    const { reply } = await setup.choose();
    expect(reply).toMatchObject({ kind: 'refused', refusal: { code: 'seats-lost', lost: [SEATS[0]] } });
    expect(phase()).toBe('idle');
    expect(office.seats.size).toBe(1);
  });

  it('says a changed price and gives the seats back', async () => {
    const { kiosk, office, ...setup } = await setUpKiosk();
    const seats = SEATS.slice(0, 2).map((seatId) => ({ seatId, ticketType: 'adult' as const }));
    const { reply } = await kiosk.confirmSeats({ showId: SHOW, seats, submitTotal: { minor: 1, currency: 'CNY' } });
    expect(reply).toMatchObject({ kind: 'refused', refusal: { code: 'price-changed', total: { minor: 9_600 } } });
    await setup.settle();
    expect(office.seats.size).toBe(0);
    expect(kiosk.openSales()).toBe(0);
  });

  it.each(['readProgramme', 'holdSeats', 'createOrder'] as const)('says that the box office is away when %s gets no answer', async (name) => {
    const { office, phase, kiosk, ...setup } = await setUpKiosk();
    office.trouble.set(name, 'deaf');
    expect((await setup.choose()).reply).toEqual({ kind: 'unavailable', lost: 'box-office' });
    expect(phase()).toBe('idle');
    office.trouble.clear();
    await setup.advance(minutes(1));
    expect([...office.seats.values()]).toEqual([]);
    expect(kiosk.openSales()).toBe(0);
  });

  it('stops giving back a hold that must have ended by itself', async () => {
    const { office, kiosk, ...setup } = await setUpKiosk();
    office.trouble.set('holdSeats', 'lost');
    await setup.choose();
    await setup.advance(minutes(15));
    expect(kiosk.openSales()).toBe(0);
    expect(setup.saleSteps()).toEqual(['expired']);
  });

  it('tells until when a payment may begin, on its own clock', async () => {
    const { kiosk, office, time, ...setup } = await setUpKiosk();
    office.clockAhead = minutes(3);
    await setup.choose();
    const session = kiosk.session();
    const left = session.phase === 'review' ? Date.parse(session.order.holdUntil) - time.clock.wall() : 0;
    expect(left).toBe(LIMITS.sale.holdFor - LIMITS.sale.holdLeftToPay);
    office.clockAhead = 0;
  });

  it('ends the review when too little of the hold is left to pay', async () => {
    const { kiosk, office, ...setup } = await setUpKiosk();
    await setup.choose();
    await setup.advance(milliseconds(LIMITS.sale.holdFor - LIMITS.sale.holdLeftToPay - 1));
    expect(kiosk.session().phase).toBe('review');
    await setup.advance(milliseconds(1));
    expect(kiosk.session()).toEqual({ phase: 'hold-expired', money: 'not-charged' });
    expect(office.order().status).toBe('cancelled');
    expect(setup.saleSteps().at(-1)).toBe('expired');
    expect((await kiosk.pay()).reply).toEqual({ kind: 'not-now' });
    expect((await setup.choose()).session.phase).toBe('review');
  });

  it('lets the guest try again after a refused payment, under a new key', async () => {
    const { kiosk, office, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('failed');
    await setup.advance(seconds(1));
    expect(kiosk.session()).toMatchObject({ phase: 'payment-failed', money: 'not-charged' });
    await kiosk.pay();
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ phase: 'paying', codeUrl: expect.stringContaining('p2') });
    expect(office.attempts.size).toBe(2);
  });

  it('says that it cannot pay now when the provider is never reached, and uses the same key again', async () => {
    const { kiosk, office, ...setup } = await setUpKiosk();
    await setup.choose();
    office.trouble.set('startPayment', 'deaf');
    await kiosk.pay();
    await setup.advance(seconds(5));
    expect(kiosk.session()).toMatchObject({ phase: 'payment-failed', money: 'not-charged' });
    office.trouble.clear();
    await kiosk.pay();
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ phase: 'paying', codeUrl: expect.any(String) });
    expect(office.attempts.size).toBe(1);
  });

  it('follows the attempt that the box office says is open', async () => {
    const { kiosk, office, ...setup } = await setUpKiosk();
    await setup.choose();
    const order = office.order();
    await office.client.startPayment({ params: { orderId: order.id }, body: { attemptKey: 'another-machine-1', method: 'qr' } });
    await kiosk.pay();
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ phase: 'paying', codeUrl: expect.stringContaining('another-machine-1') });
    expect(office.attempts.size).toBe(1);
  });
});
