import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { minutes, seconds } from '#core/base/time.ts';
import { type OrderId, TicketId } from '#core/contract/identifiers.ts';
import type { PrintOutcome } from '#core/ports/ticket-printer.ts';
import { NOT_BEGUN, PAPER_ENDED_IN_TICKET, PAPER_OUT, PRINTED, READY, setUpKiosk } from './kiosk-setup.ts';
import { setUpPaidKiosk } from './paid-kiosk.ts';

const NO_ECHO: PrintOutcome = { kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-ECHO', owner: 'device', message: 'no echo' } };

describe('paper that ends in ticket 1 of 2', () => {
  it('leaves ticket 1 to staff and prints ticket 2 when there is paper again', async () => {
    const { kiosk, printer, ...setup } = await setUpPaidKiosk();
    await setup.health(PAPER_OUT);
    await printer.end(PAPER_ENDED_IN_TICKET);
    expect(kiosk.session()).toMatchObject({
      phase: 'print-stopped',
      stop: 'paper-out',
      printed: 0,
      uncertain: 1,
      count: 2,
      canResume: false,
      money: 'paid-seats-kept',
      order: { lines: [{ printState: 'uncertain' }, { printState: 'claimed' }] },
    });
    expect((await kiosk.resume()).reply).toEqual({ kind: 'not-now' });

    await setup.health(READY);
    expect(kiosk.session()).toMatchObject({ canResume: true, stop: 'paper-out' });
    expect((await kiosk.resume()).session).toMatchObject({ phase: 'printing', printed: 0, current: 2, count: 2 });
    await printer.end(PRINTED);
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', stop: 'needs-staff', printed: 1, uncertain: 1, canResume: false });
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['started', 'uncertain', 'started', 'printed']);
    await kiosk.leave();
    expect(setup.saleSteps().at(-1)).toBe('stopped');
    expect(setup.saleSteps()).not.toContain('delivered');
  });

  it('prints both when the printer proves that nothing of ticket 1 is on paper', async () => {
    const { kiosk, printer, ...setup } = await setUpPaidKiosk();
    await setup.health(PAPER_OUT);
    await printer.end(NOT_BEGUN);
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', stop: 'paper-out', printed: 0, uncertain: 0, canResume: false });
    await setup.health(READY);
    await kiosk.resume();
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
    expect(new Set(printer.begun).size).toBe(2);
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['started', 'printed', 'started', 'printed']);
  });

  it('gives back what was not printed when the guest leaves, for any machine to print', async () => {
    const { kiosk, printer, office, phase, ...setup } = await setUpPaidKiosk();
    await setup.health(PAPER_OUT);
    await printer.end(PAPER_ENDED_IN_TICKET);
    await kiosk.leave();
    expect(phase()).toBe('idle');
    await setup.settle();
    expect(office.order().tickets.map((ticket) => ticket.printState)).toEqual(['uncertain', 'pending']);
    await setup.health(READY);
    expect(printer.jobs).toEqual([]);
    const { session } = await kiosk.lookUp(office.order().pickUpCode);
    expect(session).toMatchObject({ phase: 'collect', order: { lines: [{ printState: 'uncertain' }, { printState: 'pending' }] } });
    await kiosk.print(undefined);
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', journey: 'collect', printed: 1 });
  });
});

describe('a printer in trouble', () => {
  it('is tried once more by itself when it is well and had printed nothing', async () => {
    const { kiosk, printer } = await setUpPaidKiosk(1);
    await printer.end(NOT_BEGUN);
    expect(kiosk.session().phase).toBe('printing');
    await printer.end(NOT_BEGUN);
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', canResume: true });
    await kiosk.resume();
    await printer.end(PRINTED);
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 1 });
  });

  it('never gets an uncertain ticket twice', async () => {
    const { kiosk, printer, ...setup } = await setUpPaidKiosk(2);
    await printer.end(NO_ECHO);
    expect(kiosk.session()).toMatchObject({ stop: 'printer-error', canResume: true });
    await kiosk.resume();
    await printer.printAll();
    await setup.advance(minutes(10));
    expect(printer.begun).toHaveLength(2);
    expect(new Set(printer.begun).size).toBe(2);
  });

  it('says why it stopped as soon as it knows', async () => {
    const { kiosk, printer, ...setup } = await setUpPaidKiosk(1);
    await printer.end(NO_ECHO);
    expect(kiosk.session()).toMatchObject({ stop: 'printer-error' });
    await setup.health({ kind: 'blocked', reasons: ['cutter-jam'] });
    expect(kiosk.session()).toMatchObject({ stop: 'cutter-jam', canResume: false });
    await setup.health({ kind: 'blocked', reasons: ['paper-out', 'cover-open'] });
    expect(kiosk.session()).toMatchObject({ stop: 'cutter-jam' });
  });

  it('that never answers is given up, and its job can no longer begin', async () => {
    const { kiosk, printer, ...setup } = await setUpPaidKiosk(1);
    await setup.advance(LIMITS.printer.jobTimeout);
    const [job] = printer.jobs;
    await setup.settle();
    // Nothing had begun, so it is tried once more; that job is the second in the queue.
    expect(kiosk.session().phase).toBe('printing');
    expect(() => job?.beforeFirstByte()).toThrow(/given up/);
    await setup.advance(LIMITS.printer.jobTimeout);
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', uncertain: 0 });
  });

  it('that falls silent in the middle of a ticket leaves it uncertain', async () => {
    const { kiosk, printer, ...setup } = await setUpPaidKiosk(1);
    printer.jobs[0]?.beforeFirstByte();
    await setup.advance(LIMITS.printer.jobTimeout);
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', uncertain: 1, canResume: false });
  });

  it('comes to its end although the guest has left, and the next guest sees nothing of it', async () => {
    const { kiosk, printer, phase, ...setup } = await setUpPaidKiosk(2);
    expect((await kiosk.leave()).session.phase).toBe('printing');
    await printer.printAll();
    expect(phase()).toBe('idle');
    expect(setup.saleSteps().at(-1)).toBe('delivered');
    expect(setup.time.pendingTimers()).toBe(0);
  });
});

describe('claims', () => {
  it('asks again while the box office is away, then sends the guest to staff with a way to go on', async () => {
    const { kiosk, office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.trouble.set('claimTickets', 'lost');
    office.phone('succeeded');
    await setup.advance(seconds(3));
    expect(kiosk.session()).toMatchObject({ phase: 'printing', printed: 0 });
    await setup.advance(seconds(10));
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', stop: 'needs-staff', canResume: true, money: 'paid-seats-kept' });
    office.trouble.clear();
    await kiosk.resume();
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
  });

  it('repeats a claim whose answer was lost under the same key', async () => {
    const { kiosk, office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.trouble.set('claimTickets', 'deaf');
    office.phone('succeeded');
    await setup.advance(seconds(2));
    office.trouble.clear();
    await setup.advance(seconds(2));
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
  });

  it('says that another machine has the tickets', async () => {
    const { kiosk, office } = await setUpKiosk();
    const order = office.sellOnline(2);
    await kiosk.lookUp(order.pickUpCode);
    for (const ticket of order.tickets) office.hear(printedElsewhere(ticket.id, order.id));
    await kiosk.print(undefined);
    await Promise.resolve();
    expect(await settled(kiosk)).toMatchObject({ phase: 'print-stopped', stop: 'elsewhere', printed: 0, canResume: false });
  });

  it('prints the rest when another machine has one of them', async () => {
    const { kiosk, office, printer } = await setUpKiosk();
    const order = office.sellOnline(2);
    await kiosk.lookUp(order.pickUpCode);
    office.hear(printedElsewhere(order.tickets[0]?.id ?? TicketId.parse('0000000000000000'), order.id));
    await kiosk.print(undefined);
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', stop: 'elsewhere', printed: 1 });
  });

  it('gives back a lease that is about to end, and claims anew to go on', async () => {
    const { kiosk, office, printer, ...setup } = await setUpPaidKiosk(2);
    await setup.health(PAPER_OUT);
    await printer.end(NOT_BEGUN);
    await setup.advance(LIMITS.sale.claimLease);
    expect(office.order().tickets.map((ticket) => ticket.printState)).toEqual(['pending', 'pending']);
    await setup.health(READY);
    await kiosk.resume();
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
    expect(office.made.filter((name) => name === 'claimTickets')).toHaveLength(2);
  });

  it('prints nothing under a lease that had lapsed when its answer came, and claims anew', async () => {
    const { kiosk, office, printer, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.trouble.set('claimTickets', 'deaf');
    office.phone('succeeded');
    await setup.advance(seconds(30));
    expect(setup.phase()).toBe('print-stopped');
    await setup.advance(LIMITS.sale.claimLease);
    office.trouble.clear();
    await kiosk.resume();
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['not-printed', 'not-printed', 'started', 'printed', 'started', 'printed']);
  });

  it('gives back what a claim without an answer may have got, also when its guest has left after the lease', async () => {
    const { kiosk, office, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.trouble.set('claimTickets', 'deaf');
    office.phone('succeeded');
    await setup.advance(seconds(30));
    await setup.advance(LIMITS.sale.claimLease);
    office.trouble.clear();
    await kiosk.leave();
    await setup.settle();
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['not-printed', 'not-printed']);
  });
});

const printedElsewhere = (ticketId: TicketId, orderId: OrderId) =>
  ({
    t: 'print',
    d: { jobId: 'x', leaseId: 'other', orderId, ticketId, outcome: 'printed', evidence: 'print-confirmed' },
  }) as const;

const settled = async (kiosk: { session(): unknown }) => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  return kiosk.session();
};
