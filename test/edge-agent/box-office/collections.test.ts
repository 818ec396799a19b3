import { describe, expect, test } from 'vitest';
import { createTicketVerifier } from '#agent/runtime/ticket-crypto.ts';
import { minutes } from '#core/base/time.ts';
import { parseTicketText } from '#core/ticket/ticket-text.ts';
import { claim } from './claim.ts';
import { batchOf, printEvent } from './events-of.ts';
import {
  faultOf,
  good,
  KIOSK,
  newKey,
  type OpenBoxOffice,
  OTHER_KIOSK,
  openBoxOffice,
  order,
  readOrder,
  refusalOf,
  sell,
  startPaying,
} from './open-box-office.ts';
import { readSnapshot } from './read-snapshot.ts';

const lookUp = (office: OpenBoxOffice, code: string) => office.kiosk.lookUp({ body: { code } });

describe('looking up an order to collect', () => {
  test('by its pick-up code as people write it, its number, or a ticket number', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    const code = sold.pickUpCode;
    const written = [
      code,
      ` ${code} `,
      `${code.slice(0, 6)} ${code.slice(6)}`,
      `${code.slice(0, 3)} ${code.slice(3, 6)}-${code.slice(6, 9)} ${code.slice(9)}`,
    ];
    for (const text of [...written, sold.id, sold.id.toLowerCase(), sold.tickets[0]?.id ?? '']) {
      expect(good(await lookUp(office, text)).id, text).toBe(sold.id);
    }
  });

  test('finds nothing by anything that is nearly a code', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1');
    const ticket = sold.tickets[0]?.id ?? '';
    const near = [
      sold.pickUpCode.slice(1),
      `${sold.pickUpCode}0`,
      `${ticket.slice(0, 8)} ${ticket.slice(8)}`,
      ticket.slice(0, 15),
      '’; DROP TABLE',
      '\u0000',
      '%',
    ];
    for (const text of near) expect(refusalOf(await lookUp(office, text)), text).toEqual({ code: 'not-found' });
  });

  test('says so when the ticket is of another cinema', async () => {
    const office = await openBoxOffice();
    expect(refusalOf(await lookUp(office, '1100000112345678')).code).toBe('other-site');
    expect(refusalOf(await lookUp(office, `11000001${'x'.repeat(172)}`)).code).toBe('other-site');
  });

  test('refuses an order that is not paid, given back, collected, or over', async () => {
    const office = await openBoxOffice();
    const unpaid = await order(office, '1_7', '1_8');
    expect(refusalOf(await lookUp(office, unpaid.pickUpCode))).toEqual({ code: 'not-confirmed', status: 'unpaid' });
    await startPaying(office, unpaid.id);
    expect(refusalOf(await lookUp(office, unpaid.pickUpCode))).toEqual({ code: 'not-confirmed', status: 'paying' });

    const refunded = await sell(office, '1_1', '1_2');
    good(await office.kiosk.refundOrder({ params: { orderId: refunded.id }, body: { refundKey: newKey('refund'), reason: 'other', by: 'duty' } }));
    expect(refusalOf(await lookUp(office, refunded.pickUpCode))).toEqual({ code: 'refunded' });

    const collected = await claim(office, await sell(office, '2_1', '2_2'));
    await office.boxOffice.receive(
      KIOSK,
      batchOf(
        KIOSK,
        1,
        collected.tickets.map((ticket) => printEvent(ticket, 'printed')),
      ),
    );
    const { pickUpCode } = await readOrder(office, collected.orderId);
    expect(refusalOf(await lookUp(office, pickUpCode))).toEqual({ code: 'all-collected', at: '2026-10-31T11:00:00.000Z', machine: KIOSK });

    const late = await sell(office, '2_3', '2_4');
    await office.time.advance(minutes(221));
    expect(refusalOf(await lookUp(office, late.pickUpCode)).code).toBe('expired');
  });

  test('a guesser is slowed down', async () => {
    const office = await openBoxOffice();
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, index) => lookUp(office, `${100_000_000_000 + index}`)));
    const slowed = outcomes.filter((outcome) => !outcome.ok && outcome.error.kind !== 'refused');
    expect(slowed).toHaveLength(10);
    for (const outcome of slowed) expect(faultOf(outcome)).toBe('E-BOX-BUSY');
    expect(refusalOf(await office.clientOf(OTHER_KIOSK).lookUp({ body: { code: '100000000000' } })).code).toBe('not-found');
  });
});

describe('finding an order for staff', () => {
  const find = (office: OpenBoxOffice, code: string) => office.kiosk.findOrder({ body: { code } });

  test('whatever has become of it, by each of its numbers', async () => {
    const office = await openBoxOffice();
    const unpaid = await order(office, '1_5', '1_6');
    const sold = await sell(office, '1_1', '1_2');
    good(await office.kiosk.refundOrder({ params: { orderId: sold.id }, body: { refundKey: newKey('refund'), reason: 'wrong-show', by: 'Mei' } }));
    for (const text of [sold.pickUpCode, sold.id, sold.id.toLowerCase(), sold.tickets[0]?.id ?? '']) {
      expect(good(await find(office, text)), text).toMatchObject({ id: sold.id, status: expect.stringMatching(/^refund/) });
    }
    expect(good(await find(office, unpaid.pickUpCode))).toMatchObject({ id: unpaid.id, status: 'unpaid' });
    expect(refusalOf(await find(office, '100000000000'))).toEqual({ code: 'not-found' });
    expect(refusalOf(await find(office, '1100000112345678'))).toEqual({ code: 'other-site' });
  });

  test('and slows a guesser down', async () => {
    const office = await openBoxOffice();
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, index) => find(office, `${100_000_000_000 + index}`)));
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.error.kind !== 'refused')).toHaveLength(10);
  });
});

describe('claiming tickets', () => {
  test('hands out codes that gates believe', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    const { tickets } = await claim(office, sold);
    const snapshot = await readSnapshot(office);
    const verify = createTicketVerifier((id) => snapshot.keys.find((key) => key.id === id)?.publicKey);
    for (const [index, { id, code }] of tickets.entries()) {
      const parsed = parseTicketText(code);
      if (!parsed.ok) throw new Error(parsed.error);
      const { payload, message, signature } = parsed.value;
      expect(verify(payload.keyId, message, signature)).toBe(true);
      expect(payload).toMatchObject({
        ticketId: id,
        siteId: '36090702',
        showId: sold.showId,
        screenId: '1',
        seat: index,
        admits: 1,
        needsProof: false,
      });
    }
  });

  test('one machine at a time; the same key gets the same lease', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    const ticketIds = sold.tickets.map(({ id }) => id);
    const body = { claimKey: newKey('claim'), orderId: sold.id, ticketIds, machine: KIOSK };
    const first = good(await office.kiosk.claimTickets({ body }));
    expect(good(await office.kiosk.claimTickets({ body }))).toEqual(first);
    const other = await office.clientOf(OTHER_KIOSK).claimTickets({ body: { ...body, claimKey: newKey('claim'), machine: OTHER_KIOSK } });
    expect(refusalOf(other)).toEqual({ code: 'not-pending', tickets: ticketIds.map((id) => ({ id, printState: 'claimed', machine: KIOSK })) });
  });

  test('all or none: one ticket that is taken refuses the rest', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    const [one, two] = sold.tickets.map(({ id }) => id);
    const claimOf = (ticketIds: (string | undefined)[]) =>
      office.kiosk.claimTickets({ body: { claimKey: newKey('claim'), orderId: sold.id, ticketIds: ticketIds.map(String), machine: KIOSK } });
    expect((await claimOf([one])).ok).toBe(true);
    expect(refusalOf(await claimOf([one, two])).code).toBe('not-pending');
    expect((await readOrder(office, sold.id)).tickets.map(({ printState }) => printState)).toEqual(['claimed', 'pending']);
  });

  test('a lease that lapses gives the ticket to nobody else: only its machine knows whether it began', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1');
    const ticketIds = sold.tickets.map(({ id }) => id);
    const claimBy = (machine: typeof KIOSK) =>
      office.clientOf(machine).claimTickets({ body: { claimKey: newKey('claim'), orderId: sold.id, ticketIds, machine } });
    const first = good(await claimBy(KIOSK));
    await office.time.advance(minutes(60));
    expect(refusalOf(await claimBy(OTHER_KIOSK))).toEqual({
      code: 'not-pending',
      tickets: [{ id: ticketIds[0], printState: 'claimed', machine: KIOSK }],
    });
    expect(good(await claimBy(KIOSK)).leaseId).not.toBe(first.leaseId);
  });

  test('a lease is of one start of the machine: after it was off the same key leaves the tickets to a person', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    const [one, two] = sold.tickets.map(({ id }) => id);
    const ticketIds = [String(one), String(two)];
    const body = { claimKey: newKey('claim'), orderId: sold.id, ticketIds, machine: KIOSK };
    const claimed = good(await office.kiosk.claimTickets({ body: { ...body, boot: 'start-1' } }));
    expect(good(await office.kiosk.claimTickets({ body: { ...body, boot: 'start-1' } }))).toEqual(claimed);
    const printed = printEvent({ id: String(one), orderId: sold.id, leaseId: claimed.leaseId }, 'printed');
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printed]));
    expect(refusalOf(await office.kiosk.claimTickets({ body: { ...body, boot: 'start-2' } }))).toEqual({
      code: 'not-pending',
      tickets: [
        { id: one, printState: 'printed', machine: KIOSK },
        { id: two, printState: 'uncertain', machine: KIOSK },
      ],
    });
    expect((await readOrder(office, sold.id)).tickets.map(({ printState }) => printState)).toEqual(['printed', 'uncertain']);
  });

  test('a lease that lapsed before the machine was off is not its own any more', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1');
    const ticketIds = sold.tickets.map(({ id }) => id);
    const claimOf = (boot: string) =>
      office.kiosk.claimTickets({ body: { claimKey: newKey('claim'), orderId: sold.id, ticketIds, machine: KIOSK, boot } });
    good(await claimOf('start-1'));
    await office.time.advance(minutes(6));
    expect(refusalOf(await claimOf('start-2')).code).toBe('not-pending');
    good(await claimOf('start-1'));
  });

  test('a machine that gives a ticket back, or a person, frees it for every other', async () => {
    const office = await openBoxOffice();
    const claimed = await claim(office, await sell(office, '1_1'));
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent(claimed.tickets[0], 'not-printed')]));
    expect((await readOrder(office, claimed.orderId)).tickets[0]?.printState).toBe('pending');
    const again = await claim(office, await readOrder(office, claimed.orderId), KIOSK);
    await office.time.advance(minutes(6));
    const body = { outcome: 'not-printed', by: 'Duty manager', reason: 'the machine is switched off' } as const;
    good(await office.kiosk.resolvePrint({ params: { ticketId: again.tickets[0].id }, body }));
    await claim(office, await readOrder(office, claimed.orderId), OTHER_KIOSK);
  });

  test('the same key gives what is left of its lease: not what a person has settled meanwhile', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2', '1_3');
    const ticketIds = sold.tickets.map(({ id }) => id);
    const body = { claimKey: newKey('claim'), orderId: sold.id, ticketIds, machine: KIOSK };
    const { leaseId } = good(await office.kiosk.claimTickets({ body }));
    await office.time.advance(minutes(6));
    const settle = async (index: number, outcome: 'printed' | 'not-printed') =>
      good(
        await office.kiosk.resolvePrint({
          params: { ticketId: ticketIds[index] ?? '' },
          body: { outcome, by: 'Duty manager', reason: 'looked into the output' },
        }),
      );
    await settle(0, 'printed');
    await settle(1, 'not-printed');
    const again = good(await office.kiosk.claimTickets({ body }));
    expect([again.leaseId, again.tickets.map(({ ticket }) => ticket.id)]).toEqual([leaseId, [ticketIds[2]]]);
    await settle(2, 'printed');
    expect(refusalOf(await office.kiosk.claimTickets({ body })).code).toBe('not-pending');
  });

  test('a lease that lapses after the first byte gives nothing back', async () => {
    const office = await openBoxOffice();
    const claimed = await claim(office, await sell(office, '1_1'));
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent(claimed.tickets[0], 'started')]));
    await office.time.advance(minutes(60));
    expect((await readOrder(office, claimed.orderId)).tickets[0]?.printState).toBe('claimed');
  });

  test('refuses tickets of an order that is not confirmed, and tickets of another order', async () => {
    const office = await openBoxOffice();
    const unpaid = await order(office, '1_1', '1_2');
    const sold = await sell(office, '1_5', '1_6');
    const claimOf = (orderId: string, ticketIds: readonly string[]) =>
      office.kiosk.claimTickets({ body: { claimKey: newKey('claim'), orderId, ticketIds: [...ticketIds], machine: KIOSK } });
    expect(refusalOf(await claimOf(unpaid.id, ['3609070200000009']))).toEqual({ code: 'not-confirmed', status: 'unpaid' });
    expect(faultOf(await claimOf(sold.id, ['3609070200000009']))).toBe('E-BOX-QUESTION');
  });
});
