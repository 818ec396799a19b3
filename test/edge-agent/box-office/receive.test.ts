import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { minutes } from '#core/base/time.ts';
import { claim } from './claim.ts';
import { auditEvent, batchOf, EPOCH, newEventId, passageEvent, printEvent, scanEvent } from './events-of.ts';
import { GATE, good, KIOSK, newKey, OTHER_KIOSK, openBoxOffice, readOrder, refusalOf, sell } from './open-box-office.ts';

const TICKET = '3609070200000001';

describe('receiving events', () => {
  test('keeps a batch, acknowledges it, and a second copy changes nothing', async () => {
    const { boxOffice, clientOf } = await openBoxOffice();
    const batch = batchOf(GATE, 1, [scanEvent(TICKET), scanEvent(TICKET)]);
    expect(await boxOffice.receive(GATE, batch)).toMatchObject({ epoch: EPOCH, lane: 'p0', through: 2, reject: [] });
    expect(await boxOffice.receive(GATE, batch)).toMatchObject({ through: 2, reject: [] });
    const { events, complete } = good(await clientOf(GATE).readReceivedEvents({ query: { after: 0 } }));
    expect(events.map(({ seq, id }) => ({ seq, id }))).toEqual(batch.ev.map(({ id }, index) => ({ seq: index + 1, id })));
    expect(complete).toBe(true);
    expect(good(await clientOf(KIOSK).readReceivedEvents({ query: { after: 0 } })).events).toEqual([]);
  });

  test('does not acknowledge beyond a gap, and needs nothing sent again once it is closed', async () => {
    const { boxOffice } = await openBoxOffice();
    const all = [1, 2, 3].map(() => scanEvent(TICKET));
    expect((await boxOffice.receive(GATE, batchOf(GATE, 3, all.slice(2)))).through).toBe(0);
    expect((await boxOffice.receive(GATE, batchOf(GATE, 1, all.slice(0, 1)))).through).toBe(1);
    expect((await boxOffice.receive(GATE, batchOf(GATE, 2, all.slice(1, 2)))).through).toBe(3);
  });

  test('whatever the order, the copies and the cuts of batches, the effect is that of the lane in its order', async () => {
    const events = Array.from({ length: 8 }, () => scanEvent(TICKET));
    const cuts = fc.array(fc.record({ from: fc.integer({ min: 1, max: 8 }), count: fc.integer({ min: 1, max: 8 }) }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (batches) => {
        const { boxOffice, clientOf } = await openBoxOffice();
        const send = (from: number, count: number) => boxOffice.receive(GATE, batchOf(GATE, from, events.slice(from - 1, from - 1 + count)));
        let through = 0;
        for (const { from, count } of batches) {
          const ack = await send(from, count);
          expect(ack.through).toBeGreaterThanOrEqual(through);
          ({ through } = ack);
        }
        expect((await send(1, 8)).through).toBe(8);
        const kept = good(await clientOf(GATE).readReceivedEvents({ query: { after: 0 } })).events;
        expect(kept.map(({ id }) => id).toSorted()).toEqual(events.map(({ id }) => id).toSorted());
        await boxOffice.stop();
      }),
      { numRuns: 15 },
    );
  });

  test('lanes, epochs and machines count for themselves', async () => {
    const { boxOffice } = await openBoxOffice();
    await boxOffice.receive(GATE, batchOf(GATE, 1, [scanEvent(TICKET)]));
    expect((await boxOffice.receive(GATE, batchOf(GATE, 2, [auditEvent()], { lane: 'p1' }))).through).toBe(0);
    expect((await boxOffice.receive(GATE, batchOf(GATE, 2, [scanEvent(TICKET)], { epoch: 'ffffffffffffffff' }))).through).toBe(0);
    expect((await boxOffice.receive(KIOSK, batchOf(KIOSK, 2, [scanEvent(TICKET)]))).through).toBe(0);
  });

  test('an event that comes again under another number counts once, and blocks nobody', async () => {
    const { boxOffice, clientOf } = await openBoxOffice();
    const event = scanEvent(TICKET);
    await boxOffice.receive(GATE, batchOf(GATE, 1, [event]));
    const ack = await boxOffice.receive(GATE, batchOf(GATE, 1, [event, scanEvent(TICKET)], { epoch: 'ffffffffffffffff' }));
    expect(ack).toMatchObject({ through: 2, reject: [] });
    expect(good(await clientOf(GATE).readReceivedEvents({ query: { after: 0 } })).events).toHaveLength(2);
  });

  test('rejects what can never be accepted, says why each time, and goes on', async () => {
    const { boxOffice } = await openBoxOffice();
    const known = scanEvent(TICKET);
    await boxOffice.receive(GATE, batchOf(GATE, 1, [known]));
    const reused = { ...scanEvent(TICKET, 'refuse'), id: known.id };
    const batch = batchOf(GATE, 2, [reused, auditEvent(), scanEvent(TICKET)]);
    const reject = [
      { seq: 2, code: 'E-BOX-ID-REUSED' },
      { seq: 3, code: 'E-BOX-LANE' },
    ];
    expect(await boxOffice.receive(GATE, batch)).toMatchObject({ through: 4, reject });
    expect(await boxOffice.receive(GATE, batch)).toMatchObject({ through: 4, reject });
    expect(await boxOffice.receive(GATE, batchOf(GATE, 1, [scanEvent(TICKET)]))).toMatchObject({ reject: [{ seq: 1, code: 'E-BOX-SEQ-REUSED' }] });
    expect(await boxOffice.receive(KIOSK, batch)).toMatchObject({ through: 0, reject: [2, 3, 4].map((seq) => ({ seq, code: 'E-BOX-FOREIGN' })) });
  });

  test('keeps nothing that leads on from another event than the one that it has there, and names the one that it has', async () => {
    const { boxOffice, clientOf } = await openBoxOffice();
    const [first, lost] = [scanEvent(TICKET), scanEvent(TICKET)];
    expect(await boxOffice.receive(GATE, batchOf(GATE, 1, [first, lost]))).toMatchObject({ through: 2, last: lost.id });
    // The ledger was restored to its first event and has gone on; the batch with the new second event is lost on the way.
    const [second, third, fourth] = [scanEvent(TICKET), scanEvent(TICKET), scanEvent(TICKET)];
    const reused = (...numbers: number[]) => numbers.map((seq) => ({ seq, code: 'E-BOX-SEQ-REUSED' }));
    expect(await boxOffice.receive(GATE, batchOf(GATE, 3, [third], { prev: second.id }))).toMatchObject({
      through: 2,
      last: lost.id,
      reject: reused(3),
    });
    expect(await boxOffice.receive(GATE, batchOf(GATE, 2, [second, third], { prev: first.id }))).toMatchObject({ through: 2, reject: reused(2, 3) });
    expect(await boxOffice.receive(GATE, batchOf(GATE, 3, [fourth], { prev: lost.id }))).toMatchObject({ through: 3, last: fourth.id, reject: [] });
    expect(good(await clientOf(GATE).readReceivedEvents({ query: { after: 0 } })).events).toHaveLength(3);
  });

  test('a number far beyond everything is not kept', async () => {
    const { boxOffice, clientOf } = await openBoxOffice();
    await boxOffice.receive(GATE, batchOf(GATE, 1_000_000, [scanEvent(TICKET)]));
    expect(good(await clientOf(GATE).readReceivedEvents({ query: { after: 0 } })).events).toEqual([]);
  });

  test('batches that came together are kept in their order, each with its own answer', async () => {
    const { boxOffice, clientOf } = await openBoxOffice();
    const [one, two, three] = [scanEvent(TICKET), scanEvent(TICKET), scanEvent(TICKET)];
    const foreign = { machine: KIOSK, batch: batchOf(GATE, 1, [scanEvent(TICKET)]) };
    const acks = await boxOffice.receiveTogether([
      { machine: GATE, batch: batchOf(GATE, 1, [one]) },
      foreign,
      { machine: GATE, batch: batchOf(GATE, 2, [two, three], { prev: one.id }) },
      { machine: GATE, batch: batchOf(GATE, 1, [one, two]) },
    ]);
    expect(acks.map(({ through, reject }) => [through, reject.length])).toEqual([
      [1, 0],
      [0, 1],
      [3, 0],
      [3, 0],
    ]);
    expect(good(await clientOf(GATE).readReceivedEvents({ query: { after: 0 } })).events.map(({ id }) => id)).toEqual([one.id, two.id, three.id]);
  });

  test('an event that is in one batch twice is kept once', async () => {
    const { boxOffice, clientOf } = await openBoxOffice();
    const event = scanEvent(TICKET);
    expect(await boxOffice.receive(GATE, batchOf(GATE, 1, [event, event, scanEvent(TICKET)]))).toMatchObject({ through: 3, reject: [] });
    expect(good(await clientOf(GATE).readReceivedEvents({ query: { after: 0 } })).events).toHaveLength(2);
  });

  test('a passage finds the admission of its own batch and of one before, whichever gap was closed between them', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    const [first, second] = [newEventId(), newEventId()];
    const [one, two] = sold.tickets.map(({ id }) => id);
    await office.boxOffice.receive(GATE, batchOf(GATE, 2, [passageEvent(first, 'not-passed'), scanEvent(two ?? '', 'admit', second)]));
    await office.boxOffice.receive(GATE, batchOf(GATE, 4, [passageEvent(second, 'not-passed')]));
    await office.boxOffice.receive(GATE, batchOf(GATE, 1, [scanEvent(one ?? '', 'admit', first)]));
    const body = { refundKey: newKey('refund'), reason: 'wrong-show', by: 'duty' } as const;
    expect((await office.kiosk.refundOrder({ params: { orderId: sold.id }, body })).ok).toBe(true);
  });

  test('answers long lists in parts', async () => {
    const { boxOffice, clientOf } = await openBoxOffice();
    for (let from = 1; from <= 1_001; from += 143)
      await boxOffice.receive(
        GATE,
        batchOf(
          GATE,
          from,
          Array.from({ length: 143 }, () => scanEvent(TICKET)),
        ),
      );
    const first = good(await clientOf(GATE).readReceivedEvents({ query: { after: 0 } }));
    expect([first.events.length, first.complete]).toEqual([1_000, false]);
    const rest = good(await clientOf(GATE).readReceivedEvents({ query: { after: first.events.at(-1)?.position ?? 0 } }));
    expect([rest.events.length, rest.complete]).toEqual([1, true]);
  });
});

describe('what events change', () => {
  test('a printed ticket is printed, by whom and when', async () => {
    const office = await openBoxOffice();
    const claimed = await claim(office, await sell(office, '1_1', '1_2'));
    const [one, two] = claimed.tickets;
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent(one, 'started'), printEvent(one, 'printed'), printEvent(two, 'uncertain')]));
    const { tickets } = await readOrder(office, claimed.orderId);
    expect(tickets.map(({ printState, printedBy }) => [printState, printedBy])).toEqual([
      ['printed', KIOSK],
      ['uncertain', KIOSK],
    ]);
    expect(tickets[0]?.printedAt).toBe('2026-10-31T11:00:00.000Z');
  });

  test('a ticket that was surely not printed can be printed again', async () => {
    const office = await openBoxOffice();
    const claimed = await claim(office, await sell(office, '1_1'));
    const [one] = claimed.tickets;
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent(one, 'started'), printEvent(one, 'not-printed')]));
    expect((await readOrder(office, claimed.orderId)).tickets[0]?.printState).toBe('pending');
  });

  test('effects wait for the gap before them: "printed" first, "started" later, is still printed', async () => {
    const office = await openBoxOffice();
    const claimed = await claim(office, await sell(office, '1_1'));
    const [one] = claimed.tickets;
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 2, [printEvent(one, 'not-printed')]));
    expect((await readOrder(office, claimed.orderId)).tickets[0]?.printState).toBe('claimed');
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent(one, 'started')]));
    expect((await readOrder(office, claimed.orderId)).tickets[0]?.printState).toBe('pending');
  });

  describe('beyond a gap of an epoch that ended with a restored disk', () => {
    const NEXT = { epoch: 'ffffffffffffffff' };

    test('what comes again in the new epoch has its effect there, once and in its order', async () => {
      const office = await openBoxOffice();
      const claimed = await claim(office, await sell(office, '1_1', '1_2'));
      const [one, two] = claimed.tickets;
      const [started, notPrinted, printed] = [printEvent(one, 'started'), printEvent(one, 'not-printed'), printEvent(two, 'printed')];
      const state = async () => (await readOrder(office, claimed.orderId)).tickets.map(({ printState }) => printState);
      await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 2, [notPrinted, printed]));
      await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 2, [notPrinted, printed], NEXT));
      expect(await state()).toEqual(['claimed', 'claimed']);
      await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [started], NEXT));
      expect(await state()).toEqual(['pending', 'printed']);
      // The other one of two machines under one name closes the gap after all, when the ticket has gone to somebody else.
      const body = { claimKey: newKey('claim'), orderId: claimed.orderId, ticketIds: [one.id], machine: OTHER_KIOSK };
      good(await office.clientOf(OTHER_KIOSK).claimTickets({ body }));
      await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [started]));
      expect(await state()).toEqual(['claimed', 'printed']);
    });

    test('what nobody has any more has its effect after a while, and waits as long as the epoch goes on', async () => {
      const office = await openBoxOffice();
      const claimed = await claim(office, await sell(office, '1_1'));
      const [one] = claimed.tickets;
      const state = async () => (await readOrder(office, claimed.orderId)).tickets[0]?.printState;
      await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 2, [printEvent(one, 'printed')]));
      await office.time.advance(minutes(7));
      expect(await state()).toBe('claimed');
      await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [scanEvent(TICKET)], NEXT));
      await office.time.advance(minutes(7));
      await vi.waitFor(async () => expect(await state()).toBe('printed'), { timeout: 20_000 });
    });
  });

  test.each([
    ['an admission', 'passed', 'already-used'],
    ['an admission of which nobody knows the end', 'unconfirmed', 'already-used'],
    ['an admission whose guest nobody could count', 'held', 'already-used'],
    ['an admission after which nobody passed', 'not-passed', undefined],
    ['an admission whose gate did not open', 'release-failed', undefined],
  ] as const)('%s: may the order be refunded?', async (_, outcome, refusal) => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1');
    const scanId = newEventId();
    await office.boxOffice.receive(GATE, batchOf(GATE, 1, [scanEvent(sold.tickets[0]?.id ?? '', 'admit', scanId), passageEvent(scanId, outcome)]));
    const body = { refundKey: newKey('refund'), reason: 'wrong-show', by: 'duty' } as const;
    const refund = await office.kiosk.refundOrder({ params: { orderId: sold.id }, body });
    expect(refund.ok ? undefined : refusalOf(refund).code).toBe(refusal);
  });

  test('a refused scan uses nothing, and another machine cannot take an admission back', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    const scanId = newEventId();
    const [one, two] = sold.tickets;
    await office.boxOffice.receive(GATE, batchOf(GATE, 1, [scanEvent(two?.id ?? '', 'refuse')]));
    await office.boxOffice.receive(GATE, batchOf(GATE, 2, [scanEvent(one?.id ?? '', 'admit', scanId)]));
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [passageEvent(scanId, 'not-passed')]));
    const body = { refundKey: newKey('refund'), reason: 'wrong-show', by: 'duty' } as const;
    expect(refusalOf(await office.kiosk.refundOrder({ params: { orderId: sold.id }, body })).code).toBe('already-used');
  });
});
