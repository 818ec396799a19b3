import { describe, expect, it } from 'vitest';
import { hours, minutes, seconds } from '#core/base/time.ts';
import { PAPER_ENDED_IN_TICKET, PAPER_OUT, setUpKiosk } from './kiosk-setup.ts';

/** Paid, and the paper ended in the first ticket; the guest stands before the stop. */
async function stopped() {
  const setup = await setUpKiosk();
  await setup.payUpToCode();
  setup.office.phone('succeeded');
  await setup.advance(seconds(1));
  await setup.health(PAPER_OUT);
  await setup.printer.end(PAPER_ENDED_IN_TICKET);
  return { ...setup, id: setup.office.order().id };
}

/** What a kiosk tells of an order that the box office has lost with a newer copy of its store. */
describe('an order that may be lost', () => {
  it.each([seconds(3), minutes(30)])(
    'a claim of an order that a restored box office does not know ends, and is told once (away for %i ms)',
    async (away) => {
      const { office, ...setup } = await setUpKiosk();
      await setup.payUpToCode();
      office.trouble.set('claimTickets', 'lost');
      office.phone('succeeded');
      await setup.advance(seconds(1));
      await setup.restart(away);
      const { id } = office.order();
      office.orders.delete(id);
      office.trouble.clear();
      await setup.advance(minutes(2));
      const asked = office.made.filter((name) => name === 'claimTickets').length;
      await setup.advance(hours(3));
      await setup.restart();
      await setup.advance(minutes(5));
      expect(office.made.filter((name) => name === 'claimTickets')).toHaveLength(asked);
      expect(setup.events().filter(({ t }) => t === 'audit')).toEqual([
        { t: 'audit', d: { action: 'order-unknown', by: 'kiosk', detail: `${id} CNY 96.00` } },
      ]);
      expect(setup.phase()).toBe('idle');
      expect(setup.saleSteps().at(-1)).toBe('stopped');
    },
  );

  it('a guest who stands before a stop, of an order that a restored box office does not know, is not kept there, and it is told once', async () => {
    const { office, id, ...setup } = await stopped();
    office.orders.delete(id);
    await setup.restart(seconds(3));
    await setup.advance(minutes(2));
    await setup.restart();
    await setup.advance(hours(3));
    expect(setup.events().filter(({ t }) => t === 'audit')).toEqual([
      { t: 'audit', d: { action: 'order-unknown', by: 'kiosk', detail: `${id} CNY 96.00` } },
    ]);
    expect(setup.phase()).toBe('idle');
    expect(setup.saleSteps().at(-1)).toBe('stopped');
  });

  it.each([
    ['known', minutes(30), []],
    ['lost', minutes(30), ['CNY 96.00']],
    ['known', hours(60), []],
    ['lost', hours(60), ['CNY 96.00']],
  ] as const)(
    'a stop whose guest is gone is asked about until the box office answers: it is %s, and the kiosk was off for %i ms',
    async (what, off, told) => {
      const { office, id, ...setup } = await stopped();
      office.trouble.set('readOrder', 'lost');
      await setup.restart(off);
      await setup.advance(hours(5));
      // Once more, with the same question open.
      await setup.restart(minutes(1));
      await setup.advance(hours(5));
      expect(setup.events().filter(({ t }) => t === 'audit')).toEqual([]);
      expect(setup.phase()).toBe('idle');
      if (what === 'lost') office.orders.delete(id);
      office.trouble.clear();
      await setup.advance(minutes(2));
      const asked = office.made.filter((name) => name === 'readOrder').length;
      await setup.advance(hours(1));
      await setup.restart();
      await setup.advance(hours(1));
      expect(office.made.filter((name) => name === 'readOrder')).toHaveLength(asked);
      expect(setup.events().flatMap((event) => (event.t === 'audit' ? [event.d.detail.replace(`${id} `, '')] : []))).toEqual(told);
      expect(setup.saleSteps().filter((step) => step === 'stopped')).toHaveLength(1);
    },
  );

  it('a guest who cannot be shown her stop, because the box office is away too long, is not forgotten when it has lost her order', async () => {
    const { office, id, ...setup } = await stopped();
    office.trouble.set('readOrder', 'lost');
    await setup.restart(seconds(3));
    await setup.advance(hours(1));
    office.orders.delete(id);
    office.trouble.clear();
    await setup.advance(minutes(2));
    expect(setup.events().filter(({ t }) => t === 'audit')).toHaveLength(1);
    expect(setup.phase()).toBe('idle');
  });
});
