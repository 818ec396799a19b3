import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '#core/base/time.ts';
import { KioskSession } from '#core/contract/local/kiosk.ts';
import { QR } from './fake-box-office.ts';
import { type KioskSetup, PRINTED, setUpKiosk } from './kiosk-setup.ts';
import { createScriptedTerminal, type ScriptedTerminal } from './scripted-terminal.ts';

/** Guests, a terminal, a line that breaks and power that goes, in any order: the bank, the box office and the kiosk must agree in the end. */
const CALLS = ['startPayment', 'readPayment', 'readOrder', 'cancelOrder', 'reportTerminal', 'reportTerminalReversal', 'readTerminalDuties'] as const;
const CARD = { method: 'card-terminal', name: { zh: '银行卡', en: 'Card' } } as const;

const happening = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('tap' as const), on: fc.constantFrom('buy', 'buy', 'cancel', 'leave', 'pay again') }) },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('terminal' as const),
      does: fc.constantFrom('approve', 'approve', 'ask', 'ask', 'lose', 'decline', 'stop'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('records' as const), readable: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('trouble' as const), with: fc.constantFrom(...CALLS), how: fc.constantFrom('lost', 'deaf') }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'mend' as const }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 2, 5, 40, 120, 700) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('power-cut' as const), seconds: fc.constantFrom(3, 300) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disk' as const), isFull: fc.boolean() }) },
);
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

async function happen(setup: KioskSetup, terminal: ScriptedTerminal, what: Happening): Promise<void> {
  switch (what.kind) {
    case 'tap':
      return tap(setup, what.on);
    case 'terminal':
      return terminalDoes(setup, terminal, what.does);
    case 'records':
      terminal.inquiries = what.readable ? 'truth' : 'unknown';
      return;
    case 'trouble':
      setup.office.trouble.set(what.with, what.how === 'deaf' ? 'deaf' : 'lost');
      return;
    case 'mend':
      setup.office.trouble.clear();
      return;
    case 'wait':
      return setup.advance(seconds(what.seconds));
    case 'power-cut':
      setup.failLedger(false);
      terminal.cutOff();
      return setup.restart(seconds(what.seconds));
    case 'disk':
      setup.failLedger(what.isFull);
  }
}

async function tap({ kiosk, choose, settle }: KioskSetup, on: string): Promise<void> {
  if (on === 'buy') {
    const chosen = choose(2);
    await settle();
    await chosen;
  }
  if (on === 'buy' || on === 'pay again') {
    const paid = kiosk.pay().then(() => kiosk.choosePayment({ method: 'card-terminal', provider: undefined }));
    await settle();
    await paid;
  } else {
    const answered = on === 'cancel' ? kiosk.cancel() : kiosk.leave();
    await settle();
    await answered;
  }
  await settle();
}

async function terminalDoes({ settle }: KioskSetup, terminal: ScriptedTerminal, does: string): Promise<void> {
  const at = terminal.stands();
  if (at === 'idle') return;
  if (does === 'approve' && at === 'running') terminal.approve();
  if (does === 'ask' && at === 'approved') await terminal.askGoods();
  if (does === 'lose') await terminal.lose();
  if (does === 'decline' && at === 'running') await terminal.end({ kind: 'declined', reason: 'card-refused' });
  if (does === 'stop' && at === 'running') await terminal.end({ kind: 'aborted' });
  await settle();
}

async function heal(setup: KioskSetup, terminal: ScriptedTerminal): Promise<void> {
  setup.office.trouble.clear();
  setup.failLedger(false);
  terminal.inquiries = 'truth';
  for (let turn = 0; turn < 5; turn++) {
    await setup.advance(seconds(20));
    // A terminal asks for a while only, and then books back by itself.
    if (terminal.stands() === 'approved' && (await terminal.askGoods()) === 'wait') terminal.cutOff();
    else if (terminal.stands() === 'running') await terminal.end({ kind: 'aborted' });
    while (setup.printer.jobs.length > 0) await setup.printer.end(PRINTED);
  }
  await setup.kiosk.leave();
  await setup.advance(minutes(20));
  setup.office.expire();
  await setup.advance(minutes(5));
}

function check(setup: KioskSetup, terminal: ScriptedTerminal): void {
  const { office, kiosk } = setup;
  expect(setup.fatal).toEqual([]);
  for (const session of setup.sessions) expect(KioskSession.safeParse(session).success, JSON.stringify(session)).toBe(true);
  expect(setup.ledger.database.prepare("SELECT stage FROM terminal_booking WHERE stage <> 'ended'").all()).toEqual([]);
  for (const order of office.orders.values()) {
    const booked = [...office.attempts.values()].filter((attempt) => attempt.orderId === order.id && terminal.booked.has(attempt.key));
    // The bank holds money for an order exactly when the guest has its tickets.
    expect(booked.length, order.status).toBe(order.status === 'confirmed' ? 1 : 0);
    expect(['confirmed', 'cancelled', 'refunded']).toContain(order.status);
  }
  expect(new Set(terminal.asked).size).toBe(terminal.asked.length);
  expect([...office.seats.values()]).not.toContain('held');
  expect(kiosk.openSales()).toBe(0);
}

describe('whatever happens at a card terminal, in whatever order', () => {
  it('the bank, the box office and the kiosk agree in the end', { timeout: 120_000 }, async () => {
    const reached = new Set<string>();
    const evening = fc.array(happening, { minLength: 4, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(evening, async (happenings) => {
        const terminal = createScriptedTerminal(() => setup.settle());
        const setup = await setUpKiosk({ terminal: () => terminal.port });
        setup.office.methods = [QR, CARD];
        await happen(setup, terminal, { kind: 'tap', on: 'buy' });
        for (const each of happenings) await happen(setup, terminal, each);
        await heal(setup, terminal);
        check(setup, terminal);
        for (const report of setup.office.reports) reached.add(report);
        for (const session of setup.sessions) reached.add(session.phase);
      }),
      { numRuns: 150 },
    );
    for (const each of ['paid', 'failed', 'unknown', 'printing', 'payment-unknown', 'payment-failed']) expect(reached).toContain(each);
  });
});
