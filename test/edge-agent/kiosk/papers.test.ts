import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { seconds } from '#core/base/time.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import type { PrintOutcome } from '#core/ports/ticket-printer.ts';
import { NOT_BEGUN, PAPER_ENDED_IN_TICKET, PAPER_OUT, PRINTED, READY, setUpKiosk } from './kiosk-setup.ts';
import { setUpPaidKiosk } from './paid-kiosk.ts';

const wordsOn = (document: PaperDocument | undefined): string =>
  (document?.blocks ?? [])
    .flatMap((block) => (block.kind === 'text' ? block.runs.map(({ text }) => text) : block.kind === 'qr' ? [block.data] : []))
    .join('\n');

const NO_ECHO: PrintOutcome = { kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-ECHO', owner: 'device', message: 'no echo' } };

describe('the claim slip', () => {
  it('is printed where the printer still can, with the way to the rest and no code of a ticket', async () => {
    const { kiosk, printer, office } = await setUpPaidKiosk();
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
    const { kiosk, printer, ...setup } = await setUpPaidKiosk();
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
    const { kiosk, printer, ...setup } = await setUpPaidKiosk(1);
    await printer.end(NO_ECHO);
    await setup.health(PAPER_OUT);
    await setup.health(READY);
    expect(printer.papers).toHaveLength(1);
    await kiosk.leave();
    await setup.health(PAPER_OUT);
    await setup.health(READY);
    expect(printer.papers).toHaveLength(1);
  });

  it('that did not come out may be asked for as soon as a printer is able to, and is marked where the first may be on paper', async () => {
    const { kiosk, printer, ...setup } = await setUpPaidKiosk(1);
    printer.paperEnds.push(NO_ECHO);
    await printer.end(NO_ECHO);
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', slip: 'failed', slipOffered: true });
    await setup.health(PAPER_OUT);
    expect(kiosk.session()).toMatchObject({ slipOffered: false });
    expect((await kiosk.claimSlip()).reply).toEqual({ kind: 'not-now' });
    await setup.health(READY);
    await kiosk.claimSlip();
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ slip: 'printed' });
    expect(printer.papers.map(({ document }) => wordsOn(document).includes('补打 COPY 1'))).toEqual([false, true]);
  });

  it('is not printed by itself after a restart: somebody else may stand there', async () => {
    const { printer, ...setup } = await setUpPaidKiosk(1);
    printer.begin();
    await setup.restart();
    await setup.settle();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', uncertain: 1, slip: 'none', slipOffered: true });
    expect(printer.papers).toEqual([]);
    expect((await setup.kiosk.claimSlip()).reply).toEqual({ kind: 'session' });
    await setup.settle();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', slip: 'printed', slipOffered: false });
    expect(wordsOn(printer.papers[0]?.document)).toContain('未出票 1 张');
    expect((await setup.kiosk.claimSlip()).reply).toEqual({ kind: 'not-now' });
  });
});

describe('a second claim slip', () => {
  it('is marked as one, also when the power went while the first was printed', async () => {
    const { printer, ...setup } = await setUpPaidKiosk(2);
    printer.paperEnds.push('never');
    await printer.end(NO_ECHO);
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', slip: 'printing' });
    await setup.restart();
    await setup.settle();
    expect(setup.sidePapers()).toEqual(['slip 0 started']);
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', canResume: true, slip: 'none' });
    await setup.kiosk.resume();
    await printer.end(NO_ECHO);
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', slip: 'printed', spokenSlip: { zh: 'slip aloud' } });
    expect(wordsOn(printer.papers.at(-1)?.document)).toContain('补打 COPY 1');
    expect(setup.sidePapers()).toEqual(['slip 0 started', 'slip 1 printed']);
  });
});

describe('the receipt', () => {
  it('is printed when the guest asks, once, after every ticket', async () => {
    const { kiosk, printer, office, ...setup } = await setUpPaidKiosk();
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

  it('that may be on paper is marked when it is asked for again; one that is surely not is no copy', async () => {
    const { kiosk, printer, office, ...setup } = await setUpPaidKiosk(1);
    await printer.printAll();
    printer.paperEnds.push({ kind: 'not-printed', fault: NO_ECHO.fault }, NO_ECHO);
    const after: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      await kiosk.receipt();
      await setup.settle();
      const session = kiosk.session();
      after.push(session.phase === 'done' ? (session.receipt ?? '') : session.phase);
    }
    expect(after).toEqual(['failed', 'failed', 'printed']);
    const marks = printer.papers.map(({ document }) => /补打 COPY \d/.exec(wordsOn(document))?.[0]);
    expect(marks).toEqual([undefined, undefined, '补打 COPY 1']);
    expect(setup.sidePapers()).toEqual(['receipt 0 not-printed E-PRN-ECHO', 'receipt 0 uncertain E-PRN-ECHO', 'receipt 1 printed']);
    expect(wordsOn(printer.papers[2]?.document)).toContain(office.order().id);
  });

  it('of a printer that never answers has failed after a while, and the next one is marked', async () => {
    const { kiosk, printer, ...setup } = await setUpPaidKiosk(1);
    await printer.printAll();
    printer.paperEnds.push('never');
    await kiosk.receipt();
    await setup.advance(LIMITS.printer.jobTimeout);
    expect(setup.sidePapers()).toEqual(['receipt 0 uncertain E-PRN-TIMEOUT']);
  });

  it('is not begun while the ledger cannot be written', async () => {
    const { kiosk, printer, ...setup } = await setUpPaidKiosk(1);
    await printer.printAll();
    setup.failLedger(true);
    await kiosk.receipt();
    await setup.settle();
    expect(printer.papers).toEqual([]);
  });

  it('comes by itself where the house wants that, after the last ticket of a purchase and not of a collection', async () => {
    const setup = await setUpKiosk({ receipts: 'always' });
    await setup.payUpToCode(2);
    setup.office.phone('succeeded');
    await setup.advance(seconds(1));
    await setup.printer.end(PRINTED);
    expect(setup.printer.papers).toEqual([]);
    await setup.printer.end(PRINTED);
    await setup.settle();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'done', receipt: 'printed', spokenReceipt: { en: 'receipt aloud' } });
    expect(wordsOn(setup.printer.papers[0]?.document)).toContain('RECEIPT');
    await setup.kiosk.leave();
    await setup.kiosk.lookUp(setup.office.sellOnline(1).pickUpCode);
    await setup.kiosk.print(undefined);
    await setup.printer.printAll();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'done', receipt: 'none' });
    expect(setup.printer.papers).toHaveLength(1);
  });

  it('is not printed by a printer that is not well', async () => {
    const { kiosk, printer, ...setup } = await setUpPaidKiosk(1);
    await printer.printAll();
    await setup.health(PAPER_OUT);
    expect((await kiosk.receipt()).reply).toEqual({ kind: 'not-now' });
  });
});

describe('a reprint', () => {
  const printed = async () => {
    const setup = await setUpPaidKiosk(1);
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
    await setup.restart();
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
    await setup.restart();
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
      const { printer, ...setup } = await setUpPaidKiosk(1);
      printer.begin();
      if (evidence !== undefined) printer.jobs[0]?.onEvidence?.(evidence);
      await setup.restart();
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
    const { printer, ...setup } = await setUpPaidKiosk(1);
    await setup.restart();
    await setup.settle();
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['not-printed']);
    expect(printer.begun).toEqual([]);
  });
});
