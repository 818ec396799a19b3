import { describe, expect, test } from 'vitest';
import { MachineId } from '#core/contract/identifiers.ts';
import { batchOf, newEventId, passageEvent, scanEvent } from './events-of.ts';
import { GATE, good, openBoxOffice, sell } from './open-box-office.ts';

const OTHER = MachineId.parse('gate-9');

async function soldTicket() {
  const office = await openBoxOffice();
  const sold = await sell(office, '1_1');
  const ticketId = sold.tickets[0]?.id ?? expect.unreachable('a sold order has a ticket');
  const conflicts = async () => good(await office.clientOf(GATE).readConflicts()).conflicts;
  return { office, ticketId, conflicts };
}

describe('a ticket that was let in twice', () => {
  test('is found in what two gates report, and settled when one of them takes its guest back', async () => {
    const { office, ticketId, conflicts } = await soldTicket();
    // At the same time by both clocks: then the scan's id decides the order.
    const [first, second] = [newEventId(), newEventId()].toSorted() as [string, string];
    await office.boxOffice.receive(GATE, batchOf(GATE, 1, [scanEvent(ticketId, 'admit', first), passageEvent(first, 'passed')]));
    expect(await conflicts()).toEqual([]);
    await office.boxOffice.receive(OTHER, batchOf(OTHER, 1, [scanEvent(ticketId, 'admit', second)]));
    expect(await conflicts()).toMatchObject([
      {
        conflict: {
          ticketId,
          admits: 1,
          state: 'open',
          entries: [
            { scanId: first, machine: GATE },
            { scanId: second, machine: OTHER },
          ],
        },
        toldBy: [],
      },
    ]);
    await office.boxOffice.receive(OTHER, batchOf(OTHER, 2, [passageEvent(second, 'not-passed')]));
    expect(await conflicts()).toMatchObject([{ conflict: { state: 'settled', second: [] } }]);
  });

  test('is no conflict when the first guest did not pass', async () => {
    const { office, ticketId, conflicts } = await soldTicket();
    const first = newEventId();
    await office.boxOffice.receive(GATE, batchOf(GATE, 1, [scanEvent(ticketId, 'admit', first), passageEvent(first, 'not-passed')]));
    await office.boxOffice.receive(OTHER, batchOf(OTHER, 1, [scanEvent(ticketId)]));
    expect(await conflicts()).toEqual([]);
  });

  test('is known from a gate before the other has reported, and is one record whoever tells', async () => {
    const { office, ticketId, conflicts } = await soldTicket();
    const [first, second] = [newEventId(), newEventId()].toSorted() as [string, string];
    const entry = (scanId: string, machine: MachineId, at: string) => ({
      ...{ scanId, machine, lane: 'lane-1', at, clockErrorMs: 10, dataVersion: 1, dataAgeSeconds: 2, confirmation: 'unconfirmed', outcome: 'passed' },
    });
    const told = {
      ...{ ticketId, showId: null, admits: 1, state: 'open', second: [second] },
      entries: [entry(first, GATE, '2026-10-31T11:00:00.000Z'), entry(second, OTHER, '2026-10-31T11:05:00.000Z')],
    };
    const event = { id: newEventId(), at: '2026-10-31T11:10:00.000Z', mono: 1, t: 'conflict', d: told };
    await office.boxOffice.receive(GATE, batchOf(GATE, 1, [scanEvent(ticketId, 'admit', first), event]));
    expect(await conflicts()).toMatchObject([{ conflict: { state: 'open', entries: [{ scanId: first }, { scanId: second }] }, toldBy: [GATE] }]);
    await office.boxOffice.receive(OTHER, batchOf(OTHER, 1, [scanEvent(ticketId, 'admit', second), { ...event, id: newEventId() }]));
    expect(await conflicts()).toMatchObject([{ conflict: { state: 'open' }, toldBy: [GATE, OTHER] }]);
  });

  test('of which nobody here knows how many it admits is judged by the gates alone', async () => {
    const { office, conflicts } = await soldTicket();
    const unknown = '3609070299999999';
    await office.boxOffice.receive(GATE, batchOf(GATE, 1, [scanEvent(unknown)]));
    await office.boxOffice.receive(OTHER, batchOf(OTHER, 1, [scanEvent(unknown)]));
    expect(await conflicts()).toEqual([]);
  });
});
