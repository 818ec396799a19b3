import { describe, expect, test } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { hours, minutes } from '#core/base/time.ts';
import { TicketId } from '#core/contract/identifiers.ts';
import { claim } from './claim.ts';
import { batchOf, type EventLike, printEvent, scanEvent } from './events-of.ts';
import { faultOf, good, KIOSK, newKey, type OpenBoxOffice, OTHER_KIOSK, openBoxOffice, readOrder, refusalOf, sell } from './open-box-office.ts';

/** Events of the first kiosk, in its order. */
const teller = (office: OpenBoxOffice) => {
  let next = 1;
  return async (...events: EventLike[]) => {
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, next, events));
    next += events.length;
  };
};

const withPrint = async (outcome: 'printed' | 'uncertain' | 'started' = 'printed') => {
  const office = await openBoxOffice();
  const sold = await sell(office, '1_1');
  const claimed = await claim(office, sold);
  const ticketId = TicketId.parse(sold.tickets[0]?.id);
  const tell = teller(office);
  const of = { id: ticketId, orderId: sold.id, leaseId: claimed.leaseId };
  await tell(printEvent(of, 'started'));
  if (outcome !== 'started') await tell(printEvent(of, outcome));
  const reprint = (claimKey = newKey('reprint'), machine = KIOSK) =>
    office.kiosk.reprintTicket({ params: { ticketId }, body: { claimKey, machine, by: 'Li', reason: 'damaged' } });
  const resolve = (found: 'printed' | 'not-printed', by = 'Li', reason = 'seen') =>
    office.kiosk.resolvePrint({ params: { ticketId }, body: { outcome: found, by, reason } });
  return { office, sold, ticketId, tell, of, reprint, resolve };
};

const told = (
  ticket: { id: string; orderId: string },
  leaseId: string,
  outcome: 'started' | 'printed' | 'uncertain' | 'not-printed',
  reprint: number,
) => {
  const event = printEvent({ ...ticket, leaseId }, outcome);
  return { ...event, d: { ...event.d, reprint } };
};

describe('a reprint', () => {
  test('has a number of its own each time, and leaves the ticket printed', async () => {
    const { office, sold, of, tell, reprint } = await withPrint();
    const first = good(await reprint());
    expect(first).toMatchObject({ reprint: 1, tickets: [{ ticket: { printState: 'printed' } }] });
    await tell(told(of, first.leaseId, 'started', 1), told(of, first.leaseId, 'uncertain', 1));
    expect((await readOrder(office, sold.id)).tickets[0]?.printState).toBe('printed');
    const second = good(await reprint());
    expect(second.reprint).toBe(2);
    await tell(told(of, second.leaseId, 'started', 2), told(of, second.leaseId, 'printed', 2));
    expect(good(await reprint()).reprint).toBe(3);
  });

  test('is given again under the same key, and to nobody else meanwhile', async () => {
    const { office, reprint } = await withPrint();
    const key = newKey('reprint');
    const first = good(await reprint(key));
    expect(good(await reprint(key))).toEqual(first);
    expect(refusalOf(await reprint())).toEqual({ code: 'under-way', machine: KIOSK });
    office.time.jumpWall(LIMITS.sale.claimLease);
    expect(good(await reprint()).reprint).toBe(2);
    // The first key's lease is over: its code is not given out a second time.
    expect(refusalOf(await reprint(key))).toMatchObject({ code: 'under-way' });
  });

  test('is refused before the first print, and while that is in doubt', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1');
    const ticketId = TicketId.parse(sold.tickets[0]?.id);
    const body = { claimKey: newKey('reprint'), machine: KIOSK, by: 'Li', reason: 'lost' } as const;
    expect(refusalOf(await office.kiosk.reprintTicket({ params: { ticketId }, body }))).toEqual({ code: 'not-printed', printState: 'pending' });
    const { reprint } = await withPrint('uncertain');
    expect(refusalOf(await reprint())).toEqual({ code: 'not-printed', printState: 'uncertain' });
  });

  test('is refused once somebody went in, and after the show', async () => {
    const used = await withPrint();
    await used.tell(scanEvent(used.ticketId));
    expect(refusalOf(await used.reprint())).toEqual({ code: 'already-used' });
    const late = await withPrint();
    late.office.time.jumpWall(hours(24));
    expect(refusalOf(await late.reprint())).toMatchObject({ code: 'show-over' });
  });

  test('has an end', async () => {
    const { of, tell, reprint } = await withPrint();
    for (let number = 1; number <= LIMITS.boxOffice.reprintsMax; number += 1) {
      const { leaseId } = good(await reprint());
      await tell(told(of, leaseId, 'started', number), told(of, leaseId, 'printed', number));
    }
    expect(refusalOf(await reprint())).toEqual({ code: 'too-many', count: LIMITS.boxOffice.reprintsMax });
  });

  test('is asked for by a machine in its own name', async () => {
    const { reprint } = await withPrint();
    expect(faultOf(await reprint(newKey('reprint'), OTHER_KIOSK))).toBeDefined();
  });

  test('whose machine fell silent in the middle is not in the way for ever', async () => {
    const { office, of, tell, reprint } = await withPrint();
    const { leaseId } = good(await reprint());
    await tell(told(of, leaseId, 'started', 1));
    office.time.jumpWall(LIMITS.sale.claimLease);
    expect(refusalOf(await reprint())).toMatchObject({ code: 'under-way' });
    office.time.jumpWall(minutes(5));
    expect(good(await reprint()).reprint).toBe(2);
  });
});

describe('a ticket that may be on paper', () => {
  test('is printed when a person says so, and can be printed again as a reprint', async () => {
    const { resolve, reprint } = await withPrint('uncertain');
    expect(good(await resolve('printed'))).toMatchObject({ printState: 'printed' });
    expect(good(await reprint()).reprint).toBe(1);
  });

  test('is to be printed again when a person says that it is not, by any machine', async () => {
    const { office, sold, resolve } = await withPrint('uncertain');
    expect(good(await resolve('not-printed'))).toMatchObject({ printState: 'pending' });
    expect((await claim(office, sold, OTHER_KIOSK)).tickets).toHaveLength(1);
  });

  test('is resolved once: the same word again changes nothing, another one is refused', async () => {
    const { resolve } = await withPrint('uncertain');
    const first = good(await resolve('not-printed'));
    expect(good(await resolve('not-printed'))).toEqual(first);
    expect(refusalOf(await resolve('printed'))).toEqual({ code: 'not-uncertain', printState: 'pending' });
    const printed = await withPrint('printed');
    expect(refusalOf(await printed.resolve('not-printed'))).toEqual({ code: 'not-uncertain', printState: 'printed' });
  });

  test('and its machine never said so is a matter for a person too, once the lease is over', async () => {
    const { office, resolve } = await withPrint('started');
    expect(refusalOf(await resolve('not-printed'))).toEqual({ code: 'not-uncertain', printState: 'claimed' });
    office.time.jumpWall(LIMITS.sale.claimLease);
    expect(good(await resolve('not-printed'))).toMatchObject({ printState: 'pending' });
  });

  test('stays resolved when its machine repeats its doubt late, and is printed when that turns out to be so', async () => {
    const { office, sold, of, tell, resolve } = await withPrint('started');
    office.time.jumpWall(LIMITS.sale.claimLease);
    good(await resolve('not-printed'));
    await tell(printEvent(of, 'uncertain'));
    expect((await readOrder(office, sold.id)).tickets[0]?.printState).toBe('pending');
    await tell(printEvent(of, 'printed'));
    expect((await readOrder(office, sold.id)).tickets[0]?.printState).toBe('printed');
  });
});
