import { describe, expect, it } from 'vitest';
import { setUpKiosk } from './kiosk-setup.ts';

describe('collecting', () => {
  it('finds an order by its typed code and prints it', async () => {
    const { kiosk, office, printer, ...setup } = await setUpKiosk();
    const order = office.sellOnline(2);
    expect((await kiosk.lookUp(order.pickUpCode)).session).toMatchObject({ phase: 'collect', order: { film: { zh: '示例影片' }, lines: [{}, {}] } });
    expect((await kiosk.print(undefined)).session).toMatchObject({ phase: 'printing', journey: 'collect', count: 2 });
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', journey: 'collect', printed: 2 });
    expect(setup.saleSteps()).toEqual([]);
    expect((await kiosk.lookUp(order.pickUpCode)).reply).toEqual({ kind: 'not-now' });
    await kiosk.leave();
    expect((await kiosk.lookUp(order.pickUpCode)).reply).toMatchObject({ kind: 'refused', refusal: { code: 'all-collected' } });
  });

  it('prints only the tickets that were named, and none that the order does not have', async () => {
    const { kiosk, office, printer } = await setUpKiosk();
    const order = office.sellOnline(2);
    const other = office.sellOnline(1);
    await kiosk.lookUp(order.pickUpCode);
    const foreign = other.tickets.map((ticket) => ticket.id);
    expect((await kiosk.print(foreign)).reply).toEqual({ kind: 'not-now' });
    await kiosk.print([...order.tickets.slice(0, 1).map((ticket) => ticket.id), ...foreign]);
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 1 });
    expect(printer.begun).toEqual([order.tickets[0]?.id]);
  });

  it('finds it by a scanned code, from the idle screen and from another found order', async () => {
    const { office, kiosk, ...setup } = await setUpKiosk();
    const [first, second] = [office.sellOnline(1), office.sellOnline(2)];
    await setup.scan(first.pickUpCode);
    expect(kiosk.session()).toMatchObject({ phase: 'collect', order: { orderId: first.id } });
    await setup.scan(second.pickUpCode);
    expect(kiosk.session()).toMatchObject({ phase: 'collect', order: { orderId: second.id } });
    await kiosk.leave();
    expect(kiosk.session()).toEqual({ phase: 'idle' });
  });

  it('says what a code is that is no pick-up code, and charges nothing', async () => {
    const { office, notices, phase, ...setup } = await setUpKiosk();
    await setup.scan('134567890123456789');
    await setup.scan('2812345678901234');
    await setup.scan('hello');
    await setup.scan('\u0007');
    expect(notices.map((notice) => notice.problem)).toEqual([
      { kind: 'wrong-kind', reason: 'payment-code' },
      { kind: 'wrong-kind', reason: 'payment-code' },
      { kind: 'wrong-kind', reason: 'not-a-ticket' },
      { kind: 'wrong-kind', reason: 'unreadable' },
    ]);
    expect(phase()).toBe('idle');
    expect(office.made).toEqual([]);
  });

  it('tells a refusal of a scanned code as a notice', async () => {
    const { notices, ...setup } = await setUpKiosk();
    await setup.scan('482917305662');
    expect(notices.map((notice) => notice.problem)).toEqual([{ kind: 'lookup', refusal: { code: 'not-found' } }]);
  });

  it('tells that the box office is away, to a scan as a notice and to a typed code as the answer', async () => {
    const { kiosk, office, notices, ...setup } = await setUpKiosk();
    office.trouble.set('lookUp', 'lost');
    await setup.scan('482917305662');
    expect(notices.map((notice) => notice.problem)).toEqual([{ kind: 'unavailable' }]);
    expect((await kiosk.lookUp('482917305662')).reply).toEqual({ kind: 'unavailable', lost: 'box-office' });
  });

  it('does not listen to the scanner in the middle of a purchase', async () => {
    const { office, notices, phase, ...setup } = await setUpKiosk();
    const order = office.sellOnline(1);
    office.seats.clear();
    await setup.choose();
    await setup.scan(order.pickUpCode);
    expect(phase()).toBe('review');
    expect(notices.map((notice) => notice.problem)).toEqual([{ kind: 'not-now' }]);
    expect(office.made).not.toContain('lookUp');
  });

  it('asks once when a scanner repeats itself', async () => {
    const { kiosk, office, time } = await setUpKiosk();
    const order = office.sellOnline(1);
    const bytes = new TextEncoder().encode(order.pickUpCode);
    for (let read = 0; read < 5; read++) kiosk.scanned({ bytes, at: time.clock.monotonic() });
    await time.settle();
    expect(office.made).toEqual(['lookUp']);
    expect(kiosk.session().phase).toBe('collect');
  });

  it('forgets a question whose guest has left', async () => {
    const { kiosk, office, phase, ...setup } = await setUpKiosk();
    const order = office.sellOnline(1);
    const asking = kiosk.lookUp(order.pickUpCode);
    await kiosk.leave();
    expect((await asking).reply).toEqual({ kind: 'not-now' });
    await setup.settle();
    expect(phase()).toBe('idle');
  });
});
