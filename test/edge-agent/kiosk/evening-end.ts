import { expect } from 'vitest';
import { minutes, seconds } from '#core/base/time.ts';
import { KioskSession } from '#core/contract/local/kiosk.ts';
import { type KioskSetup, PRINTED, READY } from './kiosk-setup.ts';

/** How random evenings at a kiosk end: everything is mended, everybody goes home, and then it must have come out right. */

export const isOpen = (attempt: { readonly status: string }): boolean => ['submitted', 'user-paying', 'unknown'].includes(attempt.status);

/** Everything works again, the guest goes home, a day passes. */
export async function heal(setup: KioskSetup): Promise<void> {
  setup.office.trouble.clear();
  setup.failLedger(false);
  await setup.health(READY);
  for (let turn = 0; turn < 10; turn++) {
    await setup.advance(seconds(2));
    while (setup.printer.jobs.length > 0) await setup.printer.end(PRINTED);
  }
  await setup.kiosk.leave();
  // What the provider never decided, it closes when the attempt is over.
  await setup.advance(minutes(15));
  for (const attempt of setup.office.attempts.values()) if (isOpen(attempt)) setup.office.attempts.set(attempt.key, { ...attempt, status: 'closed' });
  await setup.advance(minutes(30));
  setup.office.expire();
}

/** What must be so at the end of every evening. */
export function checkEnd(setup: KioskSetup): void {
  const { office, printer, kiosk, time } = setup;
  expect(setup.fatal).toEqual([]);
  for (const session of setup.sessions) expect(KioskSession.safeParse(session).success, JSON.stringify(session)).toBe(true);
  // No order was paid twice, and none was paid without its tickets.
  for (const order of office.orders.values()) {
    const succeeded = [...office.attempts.values()].filter((attempt) => attempt.orderId === order.id && attempt.status === 'succeeded');
    expect(succeeded.length).toBeLessThanOrEqual(1);
    if (succeeded.length === 1) expect(order.status).toBe('confirmed');
    // Every ticket is on paper, in doubt, or free to be collected; none is kept by a machine that does nothing with it.
    for (const ticket of order.tickets) expect(['pending', 'printed', 'uncertain'], ticket.id).toContain(ticket.printState);
  }
  // No ticket was begun twice unless it was proven that nothing of it was on paper, and every job was told to its end, once.
  expect(new Set(printer.begun).size).toBe(printer.begun.length);
  const ends = setup.events().flatMap((event) => (event.t === 'print' && event.d.outcome !== 'started' ? [event.d.jobId] : []));
  expect(new Set(ends).size).toBe(ends.length);
  const unsettled = setup.ledger.database.prepare('SELECT count(*) FROM print_job WHERE settled = 0').pluck().get();
  expect(unsettled).toBe(0);
  // No seat stays held, nothing waits, nothing is shown.
  expect([...office.seats.values()]).not.toContain('held');
  expect(kiosk.session()).toEqual({ phase: 'idle' });
  expect(kiosk.openSales()).toBe(0);
  expect(time.pendingTimers()).toBe(0);
}
