import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant, milliseconds, seconds } from '#core/base/time.ts';
import type { GoodsDecision, TerminalInquiry, TerminalReceipt } from '#core/ports/payment-terminal.ts';
import { beginDialogue, type DialogueInput, stepDialogue } from '#drivers/zvt-terminal/dialogue.ts';
import type { SimulatedCard } from '#drivers/zvt-terminal/simulated-sale.ts';
import { AMOUNT, connectTerminal, type TerminalBench } from './terminal-bench.ts';

const inquiryOf = (bench: TerminalBench, changes: Partial<TerminalInquiry> = {}): TerminalInquiry => ({
  attemptKey: 'attempt-1',
  amount: AMOUNT,
  startedAt: instant(bench.time.clock.wall() - 1_000),
  before: undefined,
  approved: undefined,
  ...changes,
});

/** The guest's card is at the terminal, and the host has answered. */
async function hold(bench: TerminalBench, card: SimulatedCard = 'good'): Promise<void> {
  await bench.time.advance(milliseconds(100));
  bench.simulator.present(card);
  await bench.time.advance(seconds(2));
}

describe.each(['tcp', 'serial'] as const)('a ZVT terminal over %s', (framing) => {
  it('registers and is ready', async () => {
    const { health, session } = await connectTerminal(framing);
    expect(health.map(({ kind }) => kind)).toEqual(['connecting', 'ready']);
    expect(session().counters()).toMatchObject({ garbage: 0, timeouts: 0 });
  });

  it('ends its day with the total of what it kept, and begins the next one with nothing', async () => {
    const bench = await connectTerminal(framing);
    for (const minor of [4_800, 2_400]) {
      const payment = bench.pay({ amount: { minor, currency: 'CNY' } });
      await hold(bench);
      await payment.outcome;
    }
    const end = async () => {
      const ending = bench.session().port.endDay();
      await bench.time.advance(seconds(5));
      return ending;
    };
    expect(await end()).toEqual({ kind: 'ended', total: { minor: 7_200, currency: 'CNY' } });
    expect(await end()).toEqual({ kind: 'ended', total: { minor: 0, currency: 'CNY' } });
    bench.simulator.setFault('other-total', true);
    expect(await end()).toEqual({ kind: 'ended', total: { minor: 100, currency: 'CNY' } });
    bench.simulator.setFault('no-total', true);
    expect(await end()).toEqual({ kind: 'ended', total: undefined });
    bench.simulator.setFault('busy', true);
    expect(await end()).toMatchObject({ kind: 'refused', fault: { code: 'E-TRM-REFUSED' } });
  });

  it('does not end its day during a payment; with its line lost nobody knows', async () => {
    const bench = await connectTerminal(framing);
    const payment = bench.pay();
    await bench.time.advance(milliseconds(100));
    expect(await bench.session().port.endDay()).toMatchObject({ kind: 'refused', fault: { code: 'E-TRM-BUSY' } });
    bench.simulator.pressStop();
    await bench.time.advance(seconds(2));
    await payment.outcome;
    bench.simulator.setFault('no-answer', true);
    const ending = bench.session().port.endDay();
    await bench.time.advance(seconds(40));
    expect(await ending).toMatchObject({ kind: 'unknown' });
  });

  it('takes money when the goods are issued, tells what it shows, and keeps it', async () => {
    const bench = await connectTerminal(framing);
    const payment = bench.pay();
    await hold(bench);
    const outcome = await payment.outcome;
    expect(outcome).toMatchObject({ kind: 'approved', receipt: { terminalId: '29001006', amount: AMOUNT, scheme: 'Debit Mastercard' } });
    expect(payment.approved).toHaveLength(1);
    expect(payment.texts).toEqual(['Present card\ninsert or swipe', 'Please wait']);
    expect(payment.prompts).toEqual(['present-card', 'wait']);
    await bench.time.advance(seconds(60));
    expect(bench.simulator.bookings.kept()).toBe(AMOUNT.minor);
  });

  it('waits while the goods are made, and is told the approval once', async () => {
    const bench = await connectTerminal(framing);
    let decision: GoodsDecision = 'wait';
    const payment = bench.pay({ decide: () => decision });
    await hold(bench);
    await bench.time.advance(seconds(20));
    expect(payment.asked()).toBeGreaterThanOrEqual(9);
    expect(payment.approved).toHaveLength(1);
    decision = 'goods-issued';
    await bench.time.advance(seconds(3));
    expect(await payment.outcome).toMatchObject({ kind: 'approved' });
    expect(bench.simulator.bookings.kept()).toBe(AMOUNT.minor);
  });

  it('gives the money back by itself when nothing came out', async () => {
    const bench = await connectTerminal(framing);
    const payment = bench.pay({ decide: () => 'not-issued' });
    await hold(bench);
    expect(await payment.outcome).toMatchObject({ kind: 'reversed', receipt: { amount: AMOUNT } });
    expect(bench.simulator.bookings.kept()).toBe(0);
  });

  it('gives it back when the till says "wait" for longer than it asks, and when the receipt could not be kept', async () => {
    const bench = await connectTerminal(framing);
    const patient = bench.pay({ decide: () => 'wait' });
    await hold(bench);
    await bench.time.advance(seconds(200));
    expect(await patient.outcome).toMatchObject({ kind: 'reversed' });
    const forgetful = bench.pay({
      onApproved: () => {
        throw new Error('the disk is full');
      },
    });
    await hold(bench);
    expect(await forgetful.outcome).toMatchObject({ kind: 'reversed' });
    expect(bench.simulator.bookings.kept()).toBe(0);
  });

  it.each([
    ['declined', 'card-refused'],
    ['expired', 'card-expired'],
    ['unreadable', 'card-unreadable'],
    ['wrong-pin', 'wrong-pin'],
  ] as const)('says why a card was refused: %s', async (card, reason) => {
    const bench = await connectTerminal(framing);
    const payment = bench.pay();
    await hold(bench, card);
    expect(await payment.outcome).toEqual({ kind: 'declined', reason });
    expect(payment.asked()).toBe(0);
    expect(bench.simulator.bookings.all()).toEqual([]);
  });

  it('ends without money when the guest, the till or nobody does anything', async () => {
    const bench = await connectTerminal(framing);
    const byGuest = bench.pay();
    await bench.time.advance(milliseconds(100));
    bench.simulator.pressStop();
    await bench.time.advance(milliseconds(100));
    expect(await byGuest.outcome).toEqual({ kind: 'aborted' });
    const byTill = bench.pay();
    await bench.time.advance(milliseconds(100));
    bench.terminal().abort();
    await bench.time.advance(milliseconds(100));
    expect(await byTill.outcome).toEqual({ kind: 'aborted' });
    const byNobody = bench.pay();
    await bench.time.advance(seconds(61));
    expect(await byNobody.outcome).toEqual({ kind: 'aborted' });
  });

  it('does one thing at a time', async () => {
    const bench = await connectTerminal(framing);
    const first = bench.pay();
    expect(await bench.pay().outcome).toEqual({ kind: 'declined', reason: 'terminal-busy' });
    expect(await bench.terminal().inquire(inquiryOf(bench))).toMatchObject({ kind: 'unknown', fault: { code: 'E-TRM-BUSY' } });
    await hold(bench);
    expect(await first.outcome).toMatchObject({ kind: 'approved' });
  });

  it('does not know what a lost line has booked, and finds out afterwards: given back', async () => {
    const bench = await connectTerminal(framing);
    bench.simulator.setFault('lost-after-booking', true);
    const payment = bench.pay();
    await hold(bench);
    expect(await payment.outcome).toMatchObject({ kind: 'unknown' });
    expect(await bench.session().ended).toMatchObject({ code: 'E-LNK-LOST' });
    bench.simulator.setFault('lost-after-booking', false);
    // While the terminal waits for the goods it answers nothing else: still unknown, never "approved".
    await bench.reconnect();
    await bench.time.advance(seconds(31));
    expect(await bench.reconnect()).toBeUndefined();
    const asking = bench.terminal().inquire(inquiryOf(bench, { startedAt: instant(bench.time.clock.wall() - 60_000) }));
    await bench.time.advance(milliseconds(100));
    expect(await asking).toMatchObject({ kind: 'reversed' });
    expect(bench.simulator.bookings.kept()).toBe(0);
  });

  it('does not know what a lost line has booked, and finds out afterwards: kept', async () => {
    const bench = await connectTerminal(framing);
    bench.simulator.setFault('lost-before-end', true);
    const payment = bench.pay();
    await hold(bench);
    expect(await payment.outcome).toMatchObject({ kind: 'unknown' });
    bench.simulator.setFault('lost-before-end', false);
    expect(await bench.reconnect()).toBeUndefined();
    const asking = bench.terminal().inquire(inquiryOf(bench, { startedAt: instant(bench.time.clock.wall() - 60_000) }));
    await bench.time.advance(milliseconds(100));
    expect(await asking).toMatchObject({ kind: 'approved', receipt: payment.approved[0] });
  });

  it('finds nothing when the newest booking is the one before, and leaves another amount to a person', async () => {
    const bench = await connectTerminal(framing);
    const earlier = bench.pay();
    await hold(bench);
    await earlier.outcome;
    const [before] = earlier.approved;
    const askAbout = async (changes: Partial<TerminalInquiry>) => {
      const asking = bench.terminal().inquire(inquiryOf(bench, changes));
      await bench.time.advance(milliseconds(100));
      return asking;
    };
    expect(await askAbout({ before })).toEqual({ kind: 'not-booked' });
    expect(await askAbout({ amount: { minor: 100, currency: 'CNY' } })).toMatchObject({ kind: 'unknown', fault: { code: 'E-TRM-OTHER-BOOKING' } });
    const late = { startedAt: instant(bench.time.clock.wall() + 3_600_000) };
    expect(await askAbout({ ...late, amount: { minor: 100, currency: 'CNY' } })).toEqual({ kind: 'not-booked' });
    expect(await askAbout({ ...late, before })).toEqual({ kind: 'not-booked' });
    expect(await askAbout({ ...late, approved: before })).toMatchObject({ kind: 'approved', receipt: { trace: before?.trace } });
    // A clock that is an hour ahead must not make money of this amount vanish.
    expect(await askAbout(late)).toMatchObject({ kind: 'unknown', fault: { code: 'E-TRM-OTHER-BOOKING' } });
  });

  it('is not believed when it says that there is nothing to repeat', async () => {
    const bench = await connectTerminal(framing);
    const asking = bench.terminal().inquire(inquiryOf(bench));
    await bench.time.advance(milliseconds(100));
    expect(await asking).toMatchObject({ kind: 'unknown', fault: { code: 'E-TRM-REFUSED' } });
  });

  it('reverses a payment once, and says so again when asked again', async () => {
    const bench = await connectTerminal(framing);
    const payment = bench.pay();
    await hold(bench);
    await payment.outcome;
    const reverse = async () => {
      const reversing = bench.terminal().reverse(payment.approved[0] as TerminalReceipt);
      await bench.time.advance(milliseconds(100));
      return reversing;
    };
    expect(await reverse()).toMatchObject({ kind: 'reversed' });
    expect(await reverse()).toMatchObject({ kind: 'reversed' });
    expect(bench.simulator.bookings.all()).toHaveLength(2);
    const later = bench.pay();
    await hold(bench);
    await later.outcome;
    expect(await reverse()).toMatchObject({ kind: 'refused', fault: { code: 'E-TRM-REFUSED' } });
  });

  it('notices within one enquiry that the terminal has fallen silent', async () => {
    const bench = await connectTerminal(framing);
    bench.simulator.setFault('no-answer', true);
    await bench.time.advance(seconds(40));
    expect(await bench.session().ended).toMatchObject({ code: 'E-TRM-NO-ANSWER' });
  });

  it('asks nothing and answers nothing after it was stopped', async () => {
    const bench = await connectTerminal(framing);
    const session = bench.session();
    await session.stop();
    await bench.time.advance(seconds(60));
    expect(await session.ended).toBeUndefined();
    expect(await session.port.inquire(inquiryOf(bench))).toMatchObject({ kind: 'unknown' });
  });

  it('refuses a wrong password with words', async () => {
    const bench = await connectTerminal(framing, (simulator) => simulator.setFault('busy', true));
    expect(bench.health.map(({ kind }) => kind)).toEqual(['connecting']);
    expect(await bench.reconnect()).toMatchObject({ code: 'E-TRM-REGISTRATION' });
  });
});

describe('money at a simulated terminal', () => {
  it('is kept exactly when the outcome says "approved", whatever the till decides and the line does', async () => {
    const decision = fc.constantFrom<GoodsDecision>('wait', 'goods-issued', 'not-issued');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('tcp' as const, 'serial' as const),
        fc.constantFrom<SimulatedCard>('good', 'good', 'declined'),
        fc.array(decision, { maxLength: 5 }),
        fc.constantFrom('lost-after-booking', 'lost-before-end', 'host-away', undefined),
        async (framing, card, decisions, fault) => {
          const bench = await connectTerminal(framing);
          if (fault !== undefined) bench.simulator.setFault(fault, true);
          const left = [...decisions];
          const payment = bench.pay({ decide: () => left.shift() ?? 'goods-issued' });
          await hold(bench, card);
          await bench.time.advance(seconds(60));
          const outcome = await payment.outcome;
          const kept = bench.simulator.bookings.kept();
          if (outcome.kind === 'approved') expect(kept).toBe(AMOUNT.minor);
          else if (outcome.kind !== 'unknown') expect(kept).toBe(0);
          else {
            for (const switched of ['lost-after-booking', 'lost-before-end']) bench.simulator.setFault(switched, false);
            expect(await bench.reconnect()).toBeUndefined();
            const asking = bench.terminal().inquire(inquiryOf(bench, { startedAt: instant(bench.time.clock.wall() - 120_000) }));
            await bench.time.advance(milliseconds(100));
            expect((await asking).kind).toBe(kept > 0 ? 'approved' : 'reversed');
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a dialogue', () => {
  const message = fc.oneof(
    fc.constant({ kind: 'acknowledged' } as const),
    fc.record({ kind: fc.constant('answered' as const), reason: fc.integer({ min: 0, max: 255 }) }),
    fc.record({ kind: fc.constant('intermediate' as const), status: fc.integer({ min: 0, max: 255 }), text: fc.string() }),
    fc.record({ kind: fc.constant('status-information' as const), booking: fc.record({ result: fc.constantFrom(0, 0x6c, 5) }) }),
    fc.constant({ kind: 'completion' } as const),
    fc.record({ kind: fc.constant('abort' as const), result: fc.integer({ min: 0, max: 255 }) }),
    fc.constant({ kind: 'print' } as const),
    fc.record({ kind: fc.constant('other' as const), instruction: fc.integer({ min: 0, max: 0xffff }) }),
  );
  const input: fc.Arbitrary<DialogueInput> = fc.oneof(
    message.map((heard) => ({ kind: 'message' as const, message: heard })),
    fc.record({ kind: fc.constant('goods' as const), decision: fc.constantFrom<GoodsDecision>('wait', 'goods-issued', 'not-issued') }),
    fc.constant({ kind: 'abort' } as const),
    fc.constant({ kind: 'silence' } as const),
  );

  it('ends once, is approved once, and never says "issued" unasked', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
        let dialogue = beginDialogue(true);
        let ends = 0;
        let approvals = 0;
        for (const each of inputs) {
          const before = dialogue;
          const step = stepDialogue(dialogue, each, { progressWithin: seconds(1) });
          dialogue = step.dialogue;
          ends += step.effects.filter(({ kind }) => kind === 'over').length;
          approvals += step.effects.filter(({ kind }) => kind === 'approved').length;
          if (dialogue.goods === 'issued' && before.goods !== 'issued') expect(each).toEqual({ kind: 'goods', decision: 'goods-issued' });
        }
        expect(ends).toBeLessThanOrEqual(1);
        expect(approvals).toBeLessThanOrEqual(1);
      }),
    );
  });
});
