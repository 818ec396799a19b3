import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BoxOfficeStore, BoxOfficeTransaction } from '#agent/box-office/store/box-office-store.ts';
import { instant } from '#core/base/time.ts';
import type { MemberEntry, MemberRecord } from '#core/box-office/member-account.ts';
import { NEW_ATTEMPT } from '#core/box-office/payment-attempt.ts';
import type { AttemptRecord } from '#core/box-office/records.ts';
import type { ValidityTicket } from '#core/contract/box-office/validity.ts';
import { ShowId, TicketId } from '#core/contract/identifiers.ts';
import { codeRow, rowPrefix, showPrefix, ticketRow } from '#core/validity/row-codec.ts';
import { commandsContract } from './box-office-commands.contract.ts';
import { eventsContract } from './box-office-events.contract.ts';
import { AT, DAY, held, holdRecord, key, MACHINE, orderRecord, SHOW, SHOWS, seatId } from './box-office-records.ts';

/** What every store of a box office has to hold: one suite, run against each implementation. */
export function boxOfficeStoreContract(name: string, open: () => BoxOfficeStore | Promise<BoxOfficeStore>): void {
  describe(`a box office's store: ${name}`, () => {
    let store: BoxOfficeStore;
    const inside = <Value>(work: (tx: BoxOfficeTransaction) => Promise<Value>): Promise<Value> => store.transaction(work);
    beforeEach(async () => {
      store = await open();
      await inside(async (tx) => {
        for (const show of SHOWS) await tx.shows.add(show);
      });
    });
    afterEach(() => store.close());

    transactions(inside);
    seats(inside);
    sales(inside);
    members(inside);
    eventsContract(inside);
    commandsContract(inside);
    validity(inside);
    reading(inside, () => store);
  });
}

type Inside = <Value>(work: (tx: BoxOfficeTransaction) => Promise<Value>) => Promise<Value>;

function transactions(inside: Inside): void {
  test('a failed transaction leaves nothing behind', async () => {
    const failing = inside(async (tx) => {
      await tx.seats.take(held('H1', '1_1'));
      await tx.holds.put(holdRecord('H1'));
      await tx.counters.next('hold-token');
      await tx.shows.touch(SHOW);
      await tx.validity.setMark({ epoch: 'e', version: 1, setHash: 'h', chain: 'c', at: AT });
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    await inside(async (tx) => {
      expect(await tx.seats.ofShow(SHOW)).toEqual([]);
      expect(await tx.holds.find('H1')).toBeUndefined();
      expect(await tx.validity.mark()).toBeUndefined();
      expect((await tx.shows.find(SHOW))?.pictureVersion).toBe(0);
    });
  });

  test('the transaction after a failed one works', async () => {
    await expect(inside(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await inside((tx) => tx.counters.next('hold-token'))).toBeGreaterThan(0);
  });

  test('transactions that are begun together see each other as a whole or not at all', async () => {
    const takeOne = (holdId: string) =>
      inside(async (tx) => {
        const free = (await tx.seats.ofShow(SHOW)).length === 0;
        await Promise.resolve();
        return free && (await tx.seats.take(held(holdId, '1_1'))).length === 0;
      });
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, index) => takeOne(`H${index}`)));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  test('a counter never gives a number twice', async () => {
    const numbers = await Promise.all(Array.from({ length: 20 }, () => inside((tx) => tx.counters.next('hold-token'))));
    expect(new Set(numbers).size).toBe(20);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });
}

function seats(inside: Inside): void {
  test('shows are added once, found by number and day, and touched', async () => {
    await inside(async (tx) => {
      const [first] = SHOWS;
      if (first === undefined) expect.unreachable('the cinema has shows');
      expect(await tx.shows.add({ ...first, pictureVersion: 7 })).toBe(false);
      expect(await tx.shows.find(first.show.id)).toEqual(first);
      expect(await tx.shows.onDays([DAY])).toEqual(SHOWS);
      expect(await tx.shows.onDays([])).toEqual([]);
      expect([await tx.shows.touch(SHOW), await tx.shows.touch(SHOW)]).toEqual([1, 2]);
      expect(await tx.shows.find(ShowId.parse('12345'))).toBeUndefined();
    });
  });

  test('seats are taken all or none, and the lost ones are named', async () => {
    await inside(async (tx) => {
      expect(await tx.seats.take(held('H1', '1_1', '1_2'))).toEqual([]);
      expect(await tx.seats.take(held('H2', '1_3', '1_2', '1_1'))).toEqual(['1_2', '1_1']);
      const taken = await tx.seats.ofShow(SHOW);
      expect(taken.toSorted((a, b) => (a.seatId < b.seatId ? -1 : 1))).toEqual(held('H1', '1_1', '1_2'));
    });
  });

  test('a hold frees and sells its own seats only', async () => {
    await inside(async (tx) => {
      await tx.seats.take(held('H1', '1_1', '1_2'));
      await tx.seats.take(held('H2', '1_3'));
      await tx.seats.take([{ showId: SHOW, seatId: seatId('1_4'), state: 'R' }]);
      expect(await tx.seats.sell('H1')).toBe(2);
      expect(await tx.seats.sell('H1')).toBe(0);
      expect(await tx.seats.free('H2')).toBe(1);
      expect(await tx.seats.free('H9')).toBe(0);
      const states = (await tx.seats.ofShow(SHOW)).map(({ seatId: id, state }) => `${id}${state}`);
      expect(states.toSorted()).toEqual(['1_1S', '1_2S', '1_4R']);
      expect([...(await tx.seats.takenCounts([SHOW, ShowId.parse('99')]))]).toEqual([[SHOW, 3]]);
      expect(await tx.seats.free('H1')).toBe(2);
    });
  });

  test('holds are found by number and key; the lapsed ones are those that are held and over', async () => {
    await inside(async (tx) => {
      await tx.holds.put(holdRecord('H1', { until: instant(AT - 1) }));
      await tx.holds.put(holdRecord('H2', { until: AT }));
      await tx.holds.put(holdRecord('H3', { until: instant(AT + 1) }));
      await tx.holds.put(holdRecord('H4', { until: AT, status: 'ordered' }));
      expect((await tx.holds.lapsedBy(AT)).map(({ id }) => id)).toEqual(['H1', 'H2']);
      await tx.holds.put(holdRecord('H1', { status: 'expired' }));
      expect(await tx.holds.findByKey(key('H1'))).toEqual(holdRecord('H1', { status: 'expired' }));
      expect(await tx.holds.findByKey(key('H9'))).toBeUndefined();
    });
  });

  test('two holds never share a key', async () => {
    const twice = inside(async (tx) => {
      await tx.holds.put(holdRecord('H1'));
      await tx.holds.put(holdRecord('H2', { key: key('H1') }));
    });
    await expect(twice).rejects.toThrow();
    expect(await inside((tx) => tx.holds.find('H1'))).toBeUndefined();
  });
}

function sales(inside: Inside): void {
  test('orders are found by number, key and pick-up code, and lapse while unpaid only', async () => {
    await inside(async (tx) => {
      const [one, two] = [orderRecord(1), orderRecord(2, { status: 'paying' })];
      await tx.orders.put(one);
      await tx.orders.put(two);
      expect(await tx.orders.find(one.id)).toEqual(one);
      expect(await tx.orders.findByKey(two.key)).toEqual(two);
      expect(await tx.orders.findByPickUpCode(one.pickUpCode)).toEqual(one);
      expect(await tx.orders.lapsedBy(AT)).toEqual([one]);
      expect(await tx.orders.lapsedBy(instant(AT - 1))).toEqual([]);
      await tx.orders.put({ ...one, status: 'cancelled' });
      expect(await tx.orders.lapsedBy(AT)).toEqual([]);
    });
  });

  test('two orders never share a pick-up code', async () => {
    const twice = inside(async (tx) => {
      await tx.orders.put(orderRecord(1));
      await tx.orders.put(orderRecord(2, { pickUpCode: orderRecord(1).pickUpCode }));
    });
    await expect(twice).rejects.toThrow();
  });

  test('attempts stand in the order of their time, and are open while the provider has to be asked', async () => {
    await inside(async (tx) => {
      const { id } = orderRecord(1);
      await tx.orders.put(orderRecord(1));
      const attempt = (name: string, at: number, changes: Partial<AttemptRecord['state']> = {}): AttemptRecord => ({
        key: key(name),
        orderId: id,
        method: 'qr',
        provider: 'simulated',
        merchantOrder: key(name),
        amount: { minor: 100, currency: 'CNY' },
        createdAt: instant(at),
        expiresAt: AT,
        state: { ...NEW_ATTEMPT, ...changes },
      });
      const late = attempt('late', 2);
      const early = attempt('early', 1, { phase: 'refunded' });
      await tx.attempts.put(late);
      await tx.attempts.put(early);
      expect(await tx.attempts.ofOrder(id)).toEqual([early, late]);
      expect(await tx.attempts.open()).toEqual([late]);
      await tx.attempts.put(attempt('late', 2, { phase: 'succeeded' }));
      expect(await tx.attempts.open()).toEqual([]);
      expect((await tx.attempts.find(late.key))?.state.phase).toBe('succeeded');
      await tx.attempts.put({ ...late, paidAt: instant(50) });
      await tx.attempts.put({ ...early, paidAt: instant(10), refundedAt: instant(60) });
      const movedBetween = async (from: number, until: number) =>
        (await tx.attempts.movedBetween(instant(from), instant(until))).map((each) => each.key);
      expect(await movedBetween(50, 60)).toEqual([late.key]);
      expect(await movedBetween(10, 61)).toEqual([early.key, late.key]);
      expect(await movedBetween(61, 99)).toEqual([]);
      await tx.attempts.put({ ...late, method: 'card-terminal', machine: MACHINE });
      expect((await tx.attempts.ofTerminal(MACHINE)).map((each) => each.key)).toEqual([late.key]);
      expect((await tx.attempts.atTerminals()).map((each) => each.key)).toEqual([late.key]);
      await tx.attempts.put({ ...late, method: 'card-terminal', machine: MACHINE, state: { ...late.state, phase: 'failed' } });
      expect(await tx.attempts.ofTerminal(MACHINE)).toEqual([]);
    });
  });
}

function members(inside: Inside): void {
  test("a member's balance is the sum of entries that come once", async () => {
    const member: MemberRecord = { id: 'm-1', card: 'MC0000000000000001', currency: 'CNY', pinSalt: 's', pinHash: 'h', wrong: 0 };
    const entry = (reference: string, minor: number): MemberEntry => ({ memberId: 'm-1', kind: 'payment', minor, reference, at: AT });
    await inside(async ({ members: keeper }) => {
      await keeper.put(member);
      expect(await keeper.append(entry('opening', 500))).toBe(true);
      expect(await keeper.append(entry('a', -200))).toBe(true);
      expect(await keeper.append(entry('a', -200))).toBe(false);
      await keeper.put({ ...member, wrong: 2 });
    });
    await inside(async ({ members: keeper }) => {
      expect(await keeper.balance('m-1')).toBe(300);
      expect((await keeper.entries('m-1')).map(({ reference }) => reference)).toEqual(['opening', 'a']);
      expect((await keeper.findByCard(member.card))?.wrong).toBe(2);
      expect([await keeper.count(), await keeper.balance('m-2')]).toEqual([1, 0]);
    });
  });
}

function validity(inside: Inside): void {
  test('deltas are kept in order, cut at the limit, and dropped from the old end', async () => {
    await inside(async (tx) => {
      expect(await tx.validity.oldestDelta()).toBeUndefined();
      for (const version of [1, 2, 3]) await tx.validity.addDelta({ version, setHash: 'h', chain: 'c', at: AT, ops: [{ op: 'put-keys', keys: [] }] });
      expect((await tx.validity.deltasAfter(1, 10)).map(({ version }) => version)).toEqual([2, 3]);
      expect(await tx.validity.deltasAfter(0, 1)).toEqual([{ version: 1, setHash: 'h', chain: 'c', at: AT, ops: [{ op: 'put-keys', keys: [] }] }]);
      await tx.validity.dropDeltasUpTo(2);
      expect(await tx.validity.oldestDelta()).toBe(3);
    });
  });

  const hash = (number: number): string => number.toString(16).padStart(32, '0');
  const ticket = (number: number, change: Partial<ValidityTicket> = {}): Uint8Array =>
    ticketRow({
      id: TicketId.parse(`36090702${String(number).padStart(8, '0')}`),
      showId: SHOW,
      seat: 1,
      seatLabel: '1-02',
      admits: 1,
      needsProof: false,
      ticketClass: 'standard',
      escorts: [],
      forms: 'both',
      standing: 'valid',
      since: '2026-10-31T11:00:00.000Z',
      ...change,
    });
  const plain = (rows: readonly Uint8Array[]): readonly Uint8Array[] => rows.map((row) => Uint8Array.from(row));
  const NOTHING = new Uint8Array();

  test('rows are replaced, dropped, read in order, and found by the row that they belong to', async () => {
    await inside(async ({ validity }) => {
      const code = codeRow({ hash: hash(7), ticketId: TicketId.parse('3609070200000002') });
      for (const row of [code, ticket(3), ticket(1), ticket(2)]) await validity.putRow(row);
      await validity.putRow(ticket(1, { standing: 'refunded' }));
      const all = [ticket(1, { standing: 'refunded' }), ticket(2), ticket(3), code];
      expect(plain(await validity.rowsAfter(NOTHING, 10))).toEqual(all);
      expect(plain(await validity.rowsAfter(NOTHING, 2))).toEqual(all.slice(0, 2));
      expect(plain(await validity.rowsAfter(rowPrefix(ticket(2)), 10))).toEqual(all.slice(2));
      expect(plain(await validity.rowsOf(showPrefix(SHOW)))).toEqual(all.slice(0, 3));
      expect(plain(await validity.rowsOf(rowPrefix(ticket(2))))).toEqual([code]);
      expect(await validity.rowsOf(showPrefix(ShowId.parse('99')))).toEqual([]);
      expect(plain([(await validity.row(rowPrefix(ticket(1)))) ?? NOTHING])).toEqual(all.slice(0, 1));
      const under = await validity.rowsUnder([ticket(2), ticket(1), ticket(9)].map(rowPrefix));
      expect(plain(under.toSorted(Buffer.compare))).toEqual(all.slice(0, 2));
      expect(await validity.rowsUnder([])).toEqual([]);
      await validity.dropRow(rowPrefix(ticket(1)));
      expect(await validity.row(rowPrefix(ticket(1)))).toBeUndefined();
    });
  });
}

function reading(inside: Inside, store: () => BoxOfficeStore): void {
  test('a reading is of one moment, and nobody waits for it', async () => {
    const mark = { epoch: 'e', version: 1, setHash: 'h', chain: 'c', at: AT };
    const row = (number: number): Uint8Array =>
      codeRow({ hash: number.toString(16).padStart(32, '0'), ticketId: TicketId.parse('3609070200000002') });
    await inside(async ({ validity }) => {
      await validity.setMark(mark);
      for (const number of [1, 2, 3]) await validity.putRow(row(number));
    });
    const opened = await store().readValidity();
    const [first = new Uint8Array()] = await opened.rowsAfter(new Uint8Array(), 1);
    await inside(async ({ validity }) => {
      await validity.setMark({ ...mark, version: 2 });
      await validity.putRow(row(4));
      await validity.dropRow(rowPrefix(row(2)));
    });
    expect(await opened.mark()).toEqual(mark);
    expect(await opened.keys()).toEqual([]);
    const rest = await opened.rowsAfter(rowPrefix(first), 10);
    expect([first, ...rest].map((each) => Uint8Array.from(each))).toEqual([row(1), row(2), row(3)]);
    expect(await opened.rowsAfter(rowPrefix(row(3)), 10)).toEqual([]);
    await opened.close();
    expect(await inside(({ validity }) => validity.mark())).toMatchObject({ version: 2 });
  });
}
