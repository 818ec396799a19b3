import { expect, test } from 'vitest';
import type { BoxOfficeTransaction, LaneOfMachine, ReceivedEvent } from '#agent/box-office/store/box-office-store.ts';
import { instant } from '#core/base/time.ts';
import { TicketId } from '#core/contract/identifiers.ts';
import { AT, MACHINE } from './box-office-records.ts';

/** What every store of a box office has to hold of machines' events, of the admissions that they tell, and of conflicts. */

type Inside = <Value>(work: (tx: BoxOfficeTransaction) => Promise<Value>) => Promise<Value>;

const LANE: LaneOfMachine = { dev: 'gate-1', epoch: '0011223344556677', lane: 'p0' };

function received(seq: number, changes: Partial<ReceivedEvent> = {}): ReceivedEvent {
  return { ...LANE, seq, id: `E${seq}`, type: 'scan', body: '{}', receivedAt: AT, disposition: 'kept', ...changes };
}

export function eventsContract(inside: Inside): void {
  test('events have one number in a lane and one life as kept', async () => {
    await inside(async (tx) => {
      await tx.events.add(received(1));
      await tx.events.add(received(2, { id: 'E1', disposition: 'duplicate' }));
      await tx.events.add(received(1, { lane: 'p1', id: 'other' }));
      await tx.events.add(received(4, { disposition: 'rejected', code: 'E-BOX-LANE' }));
      expect(await tx.events.heads(LANE, 1, 3)).toEqual([
        { seq: 1, id: 'E1', disposition: 'kept' },
        { seq: 2, id: 'E1', disposition: 'duplicate' },
      ]);
      expect(await tx.events.heads(LANE, 3, 9)).toEqual([{ seq: 4, id: 'E4', disposition: 'rejected', code: 'E-BOX-LANE' }]);
      expect(await tx.events.heads(LANE, 0, 0)).toEqual([]);
      expect([...(await tx.events.keptUnder(['E9', 'E1', 'E4', 'other']))].toSorted()).toEqual([
        ['E1', received(1).body],
        ['other', received(1).body],
      ]);
      expect((await tx.events.keptUnder([])).size).toBe(0);
    });
    await expect(inside((tx) => tx.events.add(received(1, { id: 'E9' })))).rejects.toThrow();
    await expect(inside((tx) => tx.events.add(received(3, { id: 'E1' })))).rejects.toThrow();
  });

  test('a run ends at the gap, and at the limit', async () => {
    await inside(async (tx) => {
      for (const seq of [1, 2, 3, 5]) await tx.events.add(received(seq));
      const run = async (seq: number, limit: number) => (await tx.events.run(LANE, seq, limit)).map((event) => event.seq);
      expect([await run(1, 10), await run(2, 1), await run(4, 10), await run(5, 10)]).toEqual([[1, 2, 3], [2], [], [5]]);
      expect(await tx.events.through(LANE)).toBe(0);
      await tx.events.setThrough(LANE, 3);
      expect(await tx.events.through(LANE)).toBe(3);
      expect(await tx.events.through({ ...LANE, epoch: 'ffffffffffffffff' })).toBe(0);
    });
  });

  test('old events go below the watermark of their lane alone, the oldest first', async () => {
    await inside(async (tx) => {
      for (const seq of [1, 2, 3, 4, 6]) await tx.events.add(received(seq));
      await tx.events.add(received(1, { lane: 'p1', id: 'other' }));
      const later = instant(received(1).receivedAt + 1);
      expect(await tx.events.prune(later, 10)).toBe(0);
      await tx.events.setThrough(LANE, 4);
      expect(await tx.events.prune(received(1).receivedAt, 10)).toBe(0);
      expect(await tx.events.prune(later, 2)).toBe(2);
      expect((await tx.events.heads(LANE, 1, 6)).map(({ seq }) => seq)).toEqual([3, 4, 6]);
      expect(await tx.events.prune(later, 10)).toBe(1);
      expect((await tx.events.ofMachine('gate-1', 0, 10)).map(({ lane, seq }) => `${lane}/${seq}`)).toEqual(['p0/4', 'p0/6', 'p1/1']);
      expect(await tx.events.through(LANE)).toBe(4);
    });
  });

  test('events beyond a gap wait, until their machine has gone on under another epoch, and have one effect', async () => {
    await inside(async (tx) => {
      const next = { epoch: 'ffffffffffffffff' };
      const [before, after] = [received(1).receivedAt, instant(received(1).receivedAt + 1)];
      for (const seq of [1, 4, 3]) await tx.events.add(received(seq));
      await tx.events.add(received(5, { disposition: 'rejected', code: 'E-BOX-LANE' }));
      await tx.events.add(received(1, { dev: 'kiosk-1', epoch: next.epoch, id: 'K1' }));
      await tx.events.setThrough(LANE, 1);
      const stranded = async (at = after, limit = 10) => (await tx.events.stranded(at, limit)).map(({ id }) => id);
      expect(await stranded()).toEqual([]);
      await tx.events.add(received(1, { ...next, id: 'N1' }));
      await tx.events.setThrough({ ...LANE, ...next }, 1);
      expect([await stranded(), await stranded(before), await stranded(after, 1)]).toEqual([['E3', 'E4'], [], ['E3']]);
      expect(await tx.events.withoutEffect('gate-1', ['E1', 'E4', 'E5', 'N1', 'E9'])).toEqual(new Set(['E4']));
      expect(await tx.events.withoutEffect('kiosk-1', ['E4'])).toEqual(new Set());
      await tx.events.hadEffect(['E4']);
      expect([await stranded(), await tx.events.withoutEffect('gate-1', ['E3', 'E4'])]).toEqual([['E3'], new Set(['E3'])]);
      expect((await tx.events.run(LANE, 3, 5)).map(({ seq, hadEffect }) => [seq, hadEffect])).toEqual([
        [3, false],
        [4, true],
        [5, false],
      ]);
      expect(await tx.events.prune(after, 10)).toBe(1);
      expect((await tx.events.heads(LANE, 1, 9)).map(({ seq }) => seq)).toEqual([1, 3, 5]);
    });
  });

  test('orders that machines told to be unknown are found by when they came', async () => {
    const told = (seq: number, detail: string, changes: Partial<ReceivedEvent> = {}): ReceivedEvent =>
      received(seq, { type: 'audit', body: JSON.stringify({ d: { action: 'order-unknown', by: 'kiosk', detail } }), ...changes });
    await inside(async (tx) => {
      const later = instant(AT + 1);
      await tx.events.add(received(1, { type: 'audit', body: JSON.stringify({ d: { action: 'agent-started', by: 'agent', detail: 'x' } }) }));
      await tx.events.add(told(2, 'A'));
      await tx.events.add(told(3, 'C CNY 96.00', { receivedAt: later }));
      await tx.events.add(told(4, 'B', { receivedAt: later }));
      await tx.events.add(told(5, 'A', { disposition: 'rejected', code: 'x' }));
      const all = await tx.events.unknownOrders(AT, 10);
      expect(all).toEqual([
        { detail: 'A', dev: 'gate-1', receivedAt: AT },
        { detail: 'C CNY 96.00', dev: 'gate-1', receivedAt: later },
        { detail: 'B', dev: 'gate-1', receivedAt: later },
      ]);
      expect((await tx.events.unknownOrders(later, 1)).map(({ detail }) => detail)).toEqual(['C CNY 96.00']);
      // Whichever machine said it, and whatever a person found. What was settled makes room for others.
      const settled = { action: 'order-settled', by: 'Mei', detail: 'C nothing-paid' };
      await tx.events.add(received(1, { dev: 'office', id: 'S1', type: 'audit', receivedAt: later, body: JSON.stringify({ d: settled }) }));
      expect((await tx.events.unknownOrders(AT, 10)).map(({ detail }) => detail)).toEqual(['A', 'B']);
      expect((await tx.events.unknownOrders(later, 1)).map(({ detail }) => detail)).toEqual(['B']);
    });
  });

  test('a machine reads back its own kept events in the order of their arrival', async () => {
    await inside(async (tx) => {
      await tx.events.add(received(2));
      await tx.events.add(received(1));
      await tx.events.add(received(3, { disposition: 'rejected', code: 'x' }));
      await tx.events.add(received(1, { dev: 'kiosk-1', id: 'K1' }));
      const all = await tx.events.ofMachine('gate-1', 0, 10);
      expect(all.map(({ seq }) => seq)).toEqual([2, 1]);
      expect((await tx.events.ofMachine('gate-1', all[0]?.position ?? 0, 10)).map(({ seq }) => seq)).toEqual([1]);
      expect(await tx.events.ofMachine('gate-1', 0, 1)).toHaveLength(1);
    });
  });

  test('conflicts are listed by their newest change, and admissions are found by their ticket', async () => {
    await inside(async (tx) => {
      const record = (ticketId: TicketId, changedAt = AT) => ({
        conflict: { ticketId, showId: null, admits: 1, entries: [], second: [], state: 'open' as const },
        foundAt: AT,
        changedAt,
        toldBy: [MACHINE],
      });
      const [one, two] = [TicketId.parse('3609070200000011'), TicketId.parse('3609070200000012')];
      expect(await tx.conflicts.find(one)).toBeUndefined();
      await tx.conflicts.put(record(one));
      await tx.conflicts.put(record(two));
      await tx.conflicts.put(record(one, instant(AT + 1)));
      expect(await tx.conflicts.newest(10)).toEqual([record(one, instant(AT + 1)), record(two)]);
      expect(await tx.conflicts.newest(1)).toHaveLength(1);
      expect(await tx.conflicts.find(two)).toEqual(record(two));
      const admission = (scanId: string) => ({ scanId, ticketId: one, dev: 'gate-1', gateLane: 'l', stands: true });
      for (const scanId of ['S2', 'S1']) expect(await tx.admissions.add(admission(scanId))).toBe(true);
      expect(await tx.admissions.ofTicket(one)).toEqual([admission('S1'), admission('S2')]);
      expect(await tx.admissions.ofTicket(two)).toEqual([]);
      expect([...(await tx.admissions.counts([two, one]))]).toEqual([[one, 2]]);
      expect(await tx.admissions.of(['S9', 'S2'])).toEqual([admission('S2')]);
      const three = TicketId.parse('3609070200000013');
      expect((await tx.conflicts.among([three, two, one])).toSorted()).toEqual([one, two]);
    });
  });

  test('an admission stands until it is taken back', async () => {
    await inside(async (tx) => {
      const ticketId = TicketId.parse('3609070200000001');
      const admission = { scanId: 'S1', ticketId, dev: 'gate-1', gateLane: 'l', stands: true };
      expect(await tx.admissions.add(admission)).toBe(true);
      expect(await tx.admissions.standing(ticketId)).toBe(1);
      expect(await tx.admissions.add({ ...admission, ticketId: TicketId.parse('3609070200000002'), stands: false })).toBe(false);
      expect(await tx.admissions.standing(ticketId)).toBe(1);
      await tx.admissions.change({ ...admission, stands: false });
      expect(await tx.admissions.standing(ticketId)).toBe(0);
      expect(await tx.admissions.of(['S1'])).toEqual([{ ...admission, stands: false }]);
    });
  });
}
