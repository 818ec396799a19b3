import { describe, expect, it } from 'vitest';
import { createPrintLedger } from '#agent/ledger/print-ledger.ts';
import { createSaleJournal } from '#agent/ledger/sale-journal.ts';
import { seconds } from '#core/base/time.ts';
import { PRINTED, setUpKiosk } from './kiosk-setup.ts';
import { setUpPaidKiosk } from './paid-kiosk.ts';

describe('the print ledger', () => {
  it('never calls printed what no printer proved', async () => {
    const { ledger } = await setUpPaidKiosk();
    const write = (evidence: string) => ledger.database.prepare(`UPDATE print_job SET state = 'printed', settled = 1, evidence = ?`).run(evidence);
    expect(() => write('accepted')).toThrow(/CHECK/);
    expect(() => write('none')).toThrow(/CHECK/);
  });

  it('starts a job only once without proof that nothing is on paper', async () => {
    const { printer, ledger, time } = await setUpPaidKiosk();
    const prints = createPrintLedger(ledger);
    const [job] = printer.jobs;
    job?.beforeFirstByte();
    expect(() => prints.start(job?.jobId ?? '', 'printer', time.clock.wall())).toThrow(/cannot be started/);
  });

  it('settles a job only once', async () => {
    const { printer, ledger, time } = await setUpPaidKiosk();
    const jobId = printer.jobs[0]?.jobId ?? '';
    await printer.end(PRINTED);
    const prints = createPrintLedger(ledger);
    expect(() => ledger.transaction(() => prints.giveBack(jobId, time.clock.wall()))).toThrow(/settled before/);
    expect(() => prints.start(jobId, 'printer', time.clock.wall())).toThrow(/cannot be started/);
  });
});

describe('the journal', () => {
  it('is written once and never changed', async () => {
    const { ledger } = await setUpPaidKiosk();
    expect(() => ledger.database.prepare(`UPDATE journal_step SET detail = ''`).run()).toThrow(/written once/);
  });

  it('keeps neither the code of a ticket nor the address of a payment', async () => {
    const { office, printer, ledger } = await setUpPaidKiosk();
    await printer.printAll();
    const [order] = office.orders.values();
    const kept = ['sale', 'delivery', 'print_job', 'journal_step', 'outbox']
      .flatMap((table) => ledger.database.prepare(`SELECT * FROM ${table}`).all())
      .map((row) => JSON.stringify(row))
      .join('\n');
    expect(kept).toContain(order?.id);
    expect(kept).not.toContain('CT1.');
    expect(kept).not.toContain('/pay/');
    expect(kept).not.toContain(order?.pickUpCode);
  });

  it('reads back what it wrote', async () => {
    const { ledger, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    const [open, ...others] = createSaleJournal(ledger).readOpen();
    expect(others).toEqual([]);
    expect(open?.sale).toMatchObject({
      stage: { kind: 'paying' },
      attempts: 1,
      attemptKey: `${open?.sale.id}-p1`,
      basket: { lines: [{ seatId: '5-08', ticketType: 'adult' }, {}], submitTotal: { minor: 9_600, currency: 'CNY' } },
      scene: { film: { en: 'Sample Film' } },
      attended: false,
    });
  });
});

describe('the log', () => {
  it('contains no code, whatever went wrong', async () => {
    const { kiosk, office, printer, logged, ...setup } = await setUpKiosk();
    for (const call of ['holdSeats', 'createOrder', 'startPayment', 'readPayment', 'claimTickets', 'lookUp'] as const) {
      office.trouble.set(call, 'deaf');
      await setup.choose();
      await kiosk.pay();
      await setup.advance(seconds(10));
      if (office.attempts.size > 0) office.phone('succeeded');
      await setup.advance(seconds(10));
      await setup.scan('482917305662');
      await setup.scan('134567890123456789');
      await printer.printAll();
      await kiosk.leave();
      office.trouble.clear();
      await setup.advance(seconds(400));
      office.seats.clear();
    }
    expect(logged.length).toBeGreaterThan(5);
    const text = logged.join('\n');
    for (const order of office.orders.values()) expect(text).not.toContain(order.pickUpCode);
    for (const key of office.attempts.keys()) expect(text).not.toContain(key);
    expect(text).not.toMatch(/CT1\.|482917305662|134567890123456789/);
  });
});
