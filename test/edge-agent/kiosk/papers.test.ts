import { describe, expect, it } from 'vitest';
import { seconds } from '#core/base/time.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import type { PrintOutcome } from '#core/ports/ticket-printer.ts';
import { NOT_BEGUN, PAPER_ENDED_IN_TICKET, PAPER_OUT, PRINTED, READY, setUpKiosk } from './kiosk-setup.ts';

const wordsOn = (document: PaperDocument | undefined): string =>
  (document?.blocks ?? [])
    .flatMap((block) => (block.kind === 'text' ? block.runs.map(({ text }) => text) : block.kind === 'qr' ? [block.data] : []))
    .join('\n');

const NO_ECHO: PrintOutcome = { kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-ECHO', owner: 'device', message: 'no echo' } };

const paid = async (count = 2) => {
  const setup = await setUpKiosk();
  await setup.payUpToCode(count);
  setup.office.phone('succeeded');
  await setup.advance(seconds(1));
  return setup;
};

describe('the claim slip', () => {
  it('is printed where the printer still can, with the way to the rest and no code of a ticket', async () => {
    const { kiosk, printer, office } = await paid();
    await printer.end(NO_ECHO);
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', slip: 'printed' });
    const words = wordsOn(printer.papers[0]?.document);
    expect(words).toContain(office.order().pickUpCode);
    expect(words).toContain('E-PRN-ECHO');
    expect(words).toContain('不会重复扣款');
    expect(words).toContain('未出票 2 张');
    expect(words).not.toContain('CT1.');
  });

  it('is not printed by a printer that cannot, and not while a touch is enough to go on', async () => {
    const { kiosk, printer, ...setup } = await paid();
    await setup.health(PAPER_OUT);
    await printer.end(PAPER_ENDED_IN_TICKET);
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', slip: 'none' });
    await setup.health(READY);
    expect(kiosk.session()).toMatchObject({ canResume: true, slip: 'none' });
    await kiosk.resume();
    await printer.printAll();
    // Ticket 1 is still a person's matter: now there is nothing to touch, and the slip comes.
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', stop: 'needs-staff', slip: 'printed' });
    expect(wordsOn(printer.papers[0]?.document)).toContain('已出票 1 张');
  });

  it('comes once, whatever the printer does afterwards, and not for a guest who has left', async () => {
    const { kiosk, printer, ...setup } = await paid(1);
    await printer.end(NO_ECHO);
    await setup.health(PAPER_OUT);
    await setup.health(READY);
    expect(printer.papers).toHaveLength(1);
    await kiosk.leave();
    await setup.health(PAPER_OUT);
    await setup.health(READY);
    expect(printer.papers).toHaveLength(1);
  });

  it('is not printed by itself after a restart: somebody else may stand there', async () => {
    const { printer, ...setup } = await paid(1);
    printer.begin();
    await setup.powerCut();
    await setup.settle();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', uncertain: 1, slip: 'none' });
    expect(printer.papers).toEqual([]);
  });
});

describe('the receipt', () => {
  it('is printed when the guest asks, once, after every ticket', async () => {
    const { kiosk, printer, office, ...setup } = await paid();
    expect((await kiosk.receipt()).reply).toEqual({ kind: 'not-now' });
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', receipt: 'none' });
    expect((await kiosk.receipt()).reply).toEqual({ kind: 'session' });
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ phase: 'done', receipt: 'printed' });
    expect((await kiosk.receipt()).reply).toEqual({ kind: 'not-now' });
    const words = wordsOn(printer.papers[0]?.document);
    expect(words).toContain(office.order().id);
    expect(words).toContain('RECEIPT');
    expect(words).not.toContain('CT1.');
    expect(words).not.toContain(office.order().pickUpCode);
  });

  it('is not printed by a printer that is not well', async () => {
    const { kiosk, printer, ...setup } = await paid(1);
    await printer.printAll();
    await setup.health(PAPER_OUT);
    expect((await kiosk.receipt()).reply).toEqual({ kind: 'not-now' });
  });
});

describe('a reprint', () => {
  const printed = async () => {
    const setup = await paid(1);
    await setup.printer.printAll();
    await setup.kiosk.leave();
    const order = setup.office.order();
    const ticketId = order.tickets[0]?.id;
    if (ticketId === undefined) throw new Error('there is a ticket');
    return { ...setup, wish: { orderId: order.id, ticketId, by: 'Li', reason: 'damaged' } as const };
  };

  it('is marked, counted, audited, and told with its number', async () => {
    const { kiosk, printer, wish, ...setup } = await printed();
    const first = kiosk.reprint(wish);
    await printer.end(PRINTED);
    expect(await first).toEqual({ kind: 'printed', number: 1 });
    const second = kiosk.reprint(wish);
    await setup.settle();
    expect(printer.jobs[0]?.document.blocks).toEqual([{ kind: 'feed', lines: 2 }]);
    await printer.end(PRINTED);
    expect(await second).toEqual({ kind: 'printed', number: 2 });
    const told = setup
      .events()
      .flatMap((event) => (event.t === 'print' && event.d.reprint !== undefined ? [`${event.d.reprint} ${event.d.outcome}`] : []));
    expect(told).toEqual(['1 started', '1 printed', '2 started', '2 printed']);
    const audits = setup.events().flatMap((event) => (event.t === 'audit' && event.d.action === 'reprint-asked' ? [event.d.by] : []));
    expect(audits).toEqual(['Li', 'Li']);
    expect(setup.phase()).toBe('idle');
    expect(setup.time.pendingTimers()).toBe(0);
  });

  it('of a ticket that was not printed is refused, and prints nothing', async () => {
    const { kiosk, printer, office } = await setUpKiosk();
    const order = office.sellOnline(1);
    const wish = { orderId: order.id, ticketId: order.tickets[0]?.id ?? ('' as never), by: 'Li', reason: 'lost' } as const;
    expect(await kiosk.reprint(wish)).toEqual({ kind: 'refused', refusal: { code: 'not-printed', printState: 'pending' } });
    expect(printer.jobs).toEqual([]);
  });

  it('waits for no guest: it is not done while one is served', async () => {
    const { kiosk, wish, ...setup } = await printed();
    await kiosk.lookUp(setup.office.sellOnline(1).pickUpCode);
    expect(await kiosk.reprint(wish)).toEqual({ kind: 'not-now' });
  });

  it('that is not proven is told as such', async () => {
    const { kiosk, printer, wish } = await printed();
    const reprint = kiosk.reprint(wish);
    await printer.end(NO_ECHO);
    expect(await reprint).toMatchObject({ kind: 'uncertain', number: 1, fault: { code: 'E-PRN-ECHO' } });
  });

  it('that finds no paper gives its claim back', async () => {
    const { kiosk, printer, wish, ...setup } = await printed();
    await setup.health(PAPER_OUT);
    const reprint = kiosk.reprint(wish);
    await printer.end(NOT_BEGUN);
    expect(await reprint).toMatchObject({ kind: 'not-printed' });
    expect(setup.events().flatMap((event) => (event.t === 'print' && event.d.reprint === 1 ? [event.d.outcome] : []))).toEqual(['not-printed']);
  });

  it('that the power cut is uncertain afterwards, and is not printed again by itself', async () => {
    const { kiosk, printer, wish, ...setup } = await printed();
    void kiosk.reprint(wish);
    await setup.settle();
    printer.begin();
    const begun = printer.begun.length;
    await setup.powerCut();
    await setup.settle();
    expect(setup.events().flatMap((event) => (event.t === 'print' && event.d.reprint === 1 ? [event.d.outcome] : []))).toEqual([
      'started',
      'uncertain',
    ]);
    expect(printer.begun).toHaveLength(begun);
    expect(setup.phase()).toBe('idle');
  });

  it('gives an answered claim back when the answer was lost with the power', async () => {
    const { kiosk, printer, office, wish, ...setup } = await printed();
    office.trouble.set('reprintTicket', 'deaf');
    void kiosk.reprint(wish);
    await setup.settle();
    office.trouble.clear();
    await setup.powerCut();
    await setup.settle();
    expect(printer.jobs).toEqual([]);
    expect(setup.events().flatMap((event) => (event.t === 'print' && event.d.reprint === 1 ? [event.d.outcome] : []))).toEqual(['not-printed']);
  });
});

describe('staff', () => {
  it('go on with an order by its number', async () => {
    const { kiosk, printer, office } = await setUpKiosk();
    const order = office.sellOnline(2);
    expect((await kiosk.resumeOrder(order.id)).session).toMatchObject({ phase: 'printing', count: 2 });
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
  });

  it('say that a printer was switched off and on, and that is in the audit', async () => {
    const { kiosk, printer, ...setup } = await setUpKiosk();
    expect(kiosk.printerPowerCycled('printer-a', 'Li')).toBe(true);
    expect(kiosk.printerPowerCycled('printer-z', 'Li')).toBe(false);
    expect(printer.cycled).toEqual(['printer-a']);
    expect(setup.events().flatMap((event) => (event.t === 'audit' ? [`${event.d.action} ${event.d.by} ${event.d.detail}`] : []))).toEqual([
      'printer-power-cycled Li printer-a',
    ]);
  });
});

describe('the power goes between two steps', () => {
  const EVIDENCE = [undefined, 'print-confirmed', 'cut-confirmed', 'presented', 'taken'] as const;
  it.each(EVIDENCE.map((evidence) => ({ evidence, after: evidence === undefined || evidence === 'print-confirmed' ? 'uncertain' : 'printed' })))(
    'after $evidence: $after, and never printed again by itself',
    async ({ evidence, after }) => {
      const { printer, ...setup } = await paid(1);
      printer.begin();
      if (evidence !== undefined) printer.jobs[0]?.onEvidence?.(evidence);
      await setup.powerCut();
      await setup.advance(seconds(30));
      expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['started', after]);
      expect(printer.begun).toHaveLength(1);
      const told = setup
        .events()
        .flatMap((event) => (event.t === 'print' ? [event.d.evidence] : []))
        .at(-1);
      expect(told).toBe(evidence ?? 'none');
    },
  );

  it('before the first byte: back to the box office', async () => {
    const { printer, ...setup } = await paid(1);
    await setup.powerCut();
    await setup.settle();
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['not-printed']);
    expect(printer.begun).toEqual([]);
  });
});
