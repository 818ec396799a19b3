import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '#core/base/time.ts';
import { setUpKiosk } from './kiosk-setup.ts';

describe('giving up', () => {
  it('gives the seats back from the review', async () => {
    const { kiosk, office, phase, ...setup } = await setUpKiosk();
    await setup.choose();
    expect((await kiosk.cancel()).reply).toEqual({ kind: 'session' });
    expect(phase()).toBe('idle');
    await setup.settle();
    expect(office.seats.size).toBe(0);
    expect(setup.saleSteps()).toEqual(['held', 'ordered', 'cancelled']);
  });

  it('closes an open payment first', async () => {
    const { kiosk, office, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    expect((await kiosk.cancel()).session).toEqual({ phase: 'idle' });
    expect([...office.attempts.values()].map((attempt) => attempt.status)).toEqual(['closed']);
    expect(office.seats.size).toBe(0);
  });

  it('takes the code off the screen while the payment is being closed', async () => {
    const { kiosk, office, sessions, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.trouble.set('cancelOrder', 'lost');
    void kiosk.cancel();
    await setup.settle();
    expect(kiosk.session()).not.toHaveProperty('codeUrl');
    expect(sessions.at(-1)).toEqual(kiosk.session());
  });

  it('prints when the money had moved after all', async () => {
    const { kiosk, office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('succeeded');
    expect((await kiosk.cancel()).session).toMatchObject({ phase: 'printing' });
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
  });

  it('does not know, and says so, when the box office cannot be asked', async () => {
    const { kiosk, office, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.trouble.set('cancelOrder', 'lost');
    office.trouble.set('readPayment', 'lost');
    expect((await kiosk.cancel()).reply).toEqual({ kind: 'unavailable', lost: 'box-office' });
    await setup.advance(seconds(5));
    expect(kiosk.session()).toMatchObject({ phase: 'payment-unknown', money: 'checking' });
  });

  it('lets idle time release the hold', async () => {
    const { kiosk, office, phase, ...setup } = await setUpKiosk();
    await setup.choose();
    await kiosk.leave();
    expect(phase()).toBe('idle');
    await setup.settle();
    expect(office.seats.size).toBe(0);
  });

  it('closes the payment when the guest walks away from the code', async () => {
    const { kiosk, office, phase, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    await kiosk.leave();
    expect(phase()).toBe('idle');
    await setup.settle();
    expect([...office.attempts.values()].map((attempt) => attempt.status)).toEqual(['closed']);
  });

  it('gives the seats back when the guest left while they were being held', async () => {
    const { kiosk, office, phase, ...setup } = await setUpKiosk();
    const hold = office.client.holdSeats;
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    Object.assign(office.client, { holdSeats: (input: Parameters<typeof hold>[0]) => opened.then(() => hold(input)) });
    const choosing = setup.choose();
    await setup.settle();
    const leaving = kiosk.leave();
    expect((await leaving).session).toEqual({ phase: 'idle' });
    expect((await choosing).reply).toEqual({ kind: 'not-now' });
    open();
    await setup.settle();
    expect(phase()).toBe('idle');
    expect(office.seats.size).toBe(0);
    expect(setup.saleSteps()).toEqual(['held', 'cancelled']);
  });

  it('asks for nothing when the guest left while the programme was read', async () => {
    const { kiosk, office, ...setup } = await setUpKiosk();
    const choosing = setup.choose();
    await kiosk.leave();
    expect((await choosing).reply).toEqual({ kind: 'not-now' });
    expect(office.made).toEqual(['readProgramme']);
  });

  it('goes on giving back when the box office is away, and a new guest can buy meanwhile', async () => {
    const { kiosk, office, ...setup } = await setUpKiosk();
    await setup.choose(1);
    office.trouble.set('cancelOrder', 'lost');
    await kiosk.leave();
    await setup.advance(seconds(20));
    expect(kiosk.openSales()).toBe(1);
    office.trouble.clear();
    await setup.advance(minutes(1));
    expect(kiosk.openSales()).toBe(0);
    expect(office.seats.size).toBe(0);
  });
});
