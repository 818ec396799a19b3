import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, minutes, seconds } from '#core/base/time.ts';
import { setUpKiosk } from './kiosk-setup.ts';

describe('a payment that nobody can tell about', () => {
  const unknown = async () => {
    const setup = await setUpKiosk();
    await setup.payUpToCode();
    setup.office.trouble.set('readPayment', 'lost');
    await setup.advance(seconds(4));
    return setup;
  };

  it('is called unknown after three polls without an answer, and after a minute the guest may leave', async () => {
    const { kiosk, ...setup } = await unknown();
    expect(kiosk.session()).toMatchObject({
      phase: 'payment-unknown',
      mayLeave: false,
      money: 'checking',
      order: { pickUpCode: expect.any(String) },
    });
    await setup.advance(LIMITS.sale.unknownToClaim);
    expect(kiosk.session()).toMatchObject({ phase: 'payment-unknown', mayLeave: true });
    expect(setup.saleSteps()).toContain('payment-unknown');
  });

  it('refuses to pay again or to cancel', async () => {
    const { kiosk } = await unknown();
    expect((await kiosk.pay()).reply).toEqual({ kind: 'not-now' });
    expect((await kiosk.cancel()).reply).toEqual({ kind: 'not-now' });
  });

  it('prints on a late success while the guest is there', async () => {
    const { kiosk, office, printer, ...setup } = await unknown();
    await setup.advance(minutes(2));
    office.trouble.clear();
    office.phone('succeeded');
    await setup.advance(seconds(2));
    expect(kiosk.session().phase).toBe('printing');
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
  });

  it('goes on without the guest, prints nothing, and leaves the order to be collected', async () => {
    const { kiosk, office, printer, phase, ...setup } = await unknown();
    await setup.advance(minutes(1));
    await kiosk.leave();
    expect(phase()).toBe('idle');
    expect(kiosk.openSales()).toBe(1);
    await setup.advance(minutes(3));
    office.trouble.clear();
    office.phone('succeeded');
    await setup.advance(minutes(2));
    expect(phase()).toBe('idle');
    expect(printer.jobs).toEqual([]);
    expect(kiosk.openSales()).toBe(0);
    expect(setup.saleSteps().slice(-2)).toEqual(['paid', 'stopped']);

    const found = await kiosk.lookUp(office.order().pickUpCode);
    expect(found.session).toMatchObject({ phase: 'collect', order: { lines: [{ printState: 'pending' }, { printState: 'pending' }] } });
  });

  it('comes back to the code when the payment is still open', async () => {
    const { kiosk, office, ...setup } = await unknown();
    office.trouble.clear();
    await setup.advance(seconds(2));
    expect(kiosk.session()).toMatchObject({ phase: 'paying', codeUrl: expect.any(String) });
  });

  it('lets the guest try again when nothing was taken', async () => {
    const { kiosk, office, ...setup } = await unknown();
    office.trouble.clear();
    office.phone('failed');
    await setup.advance(seconds(2));
    expect(kiosk.session()).toMatchObject({ phase: 'payment-failed', money: 'not-charged' });
  });

  it('closes what is still open once the guest has gone', async () => {
    const { kiosk, office, ...setup } = await unknown();
    await kiosk.leave();
    office.trouble.clear();
    await setup.advance(minutes(1));
    expect([...office.attempts.values()].map((attempt) => attempt.status)).toEqual(['closed']);
    expect(kiosk.openSales()).toBe(0);
  });

  it('shows the money going back when the seats could not be given', async () => {
    const { kiosk, office, ...setup } = await unknown();
    office.trouble.clear();
    office.phone('refunding');
    const order = office.order();
    office.orders.set(order.id, { ...order, status: 'refunding' });
    await setup.advance(seconds(2));
    expect(kiosk.session()).toMatchObject({ phase: 'refunding', done: false });
    office.orders.set(order.id, { ...order, status: 'refunded', refundReference: 'RF-1' });
    await setup.advance(seconds(2));
    expect(kiosk.session()).toMatchObject({ phase: 'refunding', done: true, reference: 'RF-1' });
    await kiosk.leave();
    expect(kiosk.openSales()).toBe(0);
    expect(setup.saleSteps()).toContain('refund-asked');
  });

  it('becomes a matter for a person after a day', async () => {
    const { kiosk, ...setup } = await unknown();
    await kiosk.leave();
    await setup.advance(milliseconds(LIMITS.sale.resolveFor + LIMITS.sale.pollSlowest));
    expect(kiosk.openSales()).toBe(0);
    expect(setup.saleSteps().at(-1)).toBe('stopped');
    expect(setup.time.pendingTimers()).toBe(0);
  });

  it('is not ended by a clock that somebody sets forward', async () => {
    const { kiosk, ...setup } = await unknown();
    setup.time.jumpWall(milliseconds(2 * LIMITS.sale.resolveFor));
    await setup.advance(minutes(2));
    expect(kiosk.session()).toMatchObject({ phase: 'payment-unknown', money: 'checking' });
    await kiosk.leave();
    await setup.advance(minutes(10));
    expect(kiosk.openSales()).toBe(1);
  });
});
