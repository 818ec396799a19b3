import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import type { PrintOutcome } from '#core/ports/ticket-printer.ts';
import { NOT_BEGUN, PAPER_OUT, PRINTED, READY } from './kiosk-setup.ts';
import { setUpPaidKiosk } from './paid-kiosk.ts';

const JAM: PrintOutcome = {
  kind: 'uncertain',
  evidence: 'print-confirmed',
  fault: { code: 'E-PRN-CUT', owner: 'device', message: 'the cutter of the printer is jammed' },
};
const JAMMED = { kind: 'blocked', reasons: ['cutter-jam'] } as const;

const paid = (count = 2) => setUpPaidKiosk(count, { printers: 2 });

describe('two printers', () => {
  it('print on the first while that is well', async () => {
    const { printer } = await paid();
    expect(printer.jobs.map((job) => job.printer)).toEqual(['printer-a']);
    await printer.end(PRINTED);
    expect(printer.jobs.map((job) => job.printer)).toEqual(['printer-a']);
  });

  it('a jam in ticket 1 of 2: ticket 2 comes out of the second by itself, ticket 1 is left to staff, and the guest has a slip', async () => {
    const { kiosk, printer, ...setup } = await paid();
    await setup.health(JAMMED, 'printer-a');
    await printer.end(JAM);
    expect(kiosk.session()).toMatchObject({ phase: 'printing', current: 2 });
    expect(printer.jobs.map((job) => job.printer)).toEqual(['printer-b']);
    expect(printer.papers).toEqual([]);
    await printer.end(PRINTED);
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', printed: 1, uncertain: 1, canResume: false, slip: 'printed' });
    expect(printer.papers.map(({ what, printer: id }) => `${what} ${id}`)).toEqual(['slip printer-b']);
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['started', 'uncertain', 'started', 'printed']);
    const prints = setup.events().flatMap((event) => (event.t === 'print' ? [`${event.d.outcome} ${event.d.printer}`] : []));
    expect(prints).toEqual(['started printer-a', 'uncertain printer-a', 'started printer-b', 'printed printer-b']);
  });

  it('a first printer without paper is not even asked', async () => {
    const { printer, ...setup } = await paid(1);
    await printer.end(NOT_BEGUN);
    // It failed although it was well a moment ago: the other one has the ticket now.
    expect(printer.jobs.map((job) => job.printer)).toEqual(['printer-b']);
    await printer.end(PRINTED);
    expect(setup.kiosk.session()).toMatchObject({ phase: 'done', printed: 1 });
  });

  it('both in trouble stop it, and the one that is mended first goes on', async () => {
    const { kiosk, printer, ...setup } = await paid();
    await setup.health(PAPER_OUT, 'printer-a');
    await setup.health(JAMMED, 'printer-b');
    await printer.end(NOT_BEGUN);
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', canResume: false, uncertain: 0, slip: 'none' });
    await setup.health(READY, 'printer-b');
    expect(kiosk.session()).toMatchObject({ canResume: true });
    await kiosk.resume();
    expect(printer.jobs.map((job) => job.printer)).toEqual(['printer-b']);
    await printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
  });

  it('never put one ticket into both by themselves once a byte was sent', async () => {
    const { printer, ...setup } = await paid(1);
    await printer.end(JAM);
    await setup.advance(LIMITS.printer.jobTimeout);
    expect(printer.begun).toHaveLength(1);
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', uncertain: 1 });
  });

  it('ticket that nobody took stops the run, because nobody is there', async () => {
    const { kiosk, printer } = await paid();
    const left = { code: 'E-PRN-NOT-TAKEN', owner: 'operator', message: 'the last ticket was not taken' } as const;
    await printer.end({ kind: 'printed', evidence: 'presented', fault: left });
    expect(kiosk.session()).toMatchObject({ phase: 'print-stopped', stop: 'not-taken', printed: 1, canResume: true });
    await kiosk.resume();
    await printer.end({ kind: 'printed', evidence: 'taken' });
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
  });
});
