import { describe, expect, it } from 'vitest';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { ticketPrinterDriver } from '#drivers/ticket-printer/driver.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { connectPrinter, connectTo, job, outcomeOf, paperDots, TICKET } from './printer-bench.ts';
import { createKeptMemory, EPSON, languageOf } from './printer-parts.ts';

const OPTIONS = () => ({ columns: 48, language: languageOf(EPSON), memory: createKeptMemory() });

describe('a printer that is well', () => {
  it('prints, cuts and proves both', async () => {
    const bench = await connectPrinter();
    expect(await outcomeOf(bench)).toEqual({ kind: 'printed', evidence: 'cut-confirmed' });
    expect(bench.printer.papers()).toMatchObject([{ number: 1, cut: true }]);
    expect(bench.health).toEqual([
      { kind: 'connecting', reasons: [] },
      { kind: 'ready', reasons: [] },
    ]);
    expect(bench.session.counters()).toMatchObject({ garbage: 0, timeouts: 0 });
  });

  it('prints one job after another, in their order', async () => {
    const bench = await connectPrinter();
    const order: string[] = [];
    const prints = ['a', 'b', 'c'].map((jobId) =>
      bench.session.port.print(job({ jobId, beforeFirstByte: () => order.push(jobId) })).then((outcome) => outcome.kind),
    );
    await bench.time.advance(seconds(20));
    expect(await Promise.all(prints)).toEqual(['printed', 'printed', 'printed']);
    expect(order).toEqual(['a', 'b', 'c']);
    expect(bench.printer.papers().map(({ cut }) => cut)).toEqual([true, true, true]);
  });

  it('says so only after the paper is out', async () => {
    const bench = await connectPrinter({ mmPerSecond: 50 });
    let outcome: unknown;
    void bench.session.port.print(job()).then((result) => {
      outcome = result;
    });
    await bench.time.advance(seconds(1));
    expect(bench.printer.papers()).toMatchObject([{ cut: false }]);
    expect(outcome).toBeUndefined();
    await bench.time.advance(seconds(4));
    expect(outcome).toMatchObject({ kind: 'printed' });
  });

  it('refuses more jobs than it may hold, without losing the others', async () => {
    const bench = await connectPrinter();
    const prints = Array.from({ length: LIMITS.printer.jobsWaitingMax + 2 }, () => bench.session.port.print(job()));
    expect(await prints.at(-1)).toMatchObject({ kind: 'not-printed', fault: { code: 'E-PRN-BUSY' } });
    await bench.time.advance(seconds(60));
    expect((await Promise.all(prints.slice(0, -1))).every(({ kind }) => kind === 'printed')).toBe(true);
  });
});

describe('before the first byte', () => {
  it.each([
    ['paper-out', 'E-PRN-PAPER', 'paper-out'],
    ['cover-open', 'E-PRN-COVER', 'cover-open'],
    ['head-hot', 'E-PRN-HEAD', 'head-hot'],
    ['offline', 'E-PRN-OFFLINE', 'printer-offline'],
  ])('%s is found, nothing is sent, and the fault is %s', async (fault, code, reason) => {
    const bench = await connectPrinter();
    bench.printer.setFault(fault, true);
    await bench.time.settle();
    let recorded = 0;
    const outcome = await outcomeOf(
      bench,
      job({
        beforeFirstByte: () => {
          recorded += 1;
        },
      }),
    );
    expect(outcome).toMatchObject({ kind: 'not-printed', fault: { code, device: 'printer' } });
    expect(recorded).toBe(0);
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: [reason] });

    bench.printer.setFault(fault, false);
    await bench.time.settle();
    expect(bench.health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed' });
  });

  it('paper that is nearly out still prints', async () => {
    const bench = await connectPrinter({ before: (printer) => printer.setFault('paper-near-end', true) });
    expect(bench.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['paper-near-end'] });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed' });
  });

  it.each(['epson', 'generic'] as const)(
    '%s: a printer that is well is asked little; what does not take it offline is known within four seconds',
    async (model) => {
      const bench = await connectPrinter({ model });
      const before = bench.sentBytes();
      await bench.time.advance(seconds(8));
      // Three bytes a question: three looks with one, then one with four, twice.
      expect(bench.sentBytes() - before).toBe(2 * (3 * 3 + 4 * 3));
      bench.printer.setFault('paper-near-end', true);
      await bench.time.advance(seconds(4));
      expect(bench.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['paper-near-end'] });
      bench.printer.setFault('cover-open', true);
      await bench.time.advance(seconds(1));
      expect(bench.health.at(-1)).toMatchObject({ kind: 'blocked', reasons: ['cover-open'] });
      bench.printer.setFault('cover-open', false);
      bench.printer.setFault('paper-near-end', false);
      await bench.time.advance(seconds(1));
      expect(bench.health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
    },
  );

  it('an attempt that cannot be recorded is not made', async () => {
    const bench = await connectPrinter();
    const outcome = await outcomeOf(
      bench,
      job({
        beforeFirstByte: () => {
          throw new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'the disk is full' });
        },
      }),
    );
    expect(outcome).toMatchObject({ kind: 'not-printed', fault: { code: 'E-PRN-JOURNAL' } });
    expect(bench.printer.papers()).toEqual([]);
  });

  it('a line that closed in between sends nothing', async () => {
    const bench = await connectPrinter();
    const outcome = await outcomeOf(bench, job({ beforeFirstByte: () => bench.printer.setFault('unplugged', true) }));
    expect(outcome).toMatchObject({ kind: 'not-printed', fault: { code: 'E-PRN-LINK' } });
    expect(bench.printer.papers()).toEqual([]);
  });

  it('a paper too wide, or with a hostile bar code, is refused and the next one printed', async () => {
    const bench = await connectPrinter();
    expect(await outcomeOf(bench, job({ document: { ...TICKET, columns: 64 } }))).toMatchObject({
      kind: 'not-printed',
      fault: { code: 'E-PRN-DOCUMENT' },
    });
    const hostile = { kind: 'qr', data: '\u0010\u0014\u0008', moduleDots: 6, errorCorrection: 'M' } as const;
    expect(await outcomeOf(bench, job({ document: { ...TICKET, blocks: [hostile] } }))).toMatchObject({ fault: { code: 'E-PRN-DOCUMENT' } });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed' });
  });
});

describe('in the middle of a ticket', () => {
  it('the paper ends: uncertain, and nothing more comes out with the new roll', async () => {
    const bench = await connectPrinter();
    bench.printer.setFault('paper-out-mid-ticket', true);
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-PAPER' } });
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['paper-out'] });
    const before = paperDots(bench.printer);
    expect(before).toBeGreaterThan(0);

    bench.printer.refill();
    await bench.time.advance(seconds(30));
    expect(paperDots(bench.printer)).toBe(before);
    expect(bench.health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed' });
  });

  it('the cover is opened: uncertain, and closing it brings nothing out', async () => {
    const bench = await connectPrinter({ mmPerSecond: 50 });
    const print = bench.session.port.print(job());
    await bench.time.advance(seconds(1));
    bench.printer.setFault('cover-open', true);
    await bench.time.settle();
    expect(await print).toMatchObject({ kind: 'uncertain', fault: { code: 'E-PRN-COVER' } });
    await bench.time.advance(seconds(2));
    const before = paperDots(bench.printer);
    bench.printer.setFault('cover-open', false);
    await bench.time.advance(seconds(30));
    expect(paperDots(bench.printer)).toBe(before);
  });

  it('the cable is pulled: uncertain, the session ends, and the next one first empties the printer', async () => {
    const bench = await connectPrinter({ mmPerSecond: 50 });
    const print = bench.session.port.print(job());
    await bench.time.advance(milliseconds(500));
    bench.printer.setFault('cover-open', true);
    bench.printer.setFault('unplugged', true);
    await bench.time.settle();
    expect(await print).toMatchObject({ kind: 'uncertain', fault: { code: expect.stringMatching(/E-PRN-(LINK|COVER)/) } });
    expect(await bench.session.ended).toMatchObject({ code: 'E-LNK-LOST' });

    const before = paperDots(bench.printer);
    bench.printer.setFault('unplugged', false);
    const next = await connectTo(bench.printer, bench.time);
    bench.printer.setFault('cover-open', false);
    await bench.time.advance(seconds(30));
    expect(paperDots(bench.printer)).toBe(before);
    expect(await outcomeOf({ time: bench.time, session: next.session })).toMatchObject({ kind: 'printed' });
  });

  it('a pulled cable alone is uncertain too', async () => {
    const bench = await connectPrinter({ mmPerSecond: 50 });
    const print = bench.session.port.print(job());
    await bench.time.advance(milliseconds(500));
    bench.printer.setFault('unplugged', true);
    await bench.time.settle();
    expect(await print).toMatchObject({ kind: 'uncertain', fault: { code: 'E-PRN-LINK' } });
    expect(await bench.session.port.print(job())).toMatchObject({ kind: 'not-printed' });
  });

  it('the cutter jams: printed by its echo, but not in the guest’s hand', async () => {
    const bench = await connectPrinter();
    bench.printer.setFault('cutter-jam', true);
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', evidence: 'print-confirmed', fault: { code: 'E-PRN-CUT' } });
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['cutter-jam'] });
    expect(bench.printer.papers()).toMatchObject([{ cut: false }]);
  });

  it.each([['the cut'], ['everything', 'echo-lost']] as const)(
    'the cutter is freed and the paper left in it, %s unconfirmed: the next ticket comes alone',
    async (_, ...more) => {
      const bench = await connectPrinter();
      for (const fault of ['cutter-jam', ...more]) bench.printer.setFault(fault, true);
      expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', fault: { code: 'E-PRN-CUT' } });
      for (const fault of ['cutter-jam', ...more]) bench.printer.setFault(fault, false);
      await bench.time.advance(seconds(5));
      expect(bench.health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
      expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed' });
      expect(bench.printer.papers().map(({ cut }) => cut)).toEqual([true, true]);
    },
  );

  it.each(['kept at once', 'on a disk that was full'])(
    'the cutter is freed while the kiosk is off (%s): the next ticket comes alone',
    async (how) => {
      const bench = await connectPrinter();
      bench.printer.setFault('cutter-jam', true);
      const isFull = how === 'on a disk that was full';
      const refused = isFull ? new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'the disk is full' }) : undefined;
      const begun = job({
        beforeFirstByte: () => {
          bench.memory.failing = refused;
        },
      });
      expect(await outcomeOf(bench, begun)).toMatchObject({ kind: 'uncertain', fault: { code: 'E-PRN-CUT' } });
      bench.memory.failing = undefined;
      await bench.time.advance(seconds(2));
      bench.printer.setFault('unplugged', true);
      await bench.time.settle();
      bench.printer.setFault('cutter-jam', false);
      bench.printer.setFault('unplugged', false);
      const next = await connectTo(bench.printer, bench.time, undefined, { memory: bench.memory });
      expect(await outcomeOf({ time: bench.time, session: next.session })).toMatchObject({ kind: 'printed' });
      expect(bench.printer.papers().map(({ cut }) => cut)).toEqual([true, true]);
      expect(bench.memory.read().mayHang).toBe(false);
    },
  );

  it('the confirmation gets lost: uncertain, never printed', async () => {
    const bench = await connectPrinter({ before: (printer) => printer.setFault('echo-lost', true) });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-ECHO' } });
    expect(bench.session.counters().timeouts).toBe(1);
    bench.printer.setFault('echo-lost', false);
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed' });
  });

  it('only the confirmation of the cut gets lost: printed, without proof of the cut', async () => {
    const bench = await connectPrinter();
    bench.printer.onChange(() => {
      if (bench.printer.papers().some(({ cut }) => cut)) bench.printer.setFault('echo-lost', true);
    });
    expect(await outcomeOf(bench)).toEqual({ kind: 'printed', evidence: 'print-confirmed' });
  });

  it('garbage on the line neither confirms nor breaks anything', async () => {
    const bench = await connectPrinter({ mmPerSecond: 50 });
    const print = bench.session.port.print(job());
    for (let burst = 0; burst < 5; burst += 1) {
      await bench.time.advance(milliseconds(300));
      bench.printer.setFault('garbage', true);
    }
    await bench.time.advance(seconds(20));
    expect((await print).kind).toMatch(/printed|uncertain/);
    expect(bench.session.counters().garbage).toBeGreaterThan(0);
    await bench.time.advance(seconds(5));
    expect(bench.health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed' });
  });
});

/** A cable on which the host's bytes vanish from some moment on, and nothing closes. */
function deadEnd(isDead: () => boolean) {
  return (transport: ReturnType<typeof memoryTransport>): ReturnType<typeof memoryTransport> => ({
    place: transport.place,
    open: async (events) => {
      const opened = await transport.open(events);
      if (!opened.ok) return err(opened.error);
      const link = opened.value;
      return ok({
        get isOpen() {
          return link.isOpen;
        },
        write: async (bytes: Uint8Array) => (isDead() ? ok() : await link.write(bytes)),
        close: () => link.close(),
      });
    },
  });
}

describe('a printer that falls silent', () => {
  it('ends the session after three questions without an answer', async () => {
    let isDead = false;
    const bench = await connectPrinter({ cable: deadEnd(() => isDead) });
    isDead = true;
    await bench.time.advance(seconds(6));
    expect(await bench.session.ended).toMatchObject({ code: 'E-PRN-SILENT' });
    expect(bench.time.pendingTimers()).toBe(0);
  });

  it('is never connected when it was silent from the start', async () => {
    const time = createVirtualTime();
    const transport = deadEnd(() => true)(memoryTransport(createPrinterSimulator({ ...time })));
    const connecting = ticketPrinterDriver.connect({ ...time, device: 'printer', transport, onHealth: () => undefined }, OPTIONS());
    await time.advance(seconds(10));
    expect(await connecting).toMatchObject({ ok: false, error: { code: 'E-PRN-SILENT' } });
    expect(time.pendingTimers()).toBe(0);
  });

  it('leaves a job uncertain when it swallowed it', async () => {
    let isDead = false;
    const bench = await connectPrinter({ cable: deadEnd(() => isDead) });
    const outcome = await outcomeOf(
      bench,
      job({
        beforeFirstByte: () => {
          isDead = true;
        },
      }),
    );
    expect(outcome).toMatchObject({ kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-CLEAR' } });
    expect(await bench.session.ended).toMatchObject({ code: 'E-PRN-CLEAR' });
  });

  it('is not there when it is unplugged', async () => {
    const time = createVirtualTime();
    const printer = createPrinterSimulator({ ...time });
    printer.setFault('unplugged', true);
    const context = { ...time, device: 'printer', transport: memoryTransport(printer), onHealth: () => undefined };
    expect(await ticketPrinterDriver.connect(context, OPTIONS())).toMatchObject({ ok: false, error: { code: 'E-LNK-ABSENT' } });
  });
});

describe('stopping', () => {
  it('ends an idle session without a fault, and tells no health afterwards', async () => {
    const bench = await connectPrinter();
    await bench.session.stop();
    expect(await bench.session.ended).toBeUndefined();
    const told = bench.health.length;
    bench.printer.setFault('cover-open', true);
    await bench.time.advance(seconds(5));
    expect(bench.health.length).toBe(told);
    expect(bench.time.pendingTimers()).toBe(0);
    expect(await bench.session.port.print(job())).toMatchObject({ kind: 'not-printed', fault: { code: 'E-PRN-STOPPED' } });
  });

  it('lets the job in hand finish and refuses the rest', async () => {
    const bench = await connectPrinter();
    const first = bench.session.port.print(job());
    const second = bench.session.port.print(job());
    const stopped = bench.session.stop();
    await bench.time.advance(seconds(10));
    await stopped;
    expect(await first).toMatchObject({ kind: 'printed' });
    expect(await second).toMatchObject({ kind: 'not-printed', fault: { code: 'E-PRN-STOPPED' } });
  });
});
