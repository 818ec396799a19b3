import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '#core/base/time.ts';
import { NOT_BEGUN, PAPER_OUT, PRINTED, setUpKiosk } from './kiosk-setup.ts';
import { setUpPaidKiosk } from './paid-kiosk.ts';

/**
 * A machine that was off may have an older copy of its disk: what the copy says was never begun may have been printed by the life that the copy does not know,
 * and the box office may have heard nothing of it. Only a person can look (decision 0018).
 */
describe('after the machine was off', () => {
  it('what was queued is left to a person, and what is proven stays proven', async () => {
    const { office, printer, ...setup } = await setUpPaidKiosk();
    await printer.end(PRINTED);
    await setup.powerCut();
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['started', 'printed', 'uncertain']);
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', stop: 'needs-staff', printed: 1, uncertain: 1, canResume: false });
    expect(office.order().tickets.map(({ printState }) => printState)).toEqual(['printed', 'uncertain']);
  });

  it('so is what the printer had refused, and the end of it is told once, however often the program starts', async () => {
    const { office, printer, ...setup } = await setUpPaidKiosk();
    await setup.health(PAPER_OUT);
    await printer.end(NOT_BEGUN);
    await setup.powerCut(minutes(30));
    await setup.restart();
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['uncertain', 'uncertain']);
    expect(office.order().tickets.map(({ printState }) => printState)).toEqual(['uncertain', 'uncertain']);
  });

  it('a start that could not be written down does not count as one', async () => {
    const { ...setup } = await setUpPaidKiosk();
    setup.failLedger(true);
    await expect(setup.powerCut()).rejects.toThrow('full');
    setup.failLedger(false);
    await setup.restart();
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['uncertain', 'uncertain']);
  });

  it('a claim whose answer was lost is not given back: it may have been answered, and printed', async () => {
    const { office, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.trouble.set('claimTickets', 'deaf');
    office.phone('succeeded');
    await setup.advance(seconds(1));
    await setup.powerCut();
    office.trouble.clear();
    await setup.advance(seconds(30));
    expect(setup.printOutcomes()).toEqual([]);
    expect(office.order().tickets.map(({ printState }) => printState)).toEqual(['uncertain', 'uncertain']);
    expect(setup.kiosk.session()).toMatchObject({ phase: 'print-stopped', stop: 'needs-staff', uncertain: 2, canResume: false });
  });

  it('a claim that never reached the box office is asked for and given back', async () => {
    const { office, ...setup } = await setUpKiosk();
    await setup.payUpToCode();
    office.trouble.set('claimTickets', 'lost');
    office.phone('succeeded');
    await setup.advance(seconds(1));
    await setup.powerCut();
    office.trouble.clear();
    await setup.advance(seconds(30));
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['not-printed', 'not-printed']);
    expect(office.order().tickets.map(({ printState }) => printState)).toEqual(['pending', 'pending']);
  });

  it('what is claimed from then on is printed, and given back when only the program ends', async () => {
    const { printer, ...setup } = await setUpKiosk();
    await setup.powerCut();
    await setup.payUpToCode();
    setup.office.phone('succeeded');
    await setup.advance(seconds(1));
    await printer.end(PRINTED);
    await setup.restart();
    expect(setup.printOutcomes().map((line) => line.slice(3))).toEqual(['started', 'printed', 'not-printed']);
    await setup.kiosk.resume();
    await printer.printAll();
    expect(setup.kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
  });
});
