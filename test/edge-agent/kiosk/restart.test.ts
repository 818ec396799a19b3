import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { hours, minutes, seconds } from '#core/base/time.ts';
import { NOT_BEGUN, PAPER_ENDED_IN_TICKET, PAPER_OUT, PRINTED, READY, setUpKiosk } from './kiosk-setup.ts';

/** The power goes in every phase. Nothing is charged twice, nothing is printed twice, no seat stays held, and what was paid can be collected. */
describe('after a power cut', () => {
  it.each(['holdSeats', 'createOrder'] as const)('in the middle of %s the seats are given back', async (name) => {
    for (const how of ['lost', 'deaf'] as const) {
      const { office, phase, ...setup } = await setUpKiosk();
      const call = office.client[name];
      const never = new Promise<never>(() => {});
      // The box office did it (or not), and the kiosk never heard.
      Object.assign(office.client, {
        [name]: (input: never) => (how === 'deaf' ? (call as (input: never) => Promise<unknown>)(input).then(() => never) : never),
      });
      void setup.choose();
      await setup.settle();
      Object.assign(office.client, { [name]: call });
      await setup.restart();
      await setup.advance(minutes(1));
      expect(phase()).toBe('idle');
      expect([...office.seats.values()]).toEqual([]);
      expect(setup.kiosk.openSales()).toBe(0);
    }
  });

  it.each(['review', 'payment-failed'] as const)('in the phase %s the seats are given back', async (at) => {
    const { office, ...setup } = await setUpKiosk();
    await (at === 'review' ? setup.choose() : setup.payUpToCode());
    if (at === 'payment-failed') {
      office.phone('failed');
      await setup.advance(seconds(1));
    }
    expect(setup.phase()).toBe(at);
    await setup.restart();
    expect(setup.phase()).toBe('idle');
    expect(office.seats.size).toBe(0);
    expect(setup.saleSteps().at(-1)).toBe('cancelled');
  });

  it('while the provider is being asked, the attempt is closed: nobody saw its code', async () => {
    const { office, ...setup } = await setUpKiosk();
    await setup.choose();
    office.trouble.set('startPayment', 'deaf');
    await setup.kiosk.pay();
    await setup.restart();
    office.trouble.clear();
    expect(setup.phase()).toBe('idle');
    expect([...office.attempts.values()].map((attempt) => attempt.status)).toEqual(['closed']);
  });

  it('while a code is shown, the guest who is still there is told that it is being looked up, and pays on', async () => {
    const { office, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.trouble.set('readOrder', 'lost');
    await setup.restart();
    await setup.advance(seconds(1));
    office.trouble.clear();
    await setup.advance(seconds(3));
    expect(setup.kiosk.session()).toMatchObject({ phase: 'paying', codeUrl: expect.any(String) });
    expect(office.attempts.size).toBe(1);
  });

  it('while a code is shown, the code is back at once, and what is paid then is printed', async () => {
    const { office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    await setup.restart();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'paying', codeUrl: expect.any(String) });
    office.phone('succeeded');
    await setup.advance(seconds(1));
    await printer.printAll();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
  });

  it('money that came meanwhile is found, and printed only when somebody touches the screen', async () => {
    const { office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('succeeded');
    await setup.restart();
    await setup.advance(seconds(2));
    expect(setup.kiosk.session()).toMatchObject({ phase: 'collect' });
    expect(printer.jobs).toEqual([]);
    expect((await setup.kiosk.print(undefined)).session).toMatchObject({ phase: 'printing', journey: 'buy' });
    await printer.printAll();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
    expect(setup.saleSteps().slice(-2)).toEqual(['paid', 'delivered']);
  });

  it('a long time later nobody is shown anything of the guest, and the money is still looked up', async () => {
    const { office, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('succeeded');
    await setup.restart(minutes(20));
    await setup.advance(seconds(2));
    expect(setup.phase()).toBe('idle');
    expect(setup.kiosk.openSales()).toBe(0);
    expect(setup.saleSteps().slice(-2)).toEqual(['paid', 'stopped']);
    expect((await setup.kiosk.lookUp(office.order().pickUpCode)).session.phase).toBe('collect');
  });

  it('an unknown payment is asked for again', async () => {
    const { office, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('unknown');
    await setup.advance(seconds(1));
    expect(setup.phase()).toBe('payment-unknown');
    await setup.restart();
    expect(setup.phase()).toBe('payment-unknown');
    office.trouble.clear();
    office.phone('failed');
    await setup.advance(seconds(3));
    expect(setup.kiosk.session()).toEqual({ phase: 'hold-expired', money: 'not-charged' });
    expect(office.seats.size).toBe(0);
  });

  it('a cancellation that was under way is finished', async () => {
    const { office, ...setup } = await setUpKiosk();
    await setup.choose();
    office.trouble.set('cancelOrder', 'lost');
    await setup.kiosk.leave();
    await setup.restart();
    office.trouble.clear();
    await setup.advance(minutes(2));
    expect(office.order().status).toBe('cancelled');
    expect(setup.kiosk.openSales()).toBe(0);
  });

  it('a ticket that was in the printer is uncertain, and is never printed by itself', async () => {
    const { office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('succeeded');
    await setup.advance(seconds(1));
    printer.jobs[0]?.beforeFirstByte();
    await setup.restart();
    expect(setup.kiosk.session()).toMatchObject({
      phase: 'print-stopped',
      stop: 'needs-staff',
      printed: 0,
      uncertain: 1,
      count: 2,
      canResume: true,
      money: 'paid-seats-kept',
    });
    expect(printer.jobs).toEqual([]);
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['started', 'uncertain', 'not-printed']);
    await setup.advance(seconds(1));
    await setup.kiosk.resume();
    await printer.printAll();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', printed: 1, uncertain: 1 });
    expect(office.order().tickets.map((ticket) => ticket.printState)).toEqual(['uncertain', 'printed']);
  });

  it('what was in the printer is uncertain, also when the clock has been set back since an earlier try', async () => {
    const { office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode(1);
    office.phone('succeeded');
    await setup.advance(seconds(1));
    await setup.health(PAPER_OUT);
    await printer.end(NOT_BEGUN);
    await setup.advance(LIMITS.sale.claimLease);
    setup.time.jumpWall(hours(-3));
    await setup.health(READY);
    await setup.kiosk.resume();
    await setup.settle();
    printer.begin();
    await setup.restart();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', stop: 'needs-staff', printed: 0, uncertain: 1, canResume: false });
  });

  it('after the first of two tickets the second can be printed', async () => {
    const { office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('succeeded');
    await setup.advance(seconds(1));
    await printer.end(PRINTED);
    await setup.restart();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', printed: 1, uncertain: 0, canResume: true });
    await setup.kiosk.resume();
    await printer.printAll();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
    expect(setup.saleSteps().at(-1)).toBe('delivered');
  });

  it('a claim without an answer is asked for once more and given back', async () => {
    const { office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.trouble.set('claimTickets', 'deaf');
    office.phone('succeeded');
    await setup.advance(seconds(1));
    expect(office.order().tickets.map((ticket) => ticket.printState)).toEqual(['claimed', 'claimed']);
    await setup.restart();
    office.trouble.clear();
    await setup.advance(seconds(30));
    expect(office.order().tickets.map((ticket) => ticket.printState)).toEqual(['pending', 'pending']);
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', printed: 0, uncertain: 0, canResume: true });
    await setup.kiosk.resume();
    await printer.printAll();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
  });

  it('a claim without an answer is asked for until there is one, whatever the clock says, and given back', async () => {
    const { office, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.trouble.set('claimTickets', 'deaf');
    office.phone('succeeded');
    await setup.advance(seconds(1));
    office.trouble.set('claimTickets', 'lost');
    await setup.restart();
    setup.time.jumpWall(hours(9));
    await setup.advance(minutes(1));
    expect(setup.phase()).toBe('idle');
    await setup.restart();
    await setup.advance(minutes(30));
    expect(setup.printOutcomes()).toEqual([]);
    office.trouble.clear();
    await setup.advance(minutes(1));
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['not-printed', 'not-printed']);
    expect(office.order().tickets.map((ticket) => ticket.printState)).toEqual(['pending', 'pending']);
    expect(setup.saleSteps().at(-1)).toBe('stopped');
  });

  it.each([PAPER_ENDED_IN_TICKET, NOT_BEGUN])('a stop ($kind) long ago is closed and what was not printed is free', async (outcome) => {
    const { office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('succeeded');
    await setup.advance(seconds(1));
    await setup.health(PAPER_OUT);
    await printer.end(outcome);
    await setup.restart(minutes(30));
    expect(setup.phase()).toBe('idle');
    const expected = outcome.kind === 'uncertain' ? ['uncertain', 'pending'] : ['pending', 'pending'];
    expect(office.order().tickets.map((ticket) => ticket.printState)).toEqual(expected);
    expect(setup.saleSteps().at(-1)).toBe('stopped');
  });

  it('a second cut during recovery changes nothing', async () => {
    const { office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('succeeded');
    await setup.advance(seconds(1));
    printer.jobs[0]?.beforeFirstByte();
    for (let cut = 0; cut < 4; cut++) await setup.restart(seconds(2));
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', uncertain: 1 });
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['started', 'uncertain', 'not-printed']);
    expect(setup.fatal).toEqual([]);
  });

  it('nothing is left to do when nothing was open', async () => {
    const { office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('succeeded');
    await setup.advance(seconds(1));
    await printer.printAll();
    const before = setup.events().length;
    await setup.restart();
    expect(setup.phase()).toBe('idle');
    expect(setup.events()).toHaveLength(before);
  });
});

describe('a disk that cannot be written', () => {
  it('answers a guest, and loses nothing that has happened', async () => {
    const { office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    setup.failLedger(true);
    office.phone('succeeded');
    await setup.advance(seconds(3));
    expect(setup.phase()).toBe('paying');
    expect((await setup.kiosk.cancel()).reply).toEqual({ kind: 'unavailable', lost: 'store' });
    setup.failLedger(false);
    await setup.advance(seconds(2));
    await printer.printAll();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
    expect(setup.fatal).toEqual([]);
  });

  it('sells nothing', async () => {
    const { office, phase, ...setup } = await setUpKiosk();
    setup.failLedger(true);
    expect((await setup.choose()).reply).toEqual({ kind: 'unavailable', lost: 'store' });
    expect(phase()).toBe('idle');
    expect(office.made).toEqual(['readProgramme']);
  });

  it('keeps a ticket from being started', async () => {
    const { office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('succeeded');
    await setup.advance(seconds(1));
    setup.failLedger(true);
    expect(() => printer.jobs[0]?.beforeFirstByte()).toThrow(/disk is full/);
  });
});

describe('an orderly stop', () => {
  it('writes down a paper that comes out while it stops', async () => {
    const { office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.phone('succeeded');
    await setup.advance(seconds(1));
    const stopping = setup.kiosk.stop();
    await printer.end(PRINTED);
    await stopping;
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['started', 'printed']);
    expect(printer.jobs).toEqual([]);
    expect(setup.time.pendingTimers()).toBe(0);
  });
});
