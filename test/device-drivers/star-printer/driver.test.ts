import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '#core/base/time.ts';
import type { Link, Transport } from '#core/ports/link.ts';
import { connectPrinter, connectTo, job, outcomeOf, paperDots } from '#test/device-drivers/escpos-printer/printer-bench.ts';
import type { VirtualTime } from '#test/support/virtual-time.ts';
import { starLanguageOf, starPlug } from './star-parts.ts';

const connect = (
  model: Parameters<typeof starPlug>[0] = 'star-chinese',
  options: Omit<NonNullable<Parameters<typeof connectPrinter>[0]>, 'plug'> = {},
) => connectPrinter({ ...options, plug: starPlug(model) });

describe('a Star printer', () => {
  it('proves print and cut by its counter', async () => {
    const bench = await connect();
    const told: string[] = [];
    expect(await outcomeOf(bench, job({ onEvidence: (evidence) => told.push(evidence) }))).toEqual({ kind: 'printed', evidence: 'cut-confirmed' });
    expect(told).toEqual(['print-confirmed', 'cut-confirmed']);
    expect(bench.printer.papers()).toMatchObject([{ cut: true }]);
    expect(bench.memory.read().mayHoldRemainder).toBe(false);
    expect(bench.session.counters()).toMatchObject({ garbage: 0, timeouts: 0 });
  });

  it('is understood over Ethernet, where its reports are longer', async () => {
    const bench = await connectPrinter({ plug: starPlug('star', true) });
    expect(await outcomeOf(bench)).toEqual({ kind: 'printed', evidence: 'cut-confirmed' });
  });

  it('goes on over the end of its counter', async () => {
    const bench = await connect('star-chinese', { mmPerSecond: 0 });
    for (let paper = 0; paper < 40; paper += 1) expect(await outcomeOf(bench)).toEqual({ kind: 'printed', evidence: 'cut-confirmed' });
    expect(bench.printer.papers().every(({ cut }) => cut)).toBe(true);
  });

  it('is called printed only after the paper is out', async () => {
    const bench = await connect('star-chinese', { mmPerSecond: 50 });
    let outcome: unknown;
    void bench.session.port.print(job()).then((result) => {
      outcome = result;
    });
    await bench.time.advance(seconds(2));
    expect(bench.printer.papers()).toMatchObject([{ cut: false }]);
    expect(outcome).toBeUndefined();
    await bench.time.advance(seconds(6));
    expect(outcome).toMatchObject({ kind: 'printed' });
  });

  it('with a lost count is uncertain after the wait, and blocked until it was switched off and on', async () => {
    const bench = await connect();
    await outcomeOf(bench);
    bench.printer.setFault('echo-lost', true);
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-ECHO' } });
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['needs-power-cycle'] });
    bench.printer.setFault('echo-lost', false);
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'not-printed', fault: { code: 'E-PRN-CLEAR' } });
    bench.session.port.powerCycled();
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed' });
  });

  it('whose counter does not move is not printed on at all', async () => {
    const bench = await connect('star-chinese', { before: (printer) => printer.setFault('echo-lost', true) });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'not-printed', fault: { code: 'E-PRN-ECHO' } });
    expect(bench.printer.papers()).toEqual([]);
  });

  it.each([
    ['paper-out', 'E-PRN-PAPER', 'paper-out'],
    ['cover-open', 'E-PRN-COVER', 'cover-open'],
    ['head-hot', 'E-PRN-HEAD', 'head-hot'],
    ['offline', 'E-PRN-OFFLINE', 'printer-offline'],
  ])('%s is found before the first byte: %s', async (fault, code, reason) => {
    const bench = await connect();
    bench.printer.setFault(fault, true);
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'not-printed', fault: { code } });
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: [reason] });
    expect(bench.printer.papers()).toEqual([]);
  });

  it.each([
    ['paper-out-mid-ticket', 'E-PRN-PAPER'],
    ['cutter-jam', 'E-PRN-CUT'],
  ])('%s in a ticket is uncertain: %s', async (fault, code) => {
    const bench = await connect();
    bench.printer.setFault(fault, true);
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', fault: { code } });
    expect(bench.health.at(-1)).toMatchObject({ kind: 'blocked' });
  });

  it('that gets a new roll prints the stale rest, which is why it stays blocked', async () => {
    const bench = await connect();
    bench.printer.setFault('paper-out-mid-ticket', true);
    await outcomeOf(bench);
    const before = paperDots(bench.printer);
    bench.printer.refill();
    await bench.time.advance(seconds(5));
    expect(paperDots(bench.printer)).toBeGreaterThan(before);
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['needs-power-cycle'] });
  });

  it('that loses its power in mid-ticket is never called printed, wherever its counter stood', { timeout: 20_000 }, async () => {
    for (const papersBefore of [0, 1, 14, 15]) {
      const slow = await connect('star-chinese', { mmPerSecond: 50 });
      for (let paper = 0; paper < papersBefore; paper += 1) await outcomeOf(slow);
      const print = slow.session.port.print(job());
      await slow.time.advance(seconds(1));
      slow.printer.setFault('power-cut', true);
      await slow.time.advance(seconds(20));
      expect(await print).toMatchObject({ kind: 'uncertain', fault: { code: 'E-PRN-ECHO' } });
    }
  });

  it('that restarts while bytes still come counts the fences of half a ticket, and is not believed', async () => {
    const bench = await connect('star-chinese', { mmPerSecond: 50, cable: slowCable });
    const print = bench.session.port.print(job());
    await bench.time.advance(milliseconds(300));
    bench.printer.setFault('power-cut', true);
    await bench.time.advance(seconds(30));
    expect(await print).toMatchObject({ kind: 'uncertain' });
  });

  it('survives garbage, a line that breaks, and being unplugged', async () => {
    const bench = await connect();
    bench.printer.setFault('garbage', true);
    await bench.time.advance(seconds(3));
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed' });
    bench.printer.setFault('half-write', true);
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', fault: { code: 'E-PRN-LINK' } });
    const next = await connectTo(bench.printer, bench.time, undefined, { language: starLanguageOf('star-chinese'), memory: bench.memory });
    expect(next.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['needs-power-cycle'] });
    bench.printer.setFault('unplugged', true);
    await bench.time.settle();
    expect(await next.session.ended).toBeDefined();
  });

  it('with the near-end sensor set is degraded', async () => {
    const bench = await connect('star-chinese', { before: (printer) => printer.setFault('paper-near-end', true) });
    expect(bench.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['paper-near-end'] });
  });

  it('without a counter is never called printed', async () => {
    const bench = await connect('star-without-counter');
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-UNCONFIRMED' } });
    expect(bench.printer.papers()).toMatchObject([{ cut: true }]);
  });
});

describe('a Star printer that answers to its fences', () => {
  it('proves print and cut by the name of the job', async () => {
    const bench = await connect('star-print-end');
    const told: string[] = [];
    expect(await outcomeOf(bench, job({ onEvidence: (evidence) => told.push(evidence) }))).toEqual({ kind: 'printed', evidence: 'cut-confirmed' });
    expect(told).toEqual(['print-confirmed', 'cut-confirmed']);
    expect(bench.session.counters()).toMatchObject({ garbage: 0, timeouts: 0 });
    for (let paper = 0; paper < 40; paper += 1) expect(await outcomeOf(bench)).toEqual({ kind: 'printed', evidence: 'cut-confirmed' });
  });

  it('is called printed only after the paper is out', async () => {
    const bench = await connect('star-print-end', { mmPerSecond: 50 });
    let outcome: unknown;
    void bench.session.port.print(job()).then((result) => {
      outcome = result;
    });
    await bench.time.advance(seconds(2));
    expect(outcome).toBeUndefined();
    await bench.time.advance(seconds(6));
    expect(outcome).toMatchObject({ kind: 'printed' });
  });

  it('whose answer is lost is uncertain, and the answer of another job proves nothing', async () => {
    const bench = await connect('star-print-end');
    bench.printer.setFault('echo-lost', true);
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', evidence: 'accepted', fault: { code: 'E-PRN-ECHO' } });
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['needs-power-cycle'] });
    bench.printer.setFault('echo-lost', false);
    bench.session.port.powerCycled();
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed' });
  });

  it.each([
    ['paper-out-mid-ticket', 'E-PRN-PAPER'],
    ['cutter-jam', 'E-PRN-CUT'],
  ])('%s in a ticket is seen at once, long before the answer would be missed', async (fault, code) => {
    const bench = await connect('star-print-end');
    bench.printer.setFault(fault, true);
    let outcome: unknown;
    void bench.session.port.print(job()).then((result) => {
      outcome = result;
    });
    await bench.time.advance(seconds(4));
    expect(outcome).toMatchObject({ kind: 'uncertain', fault: { code } });
  });

  it('that gets a new roll prints nothing of the document that was cut short, is blocked all the same, and prints the next one', async () => {
    const bench = await connect('star-print-end');
    bench.printer.setFault('paper-out-mid-ticket', true);
    await outcomeOf(bench);
    const before = paperDots(bench.printer);
    bench.printer.refill();
    await bench.time.advance(seconds(5));
    expect(paperDots(bench.printer)).toBe(before);
    expect(bench.health.at(-1)).toEqual({ kind: 'blocked', reasons: ['needs-power-cycle'] });
    bench.session.port.powerCycled();
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'printed' });
  });

  it('that restarts in a ticket is never called printed', async () => {
    const bench = await connect('star-print-end', { mmPerSecond: 50, cable: slowCable });
    const print = bench.session.port.print(job());
    await bench.time.advance(milliseconds(300));
    bench.printer.setFault('power-cut', true);
    await bench.time.advance(seconds(30));
    expect(await print).toMatchObject({ kind: 'uncertain' });
  });
});

describe('a Star printer with a presenter', () => {
  it('tells when the ticket is at the output and when it was taken', async () => {
    const bench = await connect('star-tup900');
    const told: string[] = [];
    expect(await outcomeOf(bench, job({ onEvidence: (evidence) => told.push(evidence) }))).toEqual({ kind: 'printed', evidence: 'taken' });
    expect(told).toEqual(['print-confirmed', 'cut-confirmed', 'presented', 'taken']);
  });

  it('draws back what nobody takes', async () => {
    const bench = await connect('star-tup900', { before: (printer) => printer.setFault('ticket-left', true) });
    const print = bench.session.port.print(job());
    await bench.time.advance(seconds(75));
    expect(await print).toMatchObject({ kind: 'printed', evidence: 'presented', fault: { code: 'E-PRN-NOT-TAKEN' } });
    expect(bench.printer.output?.retracted).toEqual([1]);
  });

  it('jammed in its presenter leaves the ticket to a person', async () => {
    const bench = await connect('star-tup900', { before: (printer) => printer.setFault('presenter-jam', true) });
    expect(await outcomeOf(bench)).toMatchObject({ kind: 'uncertain', evidence: 'print-confirmed', fault: { code: 'E-PRN-JAM' } });
  });

  it('whose guest is quicker than its sensor has printed', async () => {
    const bench = await connect('star-tup900', { before: (printer) => printer.setFault('pulled-early', true) });
    expect(await outcomeOf(bench)).toEqual({ kind: 'printed', evidence: 'cut-confirmed' });
  });
});

/** A serial line at low speed: a paper takes two seconds to arrive, and goes on arriving after the printer has restarted. */
function slowCable(transport: Transport, { timers }: VirtualTime): Transport {
  return {
    place: transport.place,
    open: async (events) => {
      const opened = await transport.open(events);
      if (!opened.ok) return opened;
      const link = opened.value;
      const piece = (bytes: Uint8Array): Promise<Awaited<ReturnType<Link['write']>>> =>
        new Promise((resolve) => {
          const [head, rest] = [bytes.subarray(0, PIECE_BYTES), bytes.subarray(PIECE_BYTES)];
          void link.write(head).then((written) => {
            if (!written.ok || rest.length === 0) resolve(written);
            else timers.after(milliseconds(100), () => void piece(rest).then(resolve));
          });
        });
      return {
        ok: true,
        value: {
          get isOpen() {
            return link.isOpen;
          },
          write: piece,
          close: () => link.close(),
        },
      };
    },
  };
}

const PIECE_BYTES = 100;
