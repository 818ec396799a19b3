import { describe, expect, it } from 'vitest';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { connectPrinter, connectTo, job, outcomeOf, type PrinterBench, type PrinterPlug, paperDots, TICKET } from './printer-bench.ts';
import { createKeptMemory, languageOf, profileOf } from './printer-parts.ts';

const again = (bench: PrinterBench, model: Parameters<typeof connectPrinter>[0] = {}) =>
  connectTo(bench.printer, bench.time, undefined, { memory: bench.memory, ...(model.model === undefined ? {} : { model: model.model }) });

describe('a printer that confirms without a name (GS r)', () => {
  it('is believed for the print and not for the cut', async () => {
    const bench = await connectPrinter({ model: 'generic' });
    const told: string[] = [];
    const outcome = await outcomeOf(bench, job({ onEvidence: (evidence) => told.push(evidence) }));
    expect(outcome).toEqual({ kind: 'printed', evidence: 'print-confirmed' });
    expect(told).toEqual(['print-confirmed']);
    expect(bench.printer.papers()).toMatchObject([{ cut: true }]);
    expect(bench.memory.read()).toMatchObject({ mayHoldRemainder: false });
  });

  it('does not hide behind the name that it gives itself', async () => {
    const bench = await connectPrinter({ model: 'generic', before: (printer) => printer.setFault('echo-lost', true) });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-ECHO' } });
  });

  it('with a lost answer prints nothing more until it was switched off and on', async () => {
    const bench = await connectPrinter({ model: 'generic' });
    bench.printer.setFault('paper-out-mid-ticket', true);
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-PAPER' } });
    bench.printer.setFault('paper-out', true);
    await bench.time.advance(seconds(2));
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['paper-out', 'needs-power-cycle'] });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'not-printed', fault: { code: 'E-PRN-PAPER' } });

    // Switched off and on before the new roll goes in, as the technician page says.
    bench.printer.setFault('power-cut', true);
    await bench.time.settle();
    expect(await bench.session.ended).toMatchObject({ code: 'E-PRN-RESTART' });
    const before = paperDots(bench.printer);
    bench.printer.refill();
    const next = await again(bench, { model: 'generic' });
    await bench.time.advance(seconds(5));
    expect(paperDots(bench.printer)).toBe(before);
    expect(next.health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
    expect(await outcomeOf({ time: bench.time, session: next.session })).toMatchObject({ kind: 'printed' });
  });

  it('is believed again when a person says so, and only then, over connections and restarts', async () => {
    const bench = await connectPrinter({ model: 'generic' });
    bench.printer.setFault('echo-lost', true);
    await outcomeOf(bench);
    bench.printer.setFault('echo-lost', false);
    const next = await again(bench, { model: 'generic' });
    expect(next.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['needs-power-cycle'] });
    expect(await outcomeOf({ time: bench.time, session: next.session })).toMatchObject({ kind: 'not-printed', fault: { code: 'E-PRN-CLEAR' } });
    next.session.port.powerCycled();
    expect(next.health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
    expect(bench.memory.read().mayHoldRemainder).toBe(false);
    expect(await outcomeOf({ time: bench.time, session: next.session })).toMatchObject({ kind: 'printed' });
  });
});

describe('a printer that confirms nothing', () => {
  it('sends, and never calls it printed', async () => {
    const bench = await connectPrinter({ model: 'unconfirming' });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-UNCONFIRMED' } });
    expect(bench.printer.papers()).toMatchObject([{ cut: true }]);
    expect(bench.health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
  });

  it('says what it can: no paper, and that it may still hold something', async () => {
    const bench = await connectPrinter({ model: 'unconfirming' });
    bench.printer.setFault('paper-out-mid-ticket', true);
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', fault: { code: 'E-PRN-PAPER' } });
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['paper-out', 'needs-power-cycle'] });
  });
});

describe('a printer with a presenter', () => {
  it('tells when the ticket is at the output and when it was taken', async () => {
    const bench = await connectPrinter({ model: 'custom-vkp80' });
    const told: string[] = [];
    expect(await outcomeOf(bench, job({ onEvidence: (evidence) => told.push(evidence) }))).toEqual({ kind: 'printed', evidence: 'taken' });
    expect(told).toEqual(['print-confirmed', 'presented', 'taken']);
    expect(bench.health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
    expect(await outcomeOf(bench)).toMatchObject({ evidence: 'taken' });
  });

  it('draws back what nobody takes, and says so', async () => {
    const bench = await connectPrinter({ model: 'custom-vkp80', before: (printer) => printer.setFault('ticket-left', true) });
    const print = bench.session.port.print(job());
    await bench.time.advance(milliseconds(LIMITS.printer.takeTimeout - 2_000));
    expect(bench.printer.output).toMatchObject({ isTaken: false, retracted: [] });
    await bench.time.advance(seconds(10));
    expect(await print).toMatchObject({ kind: 'printed', evidence: 'presented', fault: { code: 'E-PRN-NOT-TAKEN' } });
    expect(bench.printer.output).toMatchObject({ isTaken: true, retracted: [1] });
    expect(bench.health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
  });

  it('prints nothing while a ticket of before a restart stands in the output, and draws that back too', async () => {
    const bench = await connectPrinter({ model: 'custom-vkp80', before: (printer) => printer.setFault('ticket-left', true) });
    const print = bench.session.port.print(job());
    await bench.time.advance(seconds(5));
    bench.printer.setFault('unplugged', true);
    await bench.time.settle();
    // The output was seen to hold it: that much is proven.
    expect(await print).toEqual({ kind: 'printed', evidence: 'presented' });
    bench.printer.setFault('unplugged', false);
    const next = await again(bench, { model: 'custom-vkp80' });
    expect(next.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['ticket-not-taken'] });
    expect(await outcomeOf({ time: bench.time, session: next.session })).toMatchObject({ kind: 'not-printed', fault: { code: 'E-PRN-NOT-TAKEN' } });
    await bench.time.advance(seconds(70));
    expect(bench.printer.output?.retracted).toEqual([1]);
    expect(next.health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
  });

  it('with paper jammed on its way out leaves the ticket to a person', async () => {
    const bench = await connectPrinter({ model: 'custom-vkp80' });
    bench.printer.onChange(() => {
      if (bench.printer.papers().some(({ cut }) => cut)) bench.printer.setFault('paper-jam', true);
    });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', evidence: 'print-confirmed', fault: { code: 'E-PRN-JAM' } });
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['paper-jam', 'needs-power-cycle'] });
  });

  it('whose next ticket jams in the presenter leaves it to a person', async () => {
    const bench = await connectPrinter({ model: 'custom-vkp80', before: (printer) => printer.setFault('presenter-jam', true) });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', evidence: 'print-confirmed', fault: { code: 'E-PRN-JAM' } });
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['paper-jam', 'needs-power-cycle'] });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'not-printed', fault: { code: 'E-PRN-JAM' } });
  });

  it('whose guest is quicker than its sensor has printed, and prints on', async () => {
    const bench = await connectPrinter({ model: 'custom-vkp80', before: (printer) => printer.setFault('pulled-early', true) });
    expect(await outcomeOf(bench)).toEqual({ kind: 'printed', evidence: 'print-confirmed' });
    expect(bench.printer.output).toMatchObject({ isTaken: true, retracted: [] });
    expect(await outcomeOf(bench)).toEqual({ kind: 'printed', evidence: 'taken' });
  });

  it('with the cover opened in mid-ticket is uncertain, and blocked until it was switched off and on', async () => {
    const bench = await connectPrinter({ model: 'custom-vkp80', mmPerSecond: 50 });
    const print = bench.session.port.print(job());
    await bench.time.advance(seconds(1));
    bench.printer.setFault('cover-open', true);
    await bench.time.advance(seconds(20));
    expect(await print).toMatchObject({ kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-COVER' } });
    bench.printer.setFault('cover-open', false);
    await bench.time.advance(seconds(2));
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['needs-power-cycle'] });
  });
});

describe('a printer that names the job (GS ( H)', () => {
  it('that lost its power in mid-ticket holds nothing any more', async () => {
    const bench = await connectPrinter({ mmPerSecond: 50 });
    const print = bench.session.port.print(job());
    await bench.time.advance(seconds(1));
    bench.printer.setFault('power-cut', true);
    await bench.time.settle();
    expect(await print).toMatchObject({ kind: 'uncertain', fault: { code: 'E-PRN-RESTART' } });
    expect(bench.memory.read().mayHoldRemainder).toBe(false);
    // The half that hung in the printer is cut off: the next guest's ticket is a piece of its own.
    await bench.time.advance(seconds(1));
    expect(bench.printer.papers().map(({ cut }) => cut)).toEqual([true]);
    const next = await again(bench);
    expect(await outcomeOf({ time: bench.time, session: next.session })).toMatchObject({ kind: 'printed' });
    expect(bench.printer.papers().map(({ cut }) => cut)).toEqual([true, true]);
  });

  it('that got half of a ticket is uncertain, and is emptied by the next connection', async () => {
    const bench = await connectPrinter({ before: (printer) => printer.setFault('half-write', true) });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain' });
    expect(bench.memory.read().mayHoldRemainder).toBe(true);
    const next = await again(bench);
    expect(bench.memory.read().mayHoldRemainder).toBe(false);
    // What hung in the printer is a piece of its own, and no part of the next guest's ticket.
    const before = bench.printer.papers();
    expect(before.map(({ cut }) => cut)).toEqual([true]);
    expect(await outcomeOf({ time: bench.time, session: next.session })).toMatchObject({ kind: 'printed', evidence: 'cut-confirmed' });
    const alone = await connectPrinter();
    await outcomeOf(alone);
    expect(bench.printer.papers()).toHaveLength(2);
    expect(bench.printer.papers().at(-1)?.heightDots).toBe(alone.printer.papers().at(-1)?.heightDots);
  });

  it('says that it stopped in the middle also when nothing else tells', async () => {
    const bench = await connectPrinter({ mmPerSecond: 50 });
    const print = bench.session.port.print(job());
    await bench.time.advance(seconds(1));
    bench.printer.setFault('head-hot', true);
    await bench.time.advance(seconds(1));
    expect(await print).toMatchObject({ kind: 'uncertain', fault: { code: 'E-PRN-HEAD' } });
  });

  it('does not print when what it may hold cannot be written down', async () => {
    const memory = createKeptMemory();
    const bench = await connectPrinter({ memory });
    memory.failing = new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'the disk is full' });
    let recorded = 0;
    const print = job({
      beforeFirstByte: () => {
        recorded += 1;
      },
    });
    expect(await outcomeOf(bench, print)).toMatchObject({ kind: 'not-printed', fault: { code: 'E-PRN-JOURNAL' } });
    expect(recorded).toBe(0);
    expect(bench.printer.papers()).toEqual([]);
  });

  it('has it on disk that it may hold something before its first byte', async () => {
    const memory = createKeptMemory();
    const bench = await connectPrinter({ memory });
    let noted = false;
    let sent = 0;
    const print = job({
      beforeFirstByte: () => {
        noted = memory.read().mayHoldRemainder;
        sent = bench.sentBytes();
      },
    });
    await outcomeOf(bench, print);
    expect(noted).toBe(true);
    expect(bench.sentBytes()).toBeGreaterThan(sent);
    expect(memory.read().mayHoldRemainder).toBe(false);
  });

  it('goes on with its tokens after a restart with the clock set back', async () => {
    const bench = await connectPrinter();
    await outcomeOf(bench);
    const used = bench.memory.read().lastToken;
    bench.time.jumpWall(milliseconds(-3_600_000));
    const next = await again(bench);
    await outcomeOf({ time: bench.time, session: next.session });
    expect(bench.memory.read().lastToken).toBe(used + 1);
  });
});

describe('a roll that ends soon', () => {
  it('is counted, and told as short while an order and its slip still fit', async () => {
    const bench = await connectPrinter({ before: (printer) => printer.setFault('paper-near-end', true) });
    for (let paper = 1; paper < LIMITS.printer.papersAfterLow; paper += 1) await outcomeOf(bench);
    expect(bench.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['paper-near-end'] });
    await outcomeOf(bench);
    expect(bench.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['paper-near-end', 'paper-short'] });
    const next = await again(bench);
    expect(next.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['paper-near-end', 'paper-short'] });
    bench.printer.refill();
    await bench.time.advance(seconds(2));
    await outcomeOf({ time: bench.time, session: next.session });
    expect(next.health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
    expect(bench.memory.read().papersSinceLow).toBe(0);
  });
});

describe('marked paper', () => {
  const marked = (model: 'epson' | 'custom-vkp80') => ({
    language: languageOf(profileOf(model), true),
    simulate: (machine: Parameters<PrinterPlug['simulate']>[0]) => createPrinterSimulator({ ...machine, model }),
  });

  it.each(['epson', 'custom-vkp80'] as const)('of %s: every ticket ends at a mark, whatever its length', async (model) => {
    const bench = await connectPrinter({ plug: marked(model) });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed' });
    expect(await outcomeOf(bench, job({ document: { ...TICKET, blocks: TICKET.blocks.slice(0, 8) } }))).toMatchObject({ kind: 'printed' });
    const [first, second] = bench.printer.papers().map(({ heightDots }) => heightDots);
    expect(first).toBe(second);
  });

  const offset = (startMm: number, cutMm: number) => ({
    language: languageOf({ ...profileOf('epson'), markOffsets: { startMm, cutMm, unitMm: 0.125 } }, true),
    simulate: (machine: Parameters<PrinterPlug['simulate']>[0]) => createPrinterSimulator({ ...machine, model: 'epson' as const }),
  });
  const lengths = async (plug: ReturnType<typeof offset>) => {
    const bench = await connectPrinter({ plug });
    for (const _ of [1, 2, 3]) expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed', evidence: 'cut-confirmed' });
    return bench.printer.papers().map(({ heightDots }) => heightDots);
  };

  it('with offsets in the profile is cut so far from the mark, and every ticket after the first is as long as without', async () => {
    const [first = 0, second, third] = await lengths(offset(0, 0));
    expect([second, third]).toEqual([first, first]);
    // Five millimetres are forty dots; the printer is told them in its own unit, with each paper.
    expect(await lengths(offset(5, 0))).toEqual([first + 40, first, first]);
    expect(await lengths(offset(-5, 0))).toEqual([first - 40, first, first]);
    expect(await lengths(offset(0, 3))).toEqual([first + 24, first, first]);
    expect(await lengths(offset(0, -3))).toEqual([first - 24, first, first]);
    expect(await lengths(offset(5, -3))).toEqual([first + 16, first, first]);
  });

  it('whose mark does not come stops the ticket, and is blocked', async () => {
    const bench = await connectPrinter({ plug: marked('epson'), before: (printer) => printer.setFault('mark-lost', true) });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', fault: { code: 'E-PRN-ERROR' } });
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['printer-error'] });
    bench.printer.setFault('mark-lost', false);
    bench.printer.tearOff();
    await bench.time.advance(seconds(2));
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed', evidence: 'cut-confirmed' });
  });
});
